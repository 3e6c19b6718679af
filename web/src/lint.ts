// The linter over the documents of a page: each policy once, and again when it has changed.

import { keyArn, readCaller, readKey } from "./arn";
import type { Engine } from "./engine/client";
import type { Finding, LintReport, Unreadable } from "./engine/protocol";
import { fileName } from "./state";
import type { Doc, Kind, Page } from "./state";

/** Kinds of documents that are no policies. */
const OTHERS: readonly Kind[] = ["grants", "world", "tests"];

export const isPolicy = (doc: Doc): boolean => !OTHERS.includes(doc.kind);

export class Linter {
  #engine: Engine;
  /** The findings of each document, with what was asked. */
  #known = new Map<string, { asked: string; findings: Finding[] }>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** The findings by file name. */
  async findings(page: Page): Promise<Map<string, Finding[]>> {
    const policies = page.docs.filter((doc) => isPolicy(doc) && doc.text.trim() !== "");
    const found = new Map<string, Finding[]>();
    for (const doc of policies) found.set(fileName(doc), await this.#of(doc, page));
    for (const name of this.#known.keys()) if (!found.has(name)) this.#known.delete(name);
    return found;
  }

  async #of(doc: Doc, page: Page): Promise<Finding[]> {
    const name = fileName(doc);
    const options = JSON.stringify({ name, kind: doc.kind, key: keyFacts(doc.kind, page) });
    const asked = options + doc.text;
    const known = this.#known.get(name);
    if (known?.asked === asked) return known.findings;
    const report = JSON.parse(await this.#engine.ask("lint", doc.text, options)) as LintReport | Unreadable;
    const findings = "errors" in report ? [] : (report.policies[0]?.findings ?? []);
    this.#known.set(name, { asked, findings });
    return findings;
  }
}

/** What the page says of the key that a policy guards, or of the account that it belongs to. */
function keyFacts(kind: Kind, page: Page): Record<string, string> {
  const caller = readCaller(page.call.caller);
  if (kind === "key-policy") {
    if (!/^arn:/.test(page.call.key.trim())) return {};
    const key = readKey(page.call.key, caller, page.call.region);
    return key.alias ? { account: key.account, region: key.region } : { arn: keyArn(key) };
  }
  return kind === "identity" && caller.account ? { account: caller.account } : {};
}
