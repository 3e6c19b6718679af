// Which page is shown first: that of the link, else what this tab held, else an example.

import { EXAMPLES } from "./gallery";
import { readPage } from "./read";
import type { Read } from "./read";
import { fromFragment } from "./share";
import { emptyPage } from "./state";
import { kept } from "./store";

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
  const known = kept();
  if (known !== undefined) return readPage(known);
  const [first] = EXAMPLES;
  return { page: first ? structuredClone(first.page) : emptyPage(), problems: [] };
}
