// In browsers the modules are fetched from beside these files, where bundlers put them too.

import { evaluation, KmsimError, service } from "./shared.js";

export { KmsimError };

let loadedEvaluation;
let loadedService;

export function load(source) {
  return (loadedEvaluation ??= begin(() => import("./wasm/kmsim_wasm.js"), source, evaluation));
}

export function loadService(source) {
  return (loadedService ??= begin(() => import("./wasm/kmsim_wasm_service.js"), source, service));
}

async function begin(fetched, source, wrap) {
  const module = await fetched();
  await module.default(source === undefined ? undefined : { module_or_path: await source });
  return wrap(module);
}
