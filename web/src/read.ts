// Pages that come from elsewhere: a link, a file, what the browser kept. Nothing is taken on trust.

import { emptyCall, emptyPage, isSingle, KINDS, LEVELS } from "./state";
import type { Call, ContextKey, Doc, Kind, Level, Page, Pair } from "./state";

/** The version of the format that this page writes. */
export const VERSION = 1;

export interface Read {
  page: Page;
  /** What could not be taken over, in words for people. */
  problems: string[];
}

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const text = (value: unknown): string => (typeof value === "string" ? value : "");

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** A page, with whatever of it can be read. */
export function readPage(value: unknown): Read {
  if (!isObject(value)) return { page: emptyPage(), problems: ["This is no page of kmsim."] };
  const problems: string[] = [];
  if (typeof value.v === "number" && value.v > VERSION) {
    problems.push("This was made by a newer version of the playground. What this version knows is shown.");
  }
  const docs = list(value.docs).flatMap((one) => readDoc(one, problems));
  const seen = new Set<string>();
  const distinct = docs.filter((doc) => {
    const id = isSingle(doc.kind) ? doc.kind : `${doc.kind}/${doc.level ?? ""}/${doc.name}`;
    if (seen.has(id)) problems.push(`A second document “${doc.name}” of its kind was left out.`);
    return !seen.has(id) && seen.add(id);
  });
  const page: Page = { title: text(value.title), docs: distinct, call: readCall(value.call) };
  if (page.docs.length === 0) page.docs = emptyPage().docs;
  return { page, problems };
}

function readDoc(value: unknown, problems: string[]): Doc[] {
  if (!isObject(value)) return [];
  const kind = KINDS.find((one) => one === value.kind);
  if (!kind) {
    problems.push(`A document of the unknown kind “${text(value.kind)}” was left out.`);
    return [];
  }
  const name = text(value.name).replace(/[^\w.+=,@-]+/g, "-") || kind;
  const doc: Doc = { kind, name, text: text(value.text) };
  if (kind === "scp" || kind === "rcp") doc.level = readLevel(value.level);
  return [doc];
}

const readLevel = (value: unknown): Level => LEVELS.find((level) => level === value) ?? "account";

function readCall(value: unknown): Call {
  const call = emptyCall();
  if (!isObject(value)) return call;
  for (const name of ["caller", "operation", "key", "region", "via", "vpcEndpoint", "sourceIp", "grantTokens", "parameters"] as const) {
    if (typeof value[name] === "string") call[name] = value[name];
  }
  call.encryptionContext = list(value.encryptionContext).flatMap(readPair);
  call.context = list(value.context).flatMap(readContextKey);
  return call;
}

const readPair = (value: unknown): Pair[] =>
  isObject(value) ? [{ key: text(value.key), value: text(value.value) }] : [];

function readContextKey(value: unknown): ContextKey[] {
  if (!isObject(value)) return [];
  const states = ["present", "absent", "unknown"] as const;
  const state = states.find((one) => one === value.state) ?? "present";
  return [{ key: text(value.key), state, value: text(value.value) }];
}

/** The same page as JSON, without what is empty: links are short. */
export function writePage(page: Page): unknown {
  const call = Object.fromEntries(Object.entries(page.call).filter(([, value]) => value.length > 0));
  return { v: VERSION, title: page.title, docs: page.docs, call };
}

/** What a document is, by its text: for files that somebody drops or pastes. */
export function guessKind(content: string): Kind | undefined {
  if (/^\s*(accounts|organization)\s*:/m.test(content) || /"accounts"\s*:/.test(content)) return "world";
  if (/"GranteePrincipal"|"Grants"/.test(content)) return "grants";
  if (!/Statement/.test(content)) return undefined;
  return /"?(Not)?Principal"?\s*:/.test(content) ? "key-policy" : "identity";
}
