// The documentation of a rule of the linter, in a dialog.

import type { Engine } from "../engine/client";
import type { Rule, RuleExample, Unreadable } from "../engine/protocol";
import { fill, freshId, h } from "../ui/dom";

export class RuleDialog {
  readonly element: HTMLDialogElement;
  #engine: Engine;
  #title = h("h2", { id: freshId("rule") });
  #body = h("div", { class: "rule-body" });

  constructor(engine: Engine) {
    this.#engine = engine;
    this.element = h(
      "dialog",
      { class: "rule", "aria-labelledby": this.#title.id },
      h("div", { class: "panel-head" }, this.#title, h("button", { type: "button", "aria-label": "Close", onclick: () => this.element.close() }, "×")),
      this.#body,
    );
  }

  async show(code: string): Promise<void> {
    this.#title.textContent = code;
    fill(this.#body, h("p", { class: "hint" }, "…"));
    this.element.showModal();
    try {
      const answer = JSON.parse(await this.#engine.ask("rule", code)) as { rules: Rule[] } | Unreadable;
      const rule = "errors" in answer ? undefined : answer.rules[0];
      if (!rule) throw new Error("errors" in answer ? (answer.errors[0]?.message ?? code) : code);
      this.#title.textContent = `${rule.code} ${rule.name}`;
      fill(
        this.#body,
        h("p", {}, h("span", { class: `severity ${rule.severity}` }, rule.severity), ` ${rule.kinds.join(", ")}`),
        h("p", {}, ...marked(rule.finds)),
        h("p", {}, ...marked(rule.why)),
        ...example("Finds something in", rule.fires),
        ...example("Right", rule.right),
        h("p", { class: "hint" }, `Source: ${rule.source}.`),
        rule.accessAnalyzer.length > 0 && h("p", { class: "hint" }, `IAM Access Analyzer: ${rule.accessAnalyzer.join(", ")}.`),
      );
    } catch (error) {
      fill(this.#body, h("p", { class: "problems" }, error instanceof Error ? error.message : String(error)));
    }
  }
}

function example(title: string, { key, text }: RuleExample): HTMLElement[] {
  return [
    h("h3", {}, title, key && h("span", { class: "hint" }, ` for the key ${key}`)),
    h("pre", { class: "scroll", tabIndex: 0, role: "region", "aria-label": title }, text),
  ];
}

/** Text with code between backticks. */
export function marked(text: string): (Node | string)[] {
  return text.split("`").map((part, index) => (index % 2 === 1 ? h("code", {}, part) : part));
}
