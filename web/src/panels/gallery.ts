// The gallery: examples by topic, in a dialog.

import { EXAMPLES } from "../gallery";
import type { Example } from "../gallery";
import type { Page } from "../state";
import { freshId, h } from "../ui/dom";

export class GalleryPanel {
  readonly element: HTMLDialogElement;

  constructor(open: (page: Page) => void) {
    const title = freshId("gallery");
    const topics = Map.groupBy(EXAMPLES, (example) => example.topic);
    const choose = (example: Example): void => {
      this.element.close();
      open(structuredClone(example.page));
    };
    this.element = h(
      "dialog",
      { class: "gallery", "aria-labelledby": title },
      h("div", { class: "panel-head" }, h("h2", { id: title }, "Examples"), h("button", { type: "button", "aria-label": "Close", onclick: () => this.element.close() }, "×")),
      ...[...topics].map(([topic, examples]) =>
        h(
          "section",
          {},
          h("h3", {}, topic),
          h("ul", { class: "cards" }, ...examples.map((example) => h("li", {}, h("button", { type: "button", class: "card", onclick: () => choose(example) }, example.question)))),
        ),
      ),
    );
  }

  show(): void {
    this.element.showModal();
  }
}
