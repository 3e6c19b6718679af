// The documents, each in a tab with an editor.

import type { Diagnostic } from "@codemirror/lint";

import { Editor } from "../editor/editor";
import type { Finding, Place, Problem } from "../engine/protocol";
import { isPolicy } from "../lint";
import { fileName, freeName, isSingle, KINDS, LEVELS, TITLES } from "../state";
import type { Doc, Kind, Level, Page } from "../state";
import { fill, freshId, h } from "../ui/dom";
import { marked } from "./rule";

/** What a new document starts with. */
const BEGINNINGS: Partial<Record<Kind, string>> = {
  grants: '{\n  "Grants": [\n    {\n      "GrantId": "0c237476b39f8bc44e45212e08498fbe3151305030726c0590dd8d3e9f3d6a60",\n      "GranteePrincipal": "",\n      "Operations": ["Decrypt"]\n    }\n  ]\n}\n',
  tests:
    "# What this page's world must answer. `world` may also be inline.\nschema: 1\nworld: {file: page-world.json}\ncases:\n  - name: the caller of the page may decrypt\n    principals: [\"arn:aws:iam::111122223333:user/alice\"]\n    actions: [kms:Decrypt]\n    key: arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\n    matrix:\n      - {expect: allowed}\n",
  world: "accounts:\n  - id: \"111122223333\"\n    users: [{name: alice}]\n    keys:\n      - {id: 1234abcd-12ab-34cd-56ef-1234567890ab, region: us-east-1, policy: default, aliases: [alias/app]}\n",
};

const POLICY = '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {\n      "Effect": "Allow",\n      "Action": "kms:Decrypt",\n      "Resource": "*"\n    }\n  ]\n}\n';

export class DocumentsPanel {
  readonly element: HTMLElement;
  #page: Page;
  #current: Doc | undefined;
  #editor: Editor | undefined;
  #changed: () => void;
  #tabs = h("div", { class: "tabs", role: "tablist", "aria-label": "Documents" });
  #pane = h("div", { class: "editor", role: "tabpanel", id: freshId("pane") });
  #tools = h("div", { class: "doc-tools" });
  #add = h("select", { class: "add", "aria-label": "Add a document" });
  #list = h("ul", { class: "findings" });
  #findingsTitle = h("summary", {});
  #findingsPanel = h("details", { class: "findings-panel", open: true }, this.#findingsTitle, this.#list);
  #problems = new Map<string, Problem[]>();
  /** Of policies, what the linter found; the errors of the evaluator are among it. */
  #findings = new Map<string, Finding[]>();
  #rule: (code: string) => void;

  constructor(page: Page, changed: () => void, rule: (code: string) => void) {
    this.#page = page;
    this.#changed = changed;
    this.#rule = rule;
    this.#add.addEventListener("change", () => this.#addDocument(this.#add.value));
    this.element = h(
      "section",
      { class: "panel documents", "aria-labelledby": "documents-title" },
      h("div", { class: "panel-head" }, h("h2", { id: "documents-title" }, "Policies"), this.#add),
      this.#tabs,
      this.#tools,
      this.#pane,
      this.#findingsPanel,
      h("p", { class: "hint keys" }, h("kbd", {}, "Ctrl"), "+", h("kbd", {}, "Space"), " completes, ", h("kbd", {}, "F8"), " next finding, ", h("kbd", {}, "Esc"), " then ", h("kbd", {}, "Tab"), " leaves the editor"),
    );
    this.load(page);
  }

  load(page: Page): void {
    this.#page = page;
    this.#problems.clear();
    this.#findings.clear();
    this.#open(page.docs[0]);
  }

  /** Shows what is wrong, by file name. */
  diagnose(problems: Problem[]): void {
    this.#problems = Map.groupBy(problems, (problem) => problem.file ?? "");
    this.#drawTabs();
    this.#mark();
  }

  /** Shows what the linter found, by file name. */
  showFindings(findings: Map<string, Finding[]>): void {
    this.#findings = findings;
    this.#drawTabs();
    this.#mark();
  }

  /** Goes to a place in a document. */
  jump(place: Place): void {
    const outer = place.within ?? place;
    const doc = this.#page.docs.find((one) => fileName(one) === outer.file);
    if (!doc) return;
    if (doc !== this.#current) this.#open(doc);
    this.#editor?.jump(outer.line, outer.column);
  }

  /** The text of a document, replaced from outside: a fix. A document that is new is added. */
  replace(doc: Doc, text: string): void {
    if (!this.#page.docs.includes(doc)) {
      this.#page.docs.push({ ...doc, text: "" });
      doc = this.#page.docs.at(-1) ?? doc;
    }
    if (doc !== this.#current) this.#open(doc);
    this.#editor?.replace(text);
    this.#drawTabs();
    this.#editor?.view.focus();
  }

  #open(doc: Doc | undefined): void {
    this.#current = doc;
    this.#editor?.destroy();
    this.#editor = undefined;
    fill(this.#pane);
    if (doc) {
      this.#editor = new Editor({
        label: title(doc),
        text: doc.text,
        change: (text) => {
          doc.text = text;
          this.#changed();
        },
      });
      this.#pane.append(this.#editor.view.dom);
    }
    this.#drawTabs();
    this.#drawTools();
    this.#drawAdd();
    this.#mark();
  }

  #drawTabs(): void {
    const focused = this.#tabs.contains(document.activeElement);
    fill(this.#tabs, ...this.#page.docs.map((doc) => this.#tab(doc)));
    if (focused) this.#tabs.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
  }

  #tab(doc: Doc): HTMLButtonElement {
    const selected = doc === this.#current;
    const found = this.#of(doc);
    const count = found.length;
    const worst = found.some((one) => ["error", "refused", "security"].includes(one.severity));
    return h(
      "button",
      {
        type: "button",
        role: "tab",
        "aria-selected": selected,
        "aria-controls": this.#pane.id,
        tabIndex: selected ? 0 : -1,
        onclick: () => this.#open(doc),
        onkeydown: (event: KeyboardEvent) => this.#move(event),
      },
      title(doc),
      count > 0 && h("span", { class: worst ? "count" : "count mild" }, h("span", { "aria-hidden": "true" }, String(count)), h("span", { class: "visually-hidden" }, ` (${count} findings)`)),
    );
  }

  /** Arrow keys go from tab to tab, as in every tab list. */
  #move(event: KeyboardEvent): void {
    const docs = this.#page.docs;
    const at = docs.findIndex((doc) => doc === this.#current);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: docs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.#open(docs[(to + docs.length) % docs.length]);
    this.#tabs.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
  }

  #drawTools(): void {
    const doc = this.#current;
    if (!doc) return fill(this.#tools);
    const rename = (name: string): void => {
      doc.name = name.replace(/[^\w.+=,@-]+/g, "-") || freeName(this.#page, doc.kind);
      this.#drawTabs();
      this.#changed();
    };
    const level = (value: string): void => {
      doc.level = value as Level;
      this.#drawTabs();
      this.#changed();
    };
    fill(
      this.#tools,
      !isSingle(doc.kind) &&
        h("label", {}, "Name ", h("input", { value: doc.name, size: 18, onchange: (event: Event) => rename((event.target as HTMLInputElement).value) })),
      doc.level !== undefined &&
        h(
          "label",
          {},
          "Attached to ",
          h(
            "select",
            { onchange: (event: Event) => level((event.target as HTMLSelectElement).value) },
            ...LEVELS.map((one) => h("option", { value: one, selected: one === doc.level }, one)),
          ),
        ),
      h("button", { type: "button", class: "quiet", onclick: () => this.#format() }, "Format"),
      h("button", { type: "button", class: "quiet", onclick: () => this.#remove(doc) }, "Remove"),
    );
  }

  #drawAdd(): void {
    const free = KINDS.filter((kind) => !isSingle(kind) || !this.#page.docs.some((doc) => doc.kind === kind));
    fill(this.#add, h("option", { value: "" }, "+ Add …"), ...free.map((kind) => h("option", { value: kind }, TITLES[kind])));
  }

  #addDocument(value: string): void {
    const kind = KINDS.find((one) => one === value);
    if (!kind) return;
    const doc: Doc = { kind, name: freeName(this.#page, kind), text: BEGINNINGS[kind] ?? POLICY };
    if (kind === "scp" || kind === "rcp") doc.level = "account";
    this.#page.docs.push(doc);
    this.#open(doc);
    this.#changed();
    this.#editor?.view.focus();
  }

  #remove(doc: Doc): void {
    const at = this.#page.docs.indexOf(doc);
    this.#page.docs.splice(at, 1);
    this.#open(this.#page.docs[Math.max(0, at - 1)]);
    this.#changed();
    this.#tabs.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
  }

  #format(): void {
    const editor = this.#editor;
    if (!editor) return;
    try {
      editor.replace(`${JSON.stringify(JSON.parse(editor.text), undefined, 2)}\n`);
    } catch {
      // What is no JSON is left as it is; its error is marked.
    }
    editor.view.focus();
  }

  /** What is wrong with a document. */
  #of(doc: Doc): (Finding | Problem)[] {
    const name = fileName(doc);
    const findings = isPolicy(doc) ? this.#findings.get(name) : undefined;
    return findings ?? this.#problems.get(name) ?? [];
  }

  #mark(): void {
    const editor = this.#editor;
    if (!editor || !this.#current) return;
    const own = this.#of(this.#current);
    editor.diagnose(own.map((one) => diagnostic(one, editor, this.#rule)));
    this.#findingsTitle.textContent = own.length === 0 ? "No findings" : own.length === 1 ? "1 finding" : `${own.length} findings`;
    fill(this.#list, ...own.map((one) => this.#finding(one, editor)));
  }

  #finding(one: Finding | Problem, editor: Editor): HTMLLIElement {
    const { line = 1, column = 1 } = one;
    const fix = "fix" in one ? one.fix : undefined;
    return h(
      "li",
      { class: "finding" },
      h("span", { class: `severity ${one.severity}` }, one.severity),
      h("span", { class: "finding-text" }, ...marked(one.message), one.help && h("span", { class: "help" }, " ", ...marked(one.help))),
      h(
        "span",
        { class: "finding-deeds" },
        h("button", { type: "button", class: "link", onclick: () => editor.jump(line, column) }, `line ${line}`),
        "rule" in one && h("button", { type: "button", class: "link", title: one.rule, onclick: () => this.#rule(one.code) }, one.code),
        fix && h("button", { type: "button", class: "quiet", onclick: () => editor.edit(fix.edits) }, fixName(fix)),
      ),
    );
  }
}

function title(doc: Doc): string {
  if (isSingle(doc.kind)) return TITLES[doc.kind];
  return `${TITLES[doc.kind]}: ${doc.name}`;
}

function diagnostic(problem: Finding | Problem, editor: Editor, rule: (code: string) => void): Diagnostic {
  const from = editor.offset(problem.line ?? 1, problem.column ?? 1);
  const line = editor.view.state.doc.lineAt(from);
  const token = /^("(\\.|[^"\\])*"|[\w.-]+|.)/.exec(editor.view.state.sliceDoc(from, line.to));
  const fix = "fix" in problem ? problem.fix : undefined;
  const severities: Record<string, Diagnostic["severity"]> = { error: "error", refused: "error", security: "error", warning: "warning", suggestion: "info" };
  return {
    from,
    to: Math.min(from + (token?.[0].length ?? 1), editor.view.state.doc.length),
    severity: severities[problem.severity] ?? "warning",
    message: problem.help ? `${problem.message}\n${problem.help}` : problem.message,
    source: problem.code,
    actions: [
      ...(fix ? [{ name: fixName(fix), apply: () => editor.edit(fix.edits) }] : []),
      ...("rule" in problem ? [{ name: `About ${problem.code}`, apply: () => rule(problem.code) }] : []),
    ],
  };
}

/** What a repair does; what is only guessed says so. */
const fixName = ({ title, safety }: NonNullable<Finding["fix"]>): string => `Fix${safety === "guess" ? " (a guess)" : ""}: ${title.replaceAll("`", "")}`;
