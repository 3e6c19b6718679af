// The evaluation module, in whatever thread this runs.

import init, * as module from "@wasm/kmsim_wasm.js";

import type { Evaluation } from "./protocol";

let ready: Promise<unknown> | undefined;

/** Loads the module, once. `source` is its address or its bytes. */
export function load(source: URL | string | BufferSource): Promise<unknown> {
  return (ready ??= init({ module_or_path: source as RequestInfo }));
}

export function evaluate(name: Evaluation, args: (string | undefined)[]): string {
  const call = module[name] as (...args: (string | undefined)[]) => string;
  return call(...args);
}
