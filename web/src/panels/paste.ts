// "Paste your error": a message or an event becomes the call, and is explained in the page's world.

import type { Engine } from "../engine/client";
import type { Report, Unreadable } from "../engine/protocol";
import { callOfReport } from "../reported";
import type { Call, Page } from "../state";
import { fill, freshId, h } from "../ui/dom";
import { filesOf, WORLD, worldOf } from "../world";
import { marked } from "./rule";

interface Deeds {
  page: () => Page;
  /** Puts a call into the form. */
  use: (call: Call) => void;
}

const EXAMPLE =
  "User: arn:aws:sts::444455556666:assumed-role/App/i-0abc is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab because no identity-based policy allows the kms:Decrypt action";

const AGREES: Record<Report["agreement"], string> = {
  same: "The policies of this page explain it",
  open: "It depends on what the report does not tell",
  "other-layer": "Denied here too, for another reason",
  differs: "This page's policies say something else",
  "not-compared": "What it says",
};

export class PasteDialog {
  readonly element: HTMLDialogElement;
  #engine: Engine;
  #deeds: Deeds;
  #text = h("textarea", { rows: 6, spellcheck: false, placeholder: EXAMPLE, "aria-label": "Error message or CloudTrail event" });
  #answer = h("div", { class: "reports", "aria-live": "polite" });
  #explain = h("button", { type: "button", class: "primary" }, "Explain");

  constructor(engine: Engine, deeds: Deeds) {
    this.#engine = engine;
    this.#deeds = deeds;
    const title = freshId("paste");
    this.#explain.addEventListener("click", () => void this.#ask());
    this.#text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void this.#ask();
    });
    this.element = h(
      "dialog",
      { class: "paste", "aria-labelledby": title },
      h("div", { class: "panel-head" }, h("h2", { id: title }, "Paste your error"), h("button", { type: "button", "aria-label": "Close", onclick: () => this.element.close() }, "×")),
      h("p", { class: "hint" }, "An AccessDenied message as a tool printed it, or an event of CloudTrail. It stays in this page."),
      this.#text,
      h("div", { class: "run-head" }, this.#explain, h("button", { type: "button", class: "quiet", onclick: () => this.#try() }, "Try an example")),
      this.#answer,
    );
  }

  show(): void {
    this.element.showModal();
    this.#text.focus();
  }

  #try(): void {
    this.#text.value = EXAMPLE;
    void this.#ask();
  }

  async #ask(): Promise<void> {
    const text = this.#text.value;
    if (!text.trim()) return this.#text.focus();
    this.#explain.disabled = true;
    this.#explain.textContent = "Explaining …";
    try {
      const alone = await this.#reports(text, {});
      const shown: HTMLElement[] = [];
      for (const [index, report] of alone.slice(0, 25).entries()) {
        const call = callOfReport(report, this.#deeds.page().call);
        shown.push(this.#report(call ? await this.#inWorld(text, index, call, report) : report, call));
      }
      if (alone.length > 25) shown.push(h("p", { class: "hint" }, `${alone.length - 25} more are not shown.`));
      fill(this.#answer, ...shown);
      // One report is what was meant: its call is taken at once, and can be changed.
      const [only] = alone;
      const call = only && alone.length === 1 ? callOfReport(only, this.#deeds.page().call) : undefined;
      if (call) this.#deeds.use(call);
    } catch (error) {
      fill(this.#answer, h("p", { class: "problems" }, error instanceof Error ? error.message : String(error)));
    } finally {
      this.#explain.disabled = false;
      this.#explain.textContent = "Explain";
    }
  }

  /** The same report against the world of the page, with this call's caller and key in it. */
  async #inWorld(text: string, index: number, call: Call, alone: Report): Promise<Report> {
    const page = { ...this.#deeds.page(), call };
    const files = { ...filesOf(page), [WORLD]: JSON.stringify(worldOf(page)) };
    try {
      const reports = await this.#reports(text, { world: WORLD, files, fixes: false });
      return reports[index] ?? alone;
    } catch {
      // The documents cannot be read at the moment; the editors say so.
      return alone;
    }
  }

  async #reports(text: string, options: object): Promise<Report[]> {
    const answer = JSON.parse(await this.#engine.ask("explain", text, JSON.stringify(options))) as { reports: Report[] } | Unreadable;
    if ("errors" in answer) throw new Error(answer.errors.map((one) => [one.message, one.help].filter(Boolean).join(": ")).join("; "));
    return answer.reports;
  }

  #report(report: Report, call: Call | undefined): HTMLElement {
    const { reported, sides = [], causes = [], unknowns = [], advice = [], meaning = [], detours = [] } = report;
    const list = (title: string, texts: string[]): HTMLElement | false =>
      texts.length > 0 && h("div", {}, h("h3", {}, title), h("ul", { class: "bullets" }, ...texts.map((text) => h("li", {}, ...marked(text)))));
    return h(
      "article",
      { class: `report ${report.agreement}` },
      h("p", { class: "report-head" }, [reported.operation, reported.caller.principal ?? reported.caller.id, reported.time].filter(Boolean).join(" · ")),
      h("p", {}, h("strong", {}, `${AGREES[report.agreement]}. `), ...marked(report.verdict)),
      list("What the words mean", meaning),
      list("Who says what", sides.map((side) => `${side.side === "owner" ? "the key's account" : "the caller's account"} ${side.account}, ${side.layer}: ${side.says}`)),
      list("What could explain a difference", causes.map((one) => one.text)),
      list("What the report does not tell", unknowns.map((one) => one.text)),
      list("What may have been meant", detours.map((one) => `${one.why}: ${one.text}`)),
      list("What to look at", advice),
      call &&
        h(
          "button",
          {
            type: "button",
            onclick: () => {
              this.#deeds.use(call);
              this.element.close();
            },
          },
          "Use this call",
        ),
    );
  }
}
