// What a proposed change does to the documents of the page.

import { applied } from "./diff";
import type { Change } from "./engine/protocol";
import { fileName, freeName, isSingle, KINDS, LEVELS } from "./state";
import type { Doc, Kind, Page } from "./state";

/** A document with its new text, or a new document. */
export interface Mended {
  doc: Doc;
  text: string;
  isNew: boolean;
}

/** What a change makes of the page; `undefined` if it is about nothing that the page shows as a document. */
export function mended(page: Page, change: Change): Mended | undefined {
  if (change.document.kind === "grant") return withGrant(page, change);
  const place = change.document.location?.within ?? change.document.location;
  if (place) return changed(page, place.file, change);
  return change.document.isNew ? added(page, change) : undefined;
}

function changed(page: Page, file: string, change: Change): Mended | undefined {
  const doc = page.docs.find((one) => fileName(one) === file);
  if (!doc) return undefined;
  const own = applied(doc.text, change.diff ?? "");
  if (own !== undefined) return { doc, text: own, isNew: false };
  // Without a diff of its lines the document is written anew, which only a whole policy can be.
  if (doc.kind === "world" || doc.kind === "tests") return undefined;
  return { doc, text: pretty(change.result), isNew: false };
}

function added(page: Page, change: Change): Mended | undefined {
  const kind = KINDS.find((one) => one === change.document.kind);
  if (!kind || page.docs.some((one) => one.kind === "world" && one.text.trim() !== "")) return undefined;
  const empty = page.docs.find((one) => one.kind === kind && one.text.trim() === "");
  if (empty) return { doc: empty, text: pretty(change.result), isNew: false };
  if (isSingle(kind) && page.docs.some((one) => one.kind === kind)) return undefined;
  const doc = made(page, kind, change);
  return { doc, text: doc.text, isNew: true };
}

function made(page: Page, kind: Kind, change: Change): Doc {
  const doc: Doc = { kind, name: freeName(page, kind), text: pretty(change.result) };
  if (kind === "scp" || kind === "rcp") {
    doc.level = LEVELS.find((level) => change.document.owner.endsWith(level)) ?? "account";
  }
  return doc;
}

/** The parameters of `CreateGrant` become one more grant. */
function withGrant(page: Page, change: Change): Mended | undefined {
  if (page.docs.some((one) => one.kind === "world" && one.text.trim() !== "")) return undefined;
  const { KeyId: _, ...parameters } = change.result as Record<string, unknown>;
  const known = page.docs.find((one) => one.kind === "grants");
  const grants = known && known.text.trim() ? readGrants(known.text) : [];
  if (!grants) return undefined;
  const text = pretty({ Grants: [...grants, { GrantId: grantId(grants.length), ...parameters }] });
  if (known) return { doc: known, text, isNew: false };
  return { doc: { kind: "grants", name: "grants", text }, text, isNew: true };
}

function readGrants(text: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value;
    const grants = (value as { Grants?: unknown } | null)?.Grants;
    return Array.isArray(grants) ? grants : undefined;
  } catch {
    return undefined;
  }
}

/** An id in the form that KMS gives to grants; which one does not matter. */
const grantId = (index: number): string => `${index + 1}c237476b39f8bc44e45212e08498fbe3151305030726c0590dd8d3e9f3d6a60`.slice(-64);

const pretty = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
