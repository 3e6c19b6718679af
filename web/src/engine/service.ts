// The module with the service and its cryptography: loaded when somebody runs something.

import init, { Simulator, runScenario } from "@wasm/kmsim_wasm_service.js";

import type { Service } from "./protocol";

let ready: Promise<unknown> | undefined;
let simulator: Simulator | undefined;

export function load(source: URL | string | BufferSource): Promise<unknown> {
  return (ready ??= init({ module_or_path: source as RequestInfo }));
}

/** Throws what the service could not read, as JSON in the message. */
export function serve(name: Service, args: (string | undefined)[]): string {
  const [first = "", second = "", third = ""] = args;
  switch (name) {
    case "runScenario":
      return runScenario(first, second);
    case "open":
      simulator?.free();
      simulator = undefined;
      simulator = new Simulator(first, second);
      return "{}";
    case "call":
      return opened().call(first, second, third);
    case "advance":
      return String(opened().advance(Number(first)));
  }
}

function opened(): Simulator {
  if (!simulator) throw new Error("no simulated service is open");
  return simulator;
}
