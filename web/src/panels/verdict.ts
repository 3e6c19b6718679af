// What came out: the sentence, AWS's own sentence, the picture, and statement by statement why.

import type { Answer, Check, Condition, Layer, Place, Problem, Statement } from "../engine/protocol";
import { fill, h } from "../ui/dom";
import { flow, OUTCOMES } from "./flow";

export class VerdictPanel {
  readonly element: HTMLElement;
  /** On small screens the verdict stands below everything else: this tells it, and leads there. */
  readonly chip = h("button", { type: "button", class: "chip", hidden: true, onclick: () => this.#go() });
  #body = h("div", { class: "verdict-body" });
  #live = h("p", { class: "visually-hidden", role: "status", "aria-live": "polite" });
  #jump: (place: Place) => void;
  #last: Answer | undefined;
  /** Proposals, which stand between the sentence and the picture. */
  #fixes: HTMLElement;

  constructor(jump: (place: Place) => void, fixes: HTMLElement) {
    this.#jump = jump;
    this.#fixes = fixes;
    this.element = h(
      "section",
      { class: "panel verdict", id: "verdict", tabIndex: -1, "aria-labelledby": "verdict-title" },
      h("h2", { id: "verdict-title" }, "Verdict"),
      this.#live,
      this.#body,
    );
  }

  show(answer: Answer): void {
    this.#last = answer;
    this.element.classList.remove("stale");
    const deciding = answer.checks.find((check) => check.decision === answer.decision);
    this.#live.textContent = `${OUTCOMES[answer.decision]}. ${deciding?.summary ?? ""}`;
    this.#chip(answer.decision, OUTCOMES[answer.decision] ?? "");
    fill(
      this.#body,
      answer.checks.length > 1 && this.#several(answer),
      ...answer.checks.map((check, index) => this.#check(check, answer.checks.length > 1, index === 0)),
      ...this.#gaps(answer),
    );
  }

  /** The texts can't be read at the moment: what was true before stays, and says that it is old. */
  showProblems(problems: Problem[]): void {
    const list = h(
      "ul",
      { class: "problems" },
      ...problems.slice(0, 8).map((problem) => this.#problem(problem)),
    );
    this.#live.textContent = `Not evaluated: ${problems[0]?.message ?? ""}`;
    this.#chip("stale", "Not evaluated");
    this.element.classList.toggle("stale", this.#last !== undefined);
    const old = this.#body.querySelector(".not-evaluated");
    old?.remove();
    const box = h(
      "div",
      { class: "not-evaluated" },
      h("p", {}, h("strong", {}, "Not evaluated. "), this.#last ? "What is below is from before." : ""),
      list,
    );
    if (this.#last) this.#body.prepend(box);
    else fill(this.#body, box);
  }

  /** Nothing has been asked yet. */
  showNothing(): void {
    this.#last = undefined;
    this.element.classList.remove("stale");
    this.#live.textContent = "";
    this.chip.hidden = true;
    fill(this.#body, h("p", { class: "hint" }, "Say who calls which operation on which key, and the verdict appears here."));
  }

  #chip(kind: string, text: string): void {
    this.chip.hidden = false;
    this.chip.className = `chip ${kind}`;
    fill(this.chip, text, h("span", { class: "visually-hidden" }, ": go to the verdict"));
  }

  #go(): void {
    this.element.scrollIntoView();
    this.element.focus({ preventScroll: true });
  }

  #problem(problem: Problem): HTMLLIElement {
    const { file, line = 1, column = 1 } = problem;
    const where = file && file !== "call.json" ? `${file}:${line}:${column}` : "";
    return h(
      "li",
      {},
      problem.message,
      where && " ",
      where && h("button", { type: "button", class: "link", onclick: () => this.#jump({ file: file ?? "", line, column }) }, where),
      problem.help && h("span", { class: "help" }, ` ${problem.help}`),
    );
  }

  #several(answer: Answer): HTMLElement {
    const given = answer.checks.filter((check) => check.decision === "allowed").length;
    return h(
      "p",
      { class: `outcome ${answer.decision}` },
      h("strong", {}, OUTCOMES[answer.decision]),
      ` The call needs ${answer.checks.length} permissions, ${given} of them given.`,
    );
  }

  #check(check: Check, several: boolean, first: boolean): HTMLElement {
    const shown = h("div", { class: "trace" });
    const select = (layer: Layer): void => {
      const place = layer.statements?.find(decides)?.location ?? layer.statements?.[0]?.location ?? layer.grants?.[0]?.location;
      if (place) this.#jump(place);
      const details = [...shown.querySelectorAll("details")].find((one) => one.dataset.layer === layer.layer);
      if (details) {
        details.open = true;
        details.scrollIntoView({ block: "nearest" });
      }
    };
    shown.append(...check.layers.map((layer) => this.#layer(layer, check)));
    return h(
      "article",
      { class: "check" },
      several && h("h3", {}, check.check),
      h("p", { class: `outcome ${check.decision}` }, h("strong", {}, OUTCOMES[check.decision]), ` ${check.summary}`),
      check.awsMessage && h("figure", { class: "aws" }, h("figcaption", {}, "AWS would say"), h("blockquote", {}, check.awsMessage)),
      check.residual && residual(check.residual),
      check.missingContext && missing(check.missingContext),
      flow(check, select),
      first && this.#fixes,
      h("h3", {}, "Statement by statement"),
      shown,
      context(check),
      check.assumptions && assumptions(check.assumptions),
    );
  }

  #layer(layer: Layer, check: Check): HTMLDetailsElement {
    const interesting = (layer.statements ?? []).some((one) => check.because.includes(one.reference));
    const open = interesting || (check.blockedBy ?? []).includes(layer.layer);
    const statements = (layer.statements ?? []).map((one) => this.#statement(one, check));
    const grants = (layer.grants ?? []).map((grant) =>
      h("li", { class: `statement ${grant.covers}` }, this.#reference(grant.reference, grant.location), h("span", { class: "why" }, grant.note)),
    );
    return h(
      "details",
      { class: `layer-detail ${layer.verdict}`, open, "data-layer": layer.layer },
      h("summary", {}, h("span", { class: "layer-title" }, layer.title), h("span", { class: "layer-note" }, layer.note)),
      statements.length + grants.length > 0 && h("ul", { class: "statements" }, ...statements, ...grants),
    );
  }

  #statement(one: Statement, check: Check): HTMLLIElement {
    const decisive = check.because.includes(one.reference);
    return h(
      "li",
      { class: `statement ${one.applies}${decisive ? " decisive" : ""}` },
      h("span", { class: `effect ${one.effect.toLowerCase()}` }, one.effect),
      this.#reference(one.reference, one.location),
      one.level && h("span", { class: "level" }, ` at ${one.level}`),
      h("span", { class: "why" }, because(one)),
      ...(one.conditions ?? []).map(condition),
    );
  }

  #reference(reference: string, place: Place): HTMLButtonElement {
    const name = reference.split("#").at(1) ?? reference;
    return h(
      "button",
      { type: "button", class: "link", title: `${reference}, ${place.file}:${place.line}`, onclick: () => this.#jump(place) },
      `${name} · line ${place.line}`,
    );
  }

  #gaps(answer: Answer): HTMLElement[] {
    if (!answer.gaps?.length) return [];
    return [
      h("h3", {}, "Not considered"),
      h("ul", { class: "gaps" }, ...answer.gaps.map((gap) => h("li", {}, gap.message))),
    ];
  }
}

const decides = (one: Statement): boolean => one.applies !== "no";

/** Which element of a statement does not fit, in words. */
function because(one: Statement): string {
  if (one.applies === "yes") return one.principal === "account" ? "applies, by delegation to the account" : "applies";
  if (!one.action) return "is about other actions";
  if (one.principal === "no") return "names other principals";
  if (one.resource === "no") return "is about other resources";
  const open = one.applies === "unknown" ? "may apply" : "does not apply";
  const failed = (one.conditions ?? []).filter((condition) => condition.holds !== "yes");
  return failed.length > 0 ? `${open}: ${failed.length === 1 ? "a condition" : "conditions"}` : open;
}

function condition(one: Condition): HTMLElement {
  const found = one.actual?.join(", ") ?? (one.found === "unknown" ? "not known" : "not in the request");
  const sign = { yes: "✓", no: "✕", unknown: "?" }[one.holds];
  return h(
    "span",
    { class: `condition ${one.holds}` },
    h("span", { class: "sign", "aria-label": { yes: "holds", no: "does not hold", unknown: "not known" }[one.holds], role: "img" }, sign),
    ` ${one.operator} `,
    h("code", {}, one.key),
    ` ${one.expected.join(" or ")} — the request has `,
    h("code", {}, found),
  );
}

function residual(list: NonNullable<Check["residual"]>): HTMLElement {
  return h(
    "div",
    { class: "residual" },
    h("h3", {}, "What would settle it"),
    h("ul", {}, ...list.map((one) => h("li", {}, h("code", {}, one.reference), ` (${one.effect}): ${one.text}`))),
  );
}

function missing(keys: string[]): HTMLElement {
  return h("p", { class: "hint" }, "An Allow would apply if the request had ", ...keys.flatMap((key, at) => [at ? ", " : "", h("code", {}, key)]), ".");
}

function context(check: Check): HTMLElement {
  const rows = Object.entries(check.request.context).map(([key, value]) =>
    h("tr", {}, h("th", { scope: "row" }, key), h("td", {}, Array.isArray(value) ? value.join(", ") : String(value))),
  );
  return h(
    "details",
    { class: "context" },
    h("summary", {}, `Condition keys of the request (${rows.length})`),
    h("div", { class: "scroll", tabIndex: 0, role: "region", "aria-label": "Condition keys" }, h("table", {}, h("tbody", {}, ...rows))),
  );
}

function assumptions(list: NonNullable<Check["assumptions"]>): HTMLElement {
  return h(
    "details",
    { class: "assumptions" },
    h("summary", {}, `Taken for granted where AWS's documentation is silent (${list.length})`),
    h("ul", {}, ...list.map((one) => h("li", {}, one.text))),
  );
}
