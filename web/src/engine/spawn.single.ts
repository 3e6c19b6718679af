// The evaluator in the page of a single file, which carries the modules along. Where a file may start no
// worker, the page's own thread answers.

import SingleWorker from "./worker.single?worker&inline";

import { answer } from "./answer";
import type { Parts } from "./answer";
import { carried, unpacked } from "./carried";
import type { Request, Response } from "./protocol";
import type { Thread } from "./spawn";

const parts: Parts = {
  evaluation: () => unpacked(carried("evaluation")),
  service: () => unpacked(carried("service")),
  scenarios: async () => new TextDecoder().decode(await unpacked(carried("scenarios"))),
};

/** Answers in this thread. */
class Here implements Thread {
  onmessage: Thread["onmessage"] = null;
  onerror: Thread["onerror"] = null;
  #ended = false;

  postMessage(request: Request): void {
    void answer(request, parts).then((data: Response) => {
      if (!this.#ended) this.onmessage?.(new MessageEvent("message", { data }));
    });
  }

  terminate(): void {
    this.#ended = true;
  }
}

export function spawn(): Thread {
  try {
    const worker = new SingleWorker();
    worker.postMessage({ evaluation: carried("evaluation"), service: carried("service"), scenarios: carried("scenarios") });
    return worker;
  } catch {
    return new Here();
  }
}
