// Who can do something on the key, in the world of the page.

import type { Engine } from "../engine/client";
import type { Place, Unreadable, WhoCan } from "../engine/protocol";
import type { Page } from "../state";
import { fill, freshId, h } from "../ui/dom";
import { filesOf, worldOf } from "../world";

export class WhoCanPanel {
  readonly element: HTMLDetailsElement;
  #engine: Engine;
  #page: () => Page;
  #jump: (place: Place) => void;
  #action = h("input", { "aria-label": "Actions", spellcheck: false, autocomplete: "off", placeholder: "kms:Decrypt, kms:Generate*" });
  #answer = h("div", { class: "results", "aria-live": "polite" });

  constructor(engine: Engine, page: () => Page, jump: (place: Place) => void) {
    this.#engine = engine;
    this.#page = page;
    this.#jump = jump;
    const title = freshId("whocan");
    const ask = (): void => void this.#ask();
    this.#action.addEventListener("keydown", (event) => event.key === "Enter" && ask());
    this.element = h(
      "details",
      { class: "panel run who-can", "aria-labelledby": title },
      h("summary", {}, h("h2", { id: title }, "Who can?")),
      h("p", { class: "hint" }, "Everybody whom the policies of this page let do something on the key, and under which conditions. A world document with more principals gives more answers."),
      h("div", { class: "run-head" }, this.#action, h("button", { type: "button", class: "primary", onclick: ask }, "Ask")),
      this.#answer,
    );
    this.element.addEventListener("toggle", () => {
      if (!this.element.open || this.#action.value) return;
      const { operation } = this.#page().call;
      this.#action.value = operation && !operation.includes(":") ? `kms:${operation}` : operation;
    });
  }

  async #ask(): Promise<void> {
    const page = this.#page();
    const options = { name: "world.json", files: filesOf(page), action: this.#action.value, key: page.call.key.trim() || undefined };
    fill(this.#answer, h("p", { class: "hint" }, "Asking …"));
    try {
      const world = worldOf(page);
      const text = "file" in world ? (options.files[String(world.file)] ?? "") : JSON.stringify(world);
      if ("file" in world) options.name = String(world.file);
      const found = JSON.parse(await this.#engine.ask("whoCan", text, JSON.stringify(options))) as WhoCan | Unreadable;
      if ("errors" in found) throw new Error(found.errors.map((one) => [one.message, one.help].filter(Boolean).join(": ")).join("; "));
      this.#show(found);
    } catch (error) {
      fill(this.#answer, h("p", { class: "problems" }, error instanceof Error ? error.message : String(error)));
    }
  }

  #show({ answers, unknownPrincipals = [], gaps = [], key }: WhoCan): void {
    const rows = answers.map((one) =>
      h(
        "tr",
        {},
        h("td", {}, h("span", { class: `effect ${one.answer === "allowed" ? "allow" : "maybe"}` }, one.answer === "allowed" ? "yes" : "only if")),
        h("th", { scope: "row" }, nameOf(one)),
        h("td", {}, one.action),
        h(
          "td",
          {},
          ...one.because.map((evidence) =>
            h("button", { type: "button", class: "link", onclick: () => this.#jump(evidence.location) }, evidence.reference),
          ),
          one.onlyIf && h("span", { class: "why" }, one.onlyIf.text),
          one.needsIamAllow && h("span", { class: "why" }, "with an Allow in IAM, which this world does not have"),
        ),
      ),
    );
    fill(
      this.#answer,
      h("p", { class: "hint" }, key ? `On ${key}: ${answers.length === 0 ? "nobody can." : ""}` : "Without a key:"),
      rows.length > 0 &&
        h(
          "div",
          { class: "scroll", tabIndex: 0, role: "region", "aria-label": "Who can" },
          h("table", { class: "who" }, h("thead", {}, h("tr", {}, ...["Can", "Who", "What", "Why"].map((text) => h("th", { scope: "col" }, text)))), h("tbody", {}, ...rows)),
        ),
      unknownPrincipals.length > 0 && h("p", { class: "hint" }, `Named by the policies, and unknown to this world: ${unknownPrincipals.join(", ")}.`),
      ...gaps.map((gap) => h("p", { class: "hint" }, gap.message)),
    );
  }
}

const KINDS: Record<string, string> = {
  anyOfAccount: "anybody of account",
  anyService: "any service",
  anyone: "anyone",
};

const nameOf = ({ kind, principal }: WhoCan["answers"][number]): string => (kind in KINDS ? `${KINDS[kind] ?? ""} ${principal}` : principal);
