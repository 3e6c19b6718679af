// From a request to its answer, in whatever thread this runs.

import { evaluate, load } from "./evaluation";
import type { Evaluation, Request, Response, Service } from "./protocol";

/** Where the modules and the data come from: addresses, or what a single file carries along. */
export interface Parts {
  evaluation: () => URL | BufferSource | Promise<BufferSource>;
  service: () => URL | BufferSource | Promise<BufferSource>;
  scenarios: () => Promise<string>;
}

const EVALUATION: readonly string[] = ["check", "lint", "rule", "tables"] satisfies Evaluation[];

export async function answer({ id, name, args }: Request, parts: Parts): Promise<Response> {
  try {
    if (name === "scenarios") return { id, text: await parts.scenarios() };
    if (EVALUATION.includes(name)) {
      await load(await parts.evaluation());
      return timed(id, () => evaluate(name as Evaluation, args));
    }
    const service = await import("./service");
    await service.load(await parts.service());
    return timed(id, () => service.serve(name as Service, args));
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

function timed(id: number, run: () => string | Uint8Array): Response {
  const start = performance.now();
  const result = run();
  const took = performance.now() - start;
  return typeof result === "string" ? { id, text: result, took } : { id, bytes: result, took };
}
