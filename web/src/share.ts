// Links: the page in the fragment of the address, compressed. A fragment is never sent to a server.

import { readPage, VERSION, writePage } from "./read";
import type { Read } from "./read";
import type { Page } from "./state";

/** Longer links are cut by mail programs and chats. */
export const LONG_LINK = 8_000;

const PREFIX = `v${VERSION}=`;

/** The fragment that holds a page, without `#`. */
export async function toFragment(page: Page): Promise<string> {
  const json = new TextEncoder().encode(JSON.stringify(writePage(page)));
  return PREFIX + toBase64Url(await through(json, new CompressionStream("deflate-raw")));
}

/** The page of a fragment; `undefined` if the fragment holds none. Throws with words for people. */
export async function fromFragment(fragment: string): Promise<Read | undefined> {
  const match = /^v(\d+)=(.*)$/s.exec(fragment);
  if (!match) return undefined;
  const [, version = "", data = ""] = match;
  let json: string;
  let cut = false;
  try {
    const bytes = fromBase64Url(data);
    ({ text: json, cut } = await inflated(bytes));
  } catch {
    throw new Error("This link is damaged: it cannot be decoded. Was it copied as a whole?");
  }
  const value = parse(json, cut);
  const read = readPage(value);
  if (cut) read.problems.push("This link was cut off. What could be read of it is shown.");
  if (Number(version) > VERSION && read.problems.length === 0) {
    read.problems.push("This link was made by a newer version of the playground. What this version knows is shown.");
  }
  return read;
}

function parse(json: string, cut: boolean): unknown {
  if (!cut) return JSON.parse(json) as unknown;
  // What came through is the beginning of a JSON text: it is closed where it breaks off.
  for (const candidate of closings(json)) {
    try {
      return JSON.parse(candidate) as unknown;
    } catch {
      // The next one is shorter.
    }
  }
  throw new Error("This link was cut off so early that nothing of it can be read.");
}

/** The beginning of a JSON text, closed in the ways that may fit, the longest first. */
function* closings(json: string): Generator<string> {
  const { inString, end } = openEnds(json);
  const whole = json.replace(/\\(u[0-9a-f]{0,3})?$/i, "");
  yield inString ? `${whole}"${end}` : json + end;
  let at = json.length;
  for (let tries = 0; at > 0 && tries < 50; tries += 1, at = json.lastIndexOf(",", at - 1)) {
    const part = json.slice(0, at).replace(/[,:]\s*$/, "");
    const { inString, end } = openEnds(part);
    if (!inString) yield part + end;
  }
}

/** What a JSON text that breaks off has left open. */
function openEnds(json: string): { inString: boolean; end: string } {
  const open: string[] = [];
  let inString = false;
  for (let at = 0; at < json.length; at += 1) {
    const char = json[at];
    if (inString) {
      if (char === "\\") at += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{") open.push("}");
    else if (char === "[") open.push("]");
    else if (char === "}" || char === "]") open.pop();
  }
  return { inString, end: open.reverse().join("") };
}

async function through(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream): Promise<Uint8Array> {
  const piped = new Blob([bytes]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(piped).arrayBuffer());
}

/** Decompresses as far as it goes. */
async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<{ text: string; cut: boolean }> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { text: text + decoder.decode(), cut: false };
      text += decoder.decode(value, { stream: true });
    }
  } catch (error) {
    if (text.length < 2) throw error;
    return { text, cut: true };
  }
}

export function toBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const clean = text.trim().replaceAll("-", "+").replaceAll("_", "/");
  // A last character alone holds no byte; it is what a cut leaves.
  const whole = clean.length % 4 === 1 ? clean.slice(0, -1) : clean;
  const binary = atob(whole);
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

/** Puts made-up ids in place of account ids, the same one for the same account everywhere. */
export function withoutAccountIds(page: Page): Page {
  const examples = ["111122223333", "444455556666", "123456789012", "777788889999", "222233334444"];
  const known = new Map<string, string>();
  const json = JSON.stringify(page);
  const used = new Set(json.match(/(?<!\d)\d{12}(?!\d)/g) ?? []);
  const free = examples.filter((id) => !used.has(id));
  let next = 900_000_000_001;
  const replaced = json.replace(/(?<![\d-])\d{12}(?!\d)/g, (id) => {
    if (examples.includes(id)) return id;
    const known_as = known.get(id) ?? free.shift() ?? String(next++);
    known.set(id, known_as);
    return known_as;
  });
  return JSON.parse(replaced) as Page;
}
