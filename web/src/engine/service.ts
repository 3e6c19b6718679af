// The module with the service, its cryptography and the questions to whole worlds: loaded when somebody
// asks or runs something.

import init, { Simulator, can, ciphertextHeader, explain, messageHeader, runScenario, testFile, whoCan } from "@wasm/kmsim_wasm_service.js";

import type { Argument, Service } from "./protocol";

let ready: Promise<unknown> | undefined;
let simulator: Simulator | undefined;

export function load(source: URL | string | BufferSource): Promise<unknown> {
  return (ready ??= init({ module_or_path: source as RequestInfo }).catch((error: unknown) => {
    // The next attempt may find the server there.
    ready = undefined;
    throw error;
  }));
}

/** Throws what the service could not read, as JSON in the message. */
export function serve(name: Service, args: Argument[]): string | Uint8Array {
  const [first, second, third] = args.map((one) => (typeof one === "string" ? one : ""));
  const bytes = args.find((one) => one instanceof Uint8Array) ?? new Uint8Array();
  switch (name) {
    case "runScenario":
      return runScenario(first ?? "", second);
    case "explain":
      return explain(first ?? "", second);
    case "whoCan":
      return whoCan(first ?? "", second);
    case "can":
      return can(first ?? "", second);
    case "testFile":
      return testFile(first ?? "", second);
    case "ciphertextHeader":
      return ciphertextHeader(first ?? "");
    case "messageHeader":
      return messageHeader(bytes);
    case "open":
      simulator?.free();
      simulator = undefined;
      simulator = new Simulator(first ?? "", second);
      return "{}";
    case "call":
      return opened().call(first ?? "", second ?? "", third ?? "");
    case "advance":
      return String(opened().advance(Number(first)));
    case "encryptMessage":
      return opened().encryptMessage(first ?? "", second ?? "", third ?? "", bytes);
    case "decryptMessage":
      return opened().decryptMessage(first ?? "", bytes);
  }
}

function opened(): Simulator {
  if (!simulator) throw new Error("no simulated service is open");
  return simulator;
}
