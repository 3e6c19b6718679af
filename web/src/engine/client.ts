// The page's side of the evaluator.

import { spawn } from "@spawn";

import type { Argument, Data, Evaluation, Request, Response, Service } from "./protocol";
import type { Thread } from "./spawn";

/** No question takes this long unless something is stuck. */
const PATIENCE = 20_000;

interface Waiting {
  resolve: (response: Response) => void;
  reject: (error: Error) => void;
  timer: number;
}

export class Engine {
  #worker: Thread | undefined;
  #waiting = new Map<number, Waiting>();
  #next = 0;
  /** Milliseconds that the last question took in the evaluator. */
  took = 0;
  /** How many questions were answered. */
  answered = 0;

  /** Asks for text. */
  async ask(name: Evaluation | Service | Data, ...args: Argument[]): Promise<string> {
    const { text } = await this.#ask(name, args);
    return text ?? "";
  }

  /** Asks for bytes. */
  async bytes(name: Service, ...args: Argument[]): Promise<Uint8Array<ArrayBuffer>> {
    const { bytes } = await this.#ask(name, args);
    return new Uint8Array(bytes ?? new Uint8Array());
  }

  #ask(name: Evaluation | Service | Data, args: Argument[]): Promise<Response> {
    const id = (this.#next += 1);
    const request: Request = { id, name, args };
    return new Promise((resolve, reject) => {
      const timer = window.setTimeout(() => this.#restart(), PATIENCE);
      this.#waiting.set(id, { resolve, reject, timer });
      try {
        this.#start().postMessage(request);
      } catch (error) {
        this.#finish(id)?.reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  #start(): Thread {
    if (this.#worker) return this.#worker;
    const worker = spawn();
    worker.onmessage = ({ data }) => this.#take(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(new Error(event.message || "the evaluator could not be started"));
    };
    this.#worker = worker;
    return worker;
  }

  #take(response: Response): void {
    const waiting = this.#finish(response.id);
    if (!waiting) return;
    this.answered += 1;
    if (response.took !== undefined) this.took = response.took;
    if (response.error !== undefined) waiting.reject(new Error(response.error));
    else waiting.resolve(response);
  }

  #finish(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (waiting) clearTimeout(waiting.timer);
    return waiting;
  }

  #restart(): void {
    this.#fail(new Error("the evaluator took too long and was started again"));
  }

  /** Everything that was asked gets no answer; the next question starts a new evaluator. */
  #fail(error: Error): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const id of [...this.#waiting.keys()]) this.#finish(id)?.reject(error);
  }
}
