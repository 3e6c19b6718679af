// The bar at the top: examples, links, files, colours.

import { readPage, writePage } from "./read";
import { LONG_LINK, toFragment, withoutAccountIds } from "./share";
import { emptyPage } from "./state";
import type { Page } from "./state";
import { setTheme, theme } from "./store";
import type { Theme } from "./store";
import { h, s } from "./ui/dom";
import { say } from "./ui/toast";

interface Deeds {
  page: () => Page;
  open: (page: Page) => void;
  gallery: () => void;
  paste: () => void;
}

export class TopBar {
  readonly element: HTMLElement;
  #deeds: Deeds;
  #title = h("input", { class: "page-title", placeholder: "Untitled", "aria-label": "Title" });
  #file = h("input", { type: "file", accept: ".json,application/json", hidden: true });

  constructor(deeds: Deeds) {
    this.#deeds = deeds;
    this.#title.addEventListener("input", () => {
      deeds.page().title = this.#title.value;
    });
    this.#file.addEventListener("change", () => void this.#load());
    setTheme(theme());
    this.element = h(
      "header",
      { class: "top" },
      h("h1", {}, mark(), " kmsim", h("span", { class: "sub" }, " playground")),
      this.#title,
      h(
        "nav",
        { "aria-label": "Page" },
        button("Examples", deeds.gallery, "primary"),
        button("Paste your error", deeds.paste),
        button("New", () => deeds.open(emptyPage())),
        this.#shareMenu(),
        button("Save", () => this.#save()),
        button("Open", () => this.#file.click()),
        this.#themes(),
        this.#file,
      ),
    );
  }

  load(page: Page): void {
    this.#title.value = page.title;
    document.title = page.title ? `${page.title} · kmsim playground` : "kmsim playground";
  }

  #shareMenu(): HTMLElement {
    const menu = h(
      "details",
      { class: "menu" },
      h("summary", {}, "Share"),
      h(
        "div",
        { class: "menu-body" },
        button("Copy link", () => void this.#copy(this.#deeds.page(), menu)),
        button("Copy link with made-up account ids", () => void this.#copy(withoutAccountIds(this.#deeds.page()), menu)),
        h("p", { class: "hint" }, "The link holds the whole page. What stands after # is never sent to a server."),
      ),
    );
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      menu.open = false;
      menu.querySelector("summary")?.focus();
    });
    return menu;
  }

  async #copy(page: Page, menu: HTMLDetailsElement): Promise<void> {
    const fragment = await toFragment(page);
    const link = `${location.href.split("#")[0]}#${fragment}`;
    menu.open = false;
    history.replaceState(undefined, "", `#${fragment}`);
    try {
      await navigator.clipboard.writeText(link);
      say("The link is copied.");
    } catch {
      say("The link stands in the address bar: the browser did not let it be copied.");
    }
    if (link.length > LONG_LINK) say(`The link has ${link.length} characters, which some programs cut off. A saved file is safer.`);
  }

  #save(): void {
    const page = this.#deeds.page();
    const blob = new Blob([`${JSON.stringify(writePage(page), undefined, 2)}\n`], { type: "application/json" });
    const url = URL.createObjectURL(blob);
    const name = page.title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "playground";
    h("a", { href: url, download: `${name}.kmsim.json` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }

  async #load(): Promise<void> {
    const file = this.#file.files?.[0];
    this.#file.value = "";
    if (!file) return;
    try {
      const { page, problems } = readPage(JSON.parse(await file.text()) as unknown);
      this.#deeds.open(page);
      for (const problem of problems) say(problem);
    } catch {
      say(`${file.name} is no page that was saved here: it is no JSON.`);
    }
  }

  #themes(): HTMLElement {
    const select = h(
      "select",
      { "aria-label": "Colours", onchange: () => setTheme(select.value as Theme) },
      ...(["auto", "light", "dark"] as const).map((one) => h("option", { value: one, selected: one === theme() }, { auto: "Auto", light: "Light", dark: "Dark" }[one])),
    );
    return select;
  }
}

const mark = (): SVGSVGElement =>
  s(
    "svg",
    { class: "mark", viewBox: "0 0 32 32", width: 22, height: 22, "aria-hidden": "true" },
    s("rect", { width: 32, height: 32, rx: 7 }),
    s("circle", { cx: 12, cy: 16, r: 5 }),
    s("path", { d: "M17 16h10m-4 0v5" }),
  );

const button = (text: string, deed: () => void, className = ""): HTMLButtonElement =>
  h("button", { type: "button", class: className, onclick: deed }, text);
