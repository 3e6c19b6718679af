// A scenario, step by step: really run in the page, shown one step after the other.

import type { Engine } from "../engine/client";
import type { Unreadable } from "../engine/protocol";
import type { Scenario } from "../scenarios";
import { fill, freshId, h } from "../ui/dom";

interface Step {
  step: number;
  name: string | null;
  action: string;
  advanced?: string | null;
  outcome: string;
  status: "passed" | "failed" | "impossible";
}

interface Report {
  scenarios: { question: string; answer: string; steps: Step[] }[];
}

export class Player {
  readonly element: HTMLDialogElement;
  #engine: Engine;
  #title = h("h2", { id: freshId("player") });
  #steps = h("ol", { class: "steps", "aria-live": "polite" });
  #answer = h("p", { class: "answer", hidden: true });
  #next = h("button", { type: "button", class: "primary" }, "Next step");
  #all = h("button", { type: "button" }, "All steps");
  #source = h("pre", { class: "scroll", tabIndex: 0, role: "region", "aria-label": "The scenario" });
  #waiting: Step[] = [];

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#next.addEventListener("click", () => this.#step());
    this.#all.addEventListener("click", () => {
      while (this.#waiting.length > 0) this.#step();
    });
    this.element = h(
      "dialog",
      { class: "player", "aria-labelledby": this.#title.id },
      h("div", { class: "panel-head" }, this.#title, h("button", { type: "button", "aria-label": "Close", onclick: () => this.element.close() }, "×")),
      this.#steps,
      this.#answer,
      h("div", { class: "run-head" }, this.#next, this.#all),
      h("details", {}, h("summary", {}, "The scenario as text"), this.#source),
    );
  }

  async play(scenario: Scenario, files: Record<string, string>): Promise<void> {
    this.#title.textContent = scenario.question;
    this.#source.textContent = files[scenario.path] ?? "";
    this.#answer.hidden = true;
    this.#answer.textContent = scenario.answer;
    fill(this.#steps, h("li", { class: "hint" }, "Loading the cryptography …"));
    this.element.showModal();
    try {
      const options = JSON.stringify({ name: scenario.path, files });
      const report = JSON.parse(await this.#engine.ask("runScenario", files[scenario.path], options)) as Report | Unreadable;
      if ("errors" in report) throw new Error(report.errors.map((one) => one.message).join("; "));
      this.#waiting = [...(report.scenarios[0]?.steps ?? [])];
      fill(this.#steps);
      this.#step();
      this.#next.focus();
    } catch (error) {
      fill(this.#steps, h("li", { class: "problems" }, error instanceof Error ? error.message : String(error)));
    }
  }

  #step(): void {
    const step = this.#waiting.shift();
    if (step) {
      this.#steps.append(
        h(
          "li",
          { class: step.status },
          step.advanced && h("span", { class: "hint" }, `${step.advanced}. `),
          step.name && h("strong", {}, step.name),
          h("span", { class: "why" }, `${step.action} → ${step.outcome}`),
        ),
      );
      this.#steps.lastElementChild?.scrollIntoView({ block: "nearest" });
    }
    const done = this.#waiting.length === 0;
    this.#next.disabled = done;
    this.#all.disabled = done;
    this.#answer.hidden = !done;
  }
}
