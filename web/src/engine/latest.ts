/**
 * Runs one task at a time. What comes in the meantime waits, and of those that wait only the last
 * is run: nobody wants the verdict on a text that has changed since.
 */
export class Latest {
  #running = false;
  #next: (() => Promise<void>) | undefined;

  run(task: () => Promise<void>): void {
    this.#next = task;
    if (!this.#running) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#running = true;
    try {
      for (let task = this.#take(); task; task = this.#take()) await task();
    } finally {
      this.#running = false;
    }
  }

  #take(): (() => Promise<void>) | undefined {
    const task = this.#next;
    this.#next = undefined;
    return task;
  }
}
