// The README's links: each opens a page that answers as the example above it does.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { start, verdict } from "./harness.mjs";

const { visit } = start();

const README = readFileSync(fileURLToPath(new URL("../../../README.md", import.meta.url)), "utf8");

/** Every link with the first word of the output above it. */
const LINKS = [...README.matchAll(/^\$ (kmsim check [^]*?)\n(ALLOWED|DENIED|DEPENDS)[^]*?^```\n\n\[Open it in the playground\]\([^#)]*(#[^)]*)\)/gm)].map(
  ([, command, answer, fragment]) => ({ command, answer, fragment }),
);

test("the README has links", () => assert.ok(LINKS.length >= 5, `${LINKS.length} links`));

for (const { command, answer, fragment } of LINKS) {
  test(`${command} --link`, () =>
    visit(fragment, async (page) => {
      const word = answer[0] + answer.slice(1).toLowerCase();
      await verdict(page, word);
      assert.equal(await page.locator("#verdict .not-evaluated").count(), 0);
    }));
}
