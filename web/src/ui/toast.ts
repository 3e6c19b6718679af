// Short messages, and questions that can be left alone.

import { h } from "./dom";

let box: HTMLElement | undefined;

export function say(message: string): void {
  setTimeout(show(message), 12_000);
}

/** A message that stays, with something that can be done about it. */
export function ask(message: string, deed: string, run: () => void): void {
  show(message, h("button", { type: "button", class: "deed", onclick: run }, deed));
}

/** Shows a message; gives what takes it away. */
function show(message: string, deed?: HTMLElement): () => void {
  box ??= document.body.appendChild(h("div", { class: "toasts", role: "status", "aria-live": "polite" }));
  const close = (): void => toast.remove();
  const toast = h(
    "div",
    { class: "toast" },
    h("span", {}, message),
    deed,
    h("button", { type: "button", "aria-label": "Close this message", onclick: close }, "×"),
  );
  box.append(toast);
  return close;
}
