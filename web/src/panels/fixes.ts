// What would change the decision: proposals that were tried, and what carries what is allowed.

import type { Change, Fix, Remedies } from "../engine/protocol";
import { mended } from "../mend";
import type { Page } from "../state";
import { fill, h } from "../ui/dom";

interface Deeds {
  page: () => Page;
  apply: (changes: Change[]) => void;
  nameKey: (keyId: string, region: string) => void;
}

export class FixesPanel {
  readonly element: HTMLElement;
  #deeds: Deeds;
  #body = h("div", { class: "fixes-body" });
  #title = h("h3", { id: "fixes-title" }, "What would change it");

  /** What is shown, as JSON. */
  #shown = "";

  constructor(deeds: Deeds) {
    this.#deeds = deeds;
    this.element = h("section", { class: "fixes", hidden: true, "aria-labelledby": "fixes-title" }, this.#title, this.#body);
  }

  clear(): void {
    this.#shown = "";
    this.element.hidden = true;
    fill(this.#body);
  }

  /** The decision has changed; new proposals are on their way. */
  wait(): void {
    this.element.classList.add("stale");
  }

  show(remedies: Remedies): void {
    this.element.classList.remove("stale");
    // What is the same stays as it is, with what somebody has opened in it.
    const key = JSON.stringify(remedies);
    if (key === this.#shown) return;
    this.#shown = key;
    const { fixes = [], instead = [], carriers = [], pillars = [] } = remedies;
    this.#title.textContent = remedies.decision === "allowed" ? "What carries it" : "What would change it";
    this.element.hidden = fixes.length + instead.length + carriers.length === 0;
    fill(
      this.#body,
      ...fixes.map((fix, index) => this.#fix(fix, index)),
      fixes.length > 0 && h("p", { class: "hint" }, "Each was tried: with it, this very call is allowed. The one that opens least stands first."),
      ...instead.map((advice) =>
        h(
          "p",
          { class: "advice" },
          advice.text,
          advice.key && " ",
          advice.key && h("button", { type: "button", onclick: () => advice.key && this.#deeds.nameKey(advice.key.keyId, advice.key.region) }, "Name the key so"),
        ),
      ),
      carriers.length > 0 &&
        h(
          "ul",
          { class: "carriers" },
          ...carriers.map((one) =>
            h(
              "li",
              {},
              h("code", {}, one.reference),
              one.without === "allowed" ? ": not needed, others carry it too" : ": without it the call is denied",
              one.takes && one.takes.length > 0 && h("span", { class: "help" }, `; it also carries ${one.takes.join(", ")}`),
            ),
          ),
        ),
      pillars.length > 1 && h("p", { class: "hint" }, `To take it away, remove ${pillars.map((set) => set.join(" and ")).join("; or ")}.`),
    );
  }

  #fix(fix: Fix, index: number): HTMLElement {
    const page = this.#deeds.page();
    const possible = fix.changes.every((change) => mended(page, change) !== undefined);
    return h(
      "details",
      { class: "fix", open: index === 0 },
      h("summary", {}, fix.summary),
      ...fix.changes.map(change),
      fix.opens.length > 0 &&
        h("div", { class: "opens" }, h("strong", {}, "It also opens"), h("ul", {}, ...fix.opens.map((text) => h("li", {}, text)))),
      ...(fix.notes ?? []).map((note) => h("p", { class: "hint" }, note)),
      possible
        ? h("button", { type: "button", class: "primary", onclick: () => this.#deeds.apply(fix.changes) }, "Apply")
        : h("p", { class: "hint" }, "This page does not hold that document, so the change cannot be applied here."),
    );
  }
}

/** A change as a diff or, for what is new, as the whole document. */
function change(one: Change): HTMLElement {
  const { document } = one;
  const title = `${WORDS[document.kind] ?? document.kind}${document.name ? ` ${document.name}` : ""}${document.isNew ? " (new)" : ""}`;
  const text = document.isNew || !one.diff ? JSON.stringify(one.result, undefined, 2) : one.diff.split("\n").slice(2).join("\n");
  const lines = text.trimEnd().split("\n").filter((line) => !line.startsWith("\\"));
  const marked = lines.map((line) => {
    const kind = document.isNew || !one.diff ? "" : { "+": "added", "-": "removed", "@": "place" }[line.slice(0, 1)];
    return h("span", { class: `line ${kind ?? ""}` }, `${line}\n`);
  });
  return h("figure", { class: "change" }, h("figcaption", {}, title), h("pre", { class: "scroll diff", tabIndex: 0, role: "region", "aria-label": `Change of the ${title}` }, ...marked));
}

const WORDS: Record<string, string> = {
  "key-policy": "key policy",
  identity: "identity policy",
  "permissions-boundary": "permissions boundary",
  session: "session policy",
  scp: "SCP",
  rcp: "RCP",
  "vpc-endpoint": "VPC endpoint policy",
  grant: "grant",
};
