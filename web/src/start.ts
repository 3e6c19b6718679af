// Which page is shown first: that of the link, what `kmsim playground` opened, what this tab held, else an example.

import { EXAMPLES } from "./gallery";
import { readPage } from "./read";
import type { Read } from "./read";
import { fromFragment } from "./share";
import { emptyPage } from "./state";
import { kept } from "./store";

/** Whether a fragment holds a page, or names one. */
export const isLink = (fragment: string): boolean => /^(new$|example=|v\d+=)/.test(fragment);

export async function firstPage(): Promise<Read> {
  const fragment = location.hash.slice(1);
  if (fragment === "new") return { page: emptyPage(), problems: [] };
  if (fragment.startsWith("example=")) {
    const example = EXAMPLES.find((one) => one.id === decodeURIComponent(fragment.slice("example=".length)));
    return example ? { page: structuredClone(example.page), problems: [] } : { page: emptyPage(), problems: ["There is no such example."] };
  }
  try {
    const shared = await fromFragment(fragment);
    if (shared) return shared;
  } catch (error) {
    return { page: emptyPage(), problems: [error instanceof Error ? error.message : String(error)] };
  }
  const opened = openedByServer();
  if (opened !== undefined) return readPage(opened);
  const known = kept();
  if (known !== undefined) return readPage(known);
  const [first] = EXAMPLES;
  return { page: first ? structuredClone(first.page) : emptyPage(), problems: [] };
}

/** What `kmsim playground` was told to open: it stands in the page as data. */
export function openedByServer(): unknown {
  const data = document.getElementById("opened")?.textContent;
  if (!data) return undefined;
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return undefined;
  }
}
