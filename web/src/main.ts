// The page: what it holds, and what happens when something changes.

import { useTables } from "./editor/complete";
import { Engine } from "./engine/client";
import { Latest } from "./engine/latest";
import type { Answer, Change, Problem, Remedies, Tables, Unreadable } from "./engine/protocol";
import { Linter } from "./lint";
import { mended } from "./mend";
import { keepOffline } from "./offline/register";
import { CallPanel } from "./panels/call";
import { DocumentsPanel } from "./panels/documents";
import { FixesPanel } from "./panels/fixes";
import { GalleryPanel } from "./panels/gallery";
import { PasteDialog } from "./panels/paste";
import { Player } from "./panels/player";
import { RuleDialog } from "./panels/rule";
import { RunPanel } from "./panels/run";
import { TestsPanel } from "./panels/tests";
import { VerdictPanel } from "./panels/verdict";
import { WhoCanPanel } from "./panels/whocan";
import { guessKind } from "./read";
import { firstPage, isLink } from "./start";
import { emptyPage, freeName } from "./state";
import type { Call, Page } from "./state";
import { keep } from "./store";
import { TopBar } from "./top";
import { fill, h } from "./ui/dom";
import { say } from "./ui/toast";
import { QUESTION, question } from "./world";

/** Milliseconds without a keystroke after which is asked what is more than the verdict. */
const PAUSE = 150;

/** The same for the first time, when the evaluator has to be loaded for the verdict first. */
const FIRST_PAUSE = 700;

class Playground {
  #page: Page = emptyPage();
  /** For the verdict alone, which nothing else may delay. */
  #engine = new Engine();
  /** For everything else. */
  #aside = new Engine();
  #latest = new Latest();
  #later = new Latest();
  #pause = 0;
  #isNew = false;
  #hasBegun = false;
  #rule = new RuleDialog(this.#aside);
  #fixes = new FixesPanel({
    page: () => this.#page,
    apply: (changes) => this.#apply(changes),
    nameKey: (key, region) => this.#use({ ...this.#page.call, key, region }),
  });
  #verdict = new VerdictPanel((place) => this.#documents.jump(place), this.#fixes.element);
  #documents = new DocumentsPanel(this.#page, () => this.#changed(), (code) => void this.#rule.show(code));
  #call = new CallPanel(this.#page.call, () => this.#changed());
  #run = new RunPanel(this.#aside, () => this.#page);
  #whoCan = new WhoCanPanel(this.#aside, () => this.#page, (place) => this.#documents.jump(place));
  #tests = new TestsPanel(this.#aside, (line, column, file) => this.#documents.jump({ file, line, column }));
  #player = new Player(this.#aside);
  #gallery = new GalleryPanel(this.#aside, {
    open: (page) => this.open(page),
    play: (scenario, files) => void this.#player.play(scenario, files),
  });
  #paste = new PasteDialog(this.#aside, { page: () => this.#page, use: (call) => this.#use(call) });
  #linter = new Linter(this.#aside);
  #top = new TopBar({
    page: () => this.#page,
    open: (page) => this.open(page),
    gallery: () => this.#gallery.show(),
    paste: () => this.#paste.show(),
  });

  async start(app: HTMLElement): Promise<void> {
    fill(
      app,
      this.#top.element,
      h("main", {}, h("div", { class: "left" }, this.#call.element, this.#documents.element, this.#tests.element, this.#run.element, this.#whoCan.element), this.#verdict.element),
      this.#verdict.chip,
      this.#gallery.element,
      this.#player.element,
      this.#paste.element,
      this.#rule.element,
    );
    this.#acceptFiles(app);
    window.kmsim = { took: () => this.#engine.took, answered: () => this.#engine.answered };
    const { page, problems } = await firstPage();
    this.open(page);
    for (const problem of problems) say(problem);
    window.addEventListener("hashchange", () => void this.#followLink());
  }

  /** What can wait until the first verdict is there. */
  async #afterFirst(): Promise<void> {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    keepOffline();
    try {
      const tables = JSON.parse(await this.#aside.ask("tables")) as Tables;
      useTables(tables);
      this.#call.useTables(tables);
    } catch {
      // Without tables nothing completes; that the evaluator is not there the verdict says.
    }
  }

  open(page: Page): void {
    this.#page = page;
    this.#documents.load(page);
    this.#call.load(page.call);
    this.#top.load(page);
    this.#run.reset();
    this.#fixes.clear();
    // A new page comes with its proposals at once, so that nothing moves afterwards.
    this.#isNew = true;
    this.#changed();
  }

  async #followLink(): Promise<void> {
    // Other fragments are places in the page.
    if (!isLink(location.hash.slice(1))) return;
    const { page, problems } = await firstPage();
    this.open(page);
    for (const problem of problems) say(problem);
  }

  #changed(): void {
    keep(this.#page);
    this.#run.load();
    this.#fixes.wait();
    this.#latest.run(async () => {
      await this.#check();
      void this.#afterFirst();
    });
    clearTimeout(this.#pause);
    this.#pause = window.setTimeout(() => this.#later.run(() => this.#more()), this.#hasBegun ? PAUSE : FIRST_PAUSE);
  }

  /** Puts a call into the form. */
  #use(call: Call): void {
    this.#page.call = call;
    this.#call.load(call);
    this.#run.reset();
    this.#changed();
  }

  /** Makes proposed changes, each a step that can be undone. */
  #apply(changes: Change[]): void {
    for (const change of changes) {
      const one = mended(this.#page, change);
      if (one) this.#documents.replace(one.doc, one.text);
    }
    this.#changed();
    say(changes.length === 1 ? "The change is made. Ctrl+Z in the editor undoes it." : `${changes.length} documents are changed. Ctrl+Z in their editors undoes it.`);
  }

  /** What is more than the verdict: findings, proposals, tests. */
  async #more(): Promise<void> {
    try {
      const page = structuredClone(this.#page);
      this.#documents.showFindings(await this.#linter.findings(page));
      await this.#propose(page);
      const problems = await this.#tests.run(page);
      if (problems.length > 0) this.#documents.diagnose([...problems]);
    } catch {
      // The verdict says that the evaluator is not there.
    }
  }

  async #propose(page: Page): Promise<void> {
    const { caller, operation } = page.call;
    if (!caller.trim() || !operation.trim()) return this.#fixes.clear();
    const { text, files } = question(page);
    const answer = JSON.parse(await this.#aside.ask("check", text, JSON.stringify({ name: QUESTION, files, fixes: true }))) as { fixes?: Remedies };
    if (answer.fixes) this.#fixes.show(answer.fixes);
  }

  async #check(): Promise<void> {
    const { caller, operation } = this.#page.call;
    if (!caller.trim() || !operation.trim()) {
      this.#verdict.showNothing();
      return;
    }
    const { text, files } = question(this.#page);
    const fixes = this.#isNew;
    this.#isNew = false;
    let answer: (Answer | Unreadable) & { fixes?: Remedies };
    try {
      answer = JSON.parse(await this.#engine.ask("check", text, JSON.stringify({ name: QUESTION, files, fixes }))) as typeof answer;
    } catch (error) {
      this.#verdict.showProblems([notLoaded(error)]);
      return;
    }
    const problems: Problem[] = "errors" in answer ? answer.errors : [];
    const ofTheCall = (problem: Problem): boolean => (problem.file ?? QUESTION) === QUESTION;
    this.#call.showProblems(problems.filter(ofTheCall));
    this.#documents.diagnose(problems.filter((problem) => !ofTheCall(problem)));
    if ("errors" in answer) this.#verdict.showProblems(problems);
    else this.#verdict.show(answer);
    if (answer.fixes) this.#fixes.show(answer.fixes);
  }

  /** Files that are dropped anywhere become documents. */
  #acceptFiles(app: HTMLElement): void {
    app.addEventListener("dragover", (event) => event.preventDefault());
    app.addEventListener("drop", (event) => {
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      void this.#takeFiles(files);
    });
  }

  async #takeFiles(files: File[]): Promise<void> {
    for (const file of files) {
      if (file.size > 4_000_000) {
        say(`${file.name} is larger than 4 MB and was not read.`);
        continue;
      }
      const text = await file.text();
      const kind = guessKind(text);
      if (!kind) {
        say(`${file.name} is no policy, no list of grants and no world.`);
        continue;
      }
      const known = this.#page.docs.find((doc) => doc.kind === kind && (kind === "key-policy" || kind === "grants" || kind === "world"));
      if (known) known.text = text;
      else this.#page.docs.push({ kind, name: freeName(this.#page, kind), text });
    }
    this.open(this.#page);
  }
}

function notLoaded(error: unknown): Problem {
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: "not-loaded",
    severity: "error",
    message: `The evaluator is not there: ${message}.`,
    help: /magic|wasm|fetch|instantiate/i.test(message)
      ? "The WebAssembly file did not arrive whole. Reload the page; if that does not help, the server may send something else in its place."
      : "Reload the page.",
  };
}

declare global {
  interface Window {
    /** For tests. */
    kmsim?: { took: () => number; answered: () => number };
  }
}

const app = document.getElementById("app");
if (app) {
  if (typeof WebAssembly === "object" && typeof Map.groupBy === "function" && "DecompressionStream" in window) {
    void new Playground().start(app);
  } else {
    fill(app, h("p", { class: "too-old" }, "This browser is too old for the playground: it needs WebAssembly, CompressionStream and a browser of 2024 or later."));
  }
}
