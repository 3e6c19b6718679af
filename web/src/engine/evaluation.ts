// The evaluation module, in whatever thread this runs.

import init, * as module from "@wasm/kmsim_wasm.js";

import type { Argument, Evaluation } from "./protocol";

let ready: Promise<unknown> | undefined;

/** Loads the module, once. `source` is its address or its bytes. */
export function load(source: URL | string | BufferSource): Promise<unknown> {
  return (ready ??= init({ module_or_path: source as RequestInfo }).catch((error: unknown) => {
    // The next attempt may find the server there.
    ready = undefined;
    throw error;
  }));
}

export function evaluate(name: Evaluation, args: Argument[]): string {
  const call = module[name] as (...args: Argument[]) => string;
  return call(...args);
}
