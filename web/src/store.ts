// What a tab of the browser keeps over a reload. Each tab has its own, so that several can be
// open beside each other; nothing is kept when the tab is closed.

import { writePage } from "./read";
import type { Page } from "./state";

const KEY = "kmsim.page";

export function keep(page: Page): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(writePage(page)));
  } catch {
    // Without storage (a private window, a full disk) a reload starts over: no reason to stop.
  }
}

export function kept(): unknown {
  try {
    const text = sessionStorage.getItem(KEY);
    return text === null ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

const THEME = "kmsim.theme";

export type Theme = "light" | "dark" | "auto";

export function theme(): Theme {
  try {
    const found = localStorage.getItem(THEME);
    return found === "light" || found === "dark" ? found : "auto";
  } catch {
    return "auto";
  }
}

export function setTheme(value: Theme): void {
  if (value === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = value;
  try {
    localStorage.setItem(THEME, value);
  } catch {
    // As above.
  }
}
