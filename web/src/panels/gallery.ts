// The gallery: examples by topic, and the scenarios, in a dialog.

import type { Engine } from "../engine/client";
import { EXAMPLES } from "../gallery";
import type { Example } from "../gallery";
import { loadFiles, scenariosOf } from "../scenarios";
import type { Scenario } from "../scenarios";
import type { Page } from "../state";
import { fill, freshId, h } from "../ui/dom";

interface Deeds {
  open: (page: Page) => void;
  play: (scenario: Scenario, files: Record<string, string>) => void;
}

export class GalleryPanel {
  readonly element: HTMLDialogElement;
  #engine: Engine;
  #deeds: Deeds;
  #scenarios = h("ul", { class: "cards" });

  constructor(engine: Engine, deeds: Deeds) {
    this.#engine = engine;
    this.#deeds = deeds;
    const title = freshId("gallery");
    const topics = Map.groupBy(EXAMPLES, (example) => example.topic);
    this.element = h(
      "dialog",
      { class: "gallery", "aria-labelledby": title },
      h("div", { class: "panel-head" }, h("h2", { id: title }, "Examples"), h("button", { type: "button", "aria-label": "Close", onclick: () => this.element.close() }, "×")),
      ...[...topics].map(([topic, examples]) => section(topic, h("ul", { class: "cards" }, ...examples.map((one) => this.#example(one))))),
      section("Scenarios, run step by step", this.#scenarios),
    );
  }

  show(): void {
    this.element.showModal();
    void this.#loadScenarios();
  }

  #example(example: Example): HTMLLIElement {
    return card(example.question, () => {
      this.element.close();
      this.#deeds.open(structuredClone(example.page));
    });
  }

  async #loadScenarios(): Promise<void> {
    if (this.#scenarios.childElementCount > 0) return;
    let files: Record<string, string>;
    try {
      files = await loadFiles(this.#engine);
    } catch (error) {
      fill(this.#scenarios, h("li", { class: "problems" }, `The scenarios did not arrive: ${String(error)}`));
      return;
    }
    const play = (scenario: Scenario): void => {
      this.element.close();
      this.#deeds.play(scenario, files);
    };
    fill(this.#scenarios, ...scenariosOf(files).map((scenario) => card(scenario.question, () => play(scenario))));
  }
}

const section = (title: string, list: HTMLElement): HTMLElement => h("section", {}, h("h3", {}, title), list);

const card = (text: string, deed: () => void): HTMLLIElement => h("li", {}, h("button", { type: "button", class: "card", onclick: deed }, text));
