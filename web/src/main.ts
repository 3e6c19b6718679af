// The page: what it holds, and what happens when something changes.

import { useTables } from "./editor/complete";
import { Engine } from "./engine/client";
import { Latest } from "./engine/latest";
import type { Answer, Problem, Tables, Unreadable } from "./engine/protocol";
import { CallPanel } from "./panels/call";
import { DocumentsPanel } from "./panels/documents";
import { GalleryPanel } from "./panels/gallery";
import { Player } from "./panels/player";
import { RunPanel } from "./panels/run";
import { VerdictPanel } from "./panels/verdict";
import { guessKind } from "./read";
import { firstPage } from "./start";
import { emptyPage, freeName } from "./state";
import type { Page } from "./state";
import { keep } from "./store";
import { TopBar } from "./top";
import { fill, h } from "./ui/dom";
import { say } from "./ui/toast";
import { QUESTION, question } from "./world";

class Playground {
  #page: Page = emptyPage();
  #engine = new Engine();
  #latest = new Latest();
  #verdict = new VerdictPanel((place) => this.#documents.jump(place));
  #documents = new DocumentsPanel(this.#page, () => this.#changed());
  #call = new CallPanel(this.#page.call, () => this.#changed());
  #run = new RunPanel(this.#engine, () => this.#page);
  #player = new Player(this.#engine);
  #gallery = new GalleryPanel(this.#engine, {
    open: (page) => this.open(page),
    play: (scenario, files) => void this.#player.play(scenario, files),
  });
  #top = new TopBar({
    page: () => this.#page,
    open: (page) => this.open(page),
    gallery: () => this.#gallery.show(),
  });

  async start(app: HTMLElement): Promise<void> {
    fill(
      app,
      this.#top.element,
      h("main", {}, h("div", { class: "left" }, this.#call.element, this.#documents.element, this.#run.element), this.#verdict.element),
      this.#gallery.element,
      this.#player.element,
    );
    this.#acceptFiles(app);
    window.kmsim = { took: () => this.#engine.took };
    const { page, problems } = await firstPage();
    this.open(page);
    for (const problem of problems) say(problem);
    window.addEventListener("hashchange", () => void this.#followLink());
    const tables = JSON.parse(await this.#engine.ask("tables")) as Tables;
    useTables(tables);
    this.#call.useTables(tables);
  }

  open(page: Page): void {
    this.#page = page;
    this.#documents.load(page);
    this.#call.load(page.call);
    this.#top.load(page);
    this.#run.reset();
    this.#changed();
  }

  async #followLink(): Promise<void> {
    const { page, problems } = await firstPage();
    this.open(page);
    for (const problem of problems) say(problem);
  }

  #changed(): void {
    keep(this.#page);
    this.#run.load();
    this.#latest.run(() => this.#check());
  }

  async #check(): Promise<void> {
    const { caller, operation } = this.#page.call;
    if (!caller.trim() || !operation.trim()) {
      this.#verdict.showNothing();
      return;
    }
    const { text, files } = question(this.#page);
    let answer: Answer | Unreadable;
    try {
      answer = JSON.parse(await this.#engine.ask("check", text, JSON.stringify({ name: QUESTION, files }))) as Answer | Unreadable;
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
    kmsim?: { took: () => number };
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
