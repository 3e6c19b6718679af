// Short messages that need no answer.

import { h } from "./dom";

let box: HTMLElement | undefined;

export function say(message: string): void {
  box ??= document.body.appendChild(h("div", { class: "toasts", role: "status", "aria-live": "polite" }));
  const close = (): void => toast.remove();
  const toast = h(
    "div",
    { class: "toast" },
    h("span", {}, message),
    h("button", { type: "button", "aria-label": "Close this message", onclick: close }, "×"),
  );
  box.append(toast);
  setTimeout(close, 12_000);
}
