// Policy tests of the page: run again whenever something changes.

import type { Engine } from "../engine/client";
import type { Problem, TestReport, Unreadable } from "../engine/protocol";
import { fileName } from "../state";
import type { Page } from "../state";
import { fill, freshId, h } from "../ui/dom";
import { filesOf, WORLD, worldOf } from "../world";

export class TestsPanel {
  readonly element: HTMLElement;
  #engine: Engine;
  #jump: (line: number, column: number, file: string) => void;
  #summary = h("p", { class: "tests-summary", role: "status" });
  #list = h("ul", { class: "tests-list" });

  constructor(engine: Engine, jump: (line: number, column: number, file: string) => void) {
    this.#engine = engine;
    this.#jump = jump;
    const title = freshId("tests");
    this.element = h("section", { class: "panel tests", hidden: true, "aria-labelledby": title }, h("h2", { id: title }, "Policy tests"), this.#summary, this.#list);
  }

  /** Runs the tests of a page; gives what is wrong with their document. */
  async run(page: Page): Promise<Problem[]> {
    const doc = page.docs.find((one) => one.kind === "tests" && one.text.trim() !== "");
    this.element.hidden = doc === undefined;
    if (!doc) return [];
    const name = fileName(doc);
    const files = { ...filesOf(page), [WORLD]: JSON.stringify(worldOf(page)) };
    const report = JSON.parse(await this.#engine.ask("testFile", doc.text, JSON.stringify({ name, files }))) as TestReport | Unreadable;
    if (isUnreadable(report)) {
      this.#summary.textContent = "The tests cannot be read.";
      fill(this.#list, ...report.errors.slice(0, 5).map((one) => h("li", { class: "error" }, one.message, one.help && h("span", { class: "help" }, ` ${one.help}`))));
      return report.errors.filter((one) => (one.file ?? name) === name);
    }
    this.#show(report, name);
    return [];
  }

  #show({ passed, failed, errors, cases }: TestReport, file: string): void {
    this.#summary.textContent = `${passed} passed, ${failed} failed${errors > 0 ? `, ${errors} unreadable` : ""}`;
    this.#summary.className = `tests-summary ${failed + errors > 0 ? "failed" : "passed"}`;
    fill(
      this.#list,
      ...cases.map((one) =>
        h(
          "li",
          { class: one.status },
          h("span", { class: "sign", role: "img", "aria-label": one.status }, one.status === "passed" ? "✓" : "✕"),
          " ",
          h("button", { type: "button", class: "link", onclick: () => this.#jump(one.line, one.column, file) }, one.name),
          one.status === "failed" && h("span", { class: "why" }, `expected ${one.expected ?? ""}, found ${one.found ?? ""}. ${one.summary ?? ""}`),
          one.status === "error" && h("span", { class: "why" }, one.message ?? ""),
        ),
      ),
    );
  }
}

/** A report counts its `errors`; a document that cannot be read has a list of them. */
const isUnreadable = (report: TestReport | Unreadable): report is Unreadable => Array.isArray(report.errors);
