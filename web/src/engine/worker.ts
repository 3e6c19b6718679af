// The evaluator's own thread, so that typing never waits for it.

import evaluationUrl from "@wasm/kmsim_wasm_bg.wasm?url";
import serviceUrl from "@wasm/kmsim_wasm_service_bg.wasm?url";

import scenariosUrl from "../generated/scenarios.json?url";
import { evaluate, load } from "./evaluation";
import type { Evaluation, Request, Response, Service } from "./protocol";

const SERVICE: readonly string[] = ["runScenario", "open", "call", "advance"] satisfies Service[];

self.onmessage = async ({ data }: MessageEvent<Request>) => {
  self.postMessage(await answer(data));
};

async function answer({ id, name, args }: Request): Promise<Response> {
  try {
    if (SERVICE.includes(name)) {
      const service = await import("./service");
      await service.load(new URL(serviceUrl, self.location.href));
      return timed(id, () => service.serve(name as Service, args));
    }
    if (name === "scenarios") {
      const response = await fetch(new URL(scenariosUrl, self.location.href));
      return { id, text: await response.text() };
    }
    await load(new URL(evaluationUrl, self.location.href));
    return timed(id, () => evaluate(name as Evaluation, args));
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

function timed(id: number, run: () => string): Response {
  const start = performance.now();
  const text = run();
  return { id, text, took: performance.now() - start };
}
