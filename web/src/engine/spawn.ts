// The evaluator's thread, from a file of its own beside the page.

import EvaluatorWorker from "./worker?worker";

import type { Request, Response } from "./protocol";

/** What answers requests: a worker, or something like one. */
export interface Thread {
  onmessage: ((event: MessageEvent<Response>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(request: Request): void;
  terminate(): void;
}

export const spawn = (): Thread => new EvaluatorWorker();
