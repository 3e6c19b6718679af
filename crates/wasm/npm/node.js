// In Node the modules are read from the package's own folder.

import { readFile } from "node:fs/promises";

import { evaluation, KmsimError, service } from "./shared.js";
import * as evaluationModule from "./wasm/kmsim_wasm.js";
import * as serviceModule from "./wasm/kmsim_wasm_service.js";

export { KmsimError };

const bytes = (name) => readFile(new URL(`./wasm/${name}`, import.meta.url));

let loadedEvaluation;
let loadedService;

export function load(source) {
  return (loadedEvaluation ??= begin(evaluationModule, source ?? bytes("kmsim_wasm_bg.wasm"), evaluation));
}

export function loadService(source) {
  return (loadedService ??= begin(serviceModule, source ?? bytes("kmsim_wasm_service_bg.wasm"), service));
}

async function begin(module, source, wrap) {
  await module.default({ module_or_path: await source });
  return wrap(module);
}
