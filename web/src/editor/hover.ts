// What an action or a condition key is, when the mouse rests on it.

import { hoverTooltip } from "@codemirror/view";

import { h } from "../ui/dom";
import { described } from "./complete";

export const hovers = hoverTooltip((view, at) => {
  const line = view.state.doc.lineAt(at);
  const before = /"[^"]*$/.exec(line.text.slice(0, at - line.from));
  const after = /^[^"]*"/.exec(line.text.slice(at - line.from));
  if (!before || !after) return null;
  const from = at - before[0].length + 1;
  const to = at + after[0].length - 1;
  const word = view.state.sliceDoc(from, to);
  const lines = described(word);
  if (!lines) return null;
  return {
    pos: from,
    end: to,
    above: true,
    create: () => ({ dom: h("div", { class: "hover" }, h("strong", {}, word), ...lines.map((text) => h("p", {}, text))) }),
  };
});
