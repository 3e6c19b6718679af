// The built page in Chromium, as people use it. `cargo xtask web` builds it and runs this.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import { audit, start, verdict, write } from "./harness.mjs";

const { visit } = start();

test("the first visit shows an example and its verdict", () =>
  visit("", async (page) => {
    await verdict(page, "Denied");
    assert.match(await page.locator(".outcome").first().innerText(), /across accounts both sides must allow it/);
    assert.match(await page.locator(".aws blockquote").innerText(), /is not authorized to perform: kms:Decrypt/);
    assert.equal(await page.locator(".flow .blocks").count(), 1);
    assert.match(await page.title(), /Why can't a role/);
  }));

test("every example comes out as its question says", () =>
  visit("#new", async (page) => {
    const outcomes = {
      "cross-account": "Denied",
      "cross-account-allowed": "Allowed",
      "default-policy": "Allowed",
      administrator: "Denied",
      "aws-managed-ebs": "Allowed",
      s3: "Allowed",
      "service-principal": "Allowed",
      boundary: "Denied (implicitly)",
      scp: "Denied (explicitly)",
      rcp: "Denied (explicitly)",
      session: "Denied",
      grant: "Allowed",
      unknown: "Depends",
    };
    for (const [id, outcome] of Object.entries(outcomes)) {
      await page.evaluate((hash) => void (location.hash = hash), `example=${id}`);
      await page.waitForFunction((id) => location.hash === `#example=${id}`, id);
      await page.waitForTimeout(150);
      const found = await page.locator("#verdict .outcome strong").first().innerText();
      assert.ok(found.startsWith(outcome), `${id}: ${found}`);
      assert.equal(await page.locator("#verdict .not-evaluated").count(), 0, id);
    }
  }));

test("typing changes the verdict, and a broken text leaves the last one, marked as old", () =>
  visit("#example=default-policy", async (page) => {
    await verdict(page, "Allowed");
    await write(page, '{"Version": "2012-10-17", "Statement": [');
    await page.locator("#verdict.stale .not-evaluated").waitFor();
    assert.match(await page.locator(".not-evaluated").innerText(), /key-policy\.json:1:\d+/);
    assert.equal(await page.locator(".tabs .count [aria-hidden]").first().innerText(), "1");
    await write(page, '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*"}]}');
    await verdict(page, "Denied (explicitly)");
    assert.equal(await page.locator("#verdict.stale").count(), 0);
  }));

test("any text in an editor leaves the page alive", () =>
  visit("#example=grant", async (page) => {
    for (const text of ["", "{", "[[[[[[[[", '"', "\u0000\u202e💥", "- a: &x\n- *x", "}".repeat(500), "[".repeat(5000)]) {
      await write(page, text);
      await page.waitForTimeout(60);
    }
    await write(page, '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*"}]}');
    await verdict(page, "Denied (explicitly)");
  }));

test("the call's form is evaluated while typing, and its errors stand below it", () =>
  visit("#example=default-policy", async (page) => {
    await verdict(page, "Allowed");
    await page.getByLabel("Operation", { exact: true }).fill("ScheduleKeyDeletion");
    await verdict(page, "Denied");
    await page.getByLabel("Operation", { exact: true }).fill("Decript");
    await page.locator(".call .problems li").first().waitFor();
    assert.match(await page.locator(".call .problems").innerText(), /Decrypt/);
  }));

test("an encryption context and unknown keys can be stated", () =>
  visit("#example=grant", async (page) => {
    await verdict(page, "Allowed");
    await page.getByLabel("Encryption context value 1").fill("HR");
    await verdict(page, "Denied");
    await page.getByRole("button", { name: "Remove encryption context Department" }).click();
    assert.equal(await page.getByLabel("Encryption context value 1").count(), 0);
  }));

test("a layer of the picture leads to its statement, by mouse and by keyboard", () =>
  visit("#example=scp", async (page) => {
    await verdict(page, "Denied");
    const layer = page.locator('.flow [role="button"]', { hasText: "SCPs" });
    await layer.focus();
    await page.keyboard.press("Enter");
    await page.locator('.tabs [aria-selected="true"]', { hasText: "SCP: deny-key-deletion" }).waitFor();
    assert.ok(await page.evaluate(() => document.activeElement?.closest(".cm-editor") !== null));
  }));

test("a link brings the whole page to somebody else", async () => {
  let link;
  await visit(
    "#example=grant",
    async (page) => {
      await verdict(page, "Allowed");
      await page.getByLabel("Title").fill("Shared with care");
      await page.getByText("Share", { exact: true }).click();
      await page.getByRole("button", { name: "Copy link", exact: true }).click();
      await page.getByText("The link is copied.").waitFor();
      link = await page.evaluate(() => navigator.clipboard.readText());
    },
    { permissions: ["clipboard-read", "clipboard-write"] },
  );
  assert.match(link, /#v1=/);
  await visit(link.slice(link.indexOf("#")), async (page) => {
    await verdict(page, "Allowed");
    assert.equal(await page.getByLabel("Title").inputValue(), "Shared with care");
    assert.equal(await page.getByRole("tab").count(), 2);
  });
});

test("a broken link says so", () =>
  visit("#v1=!!!", async (page) => {
    await page.getByText("This link is damaged").waitFor();
  }));

test("what a tab holds survives a reload and is no other tab's", () =>
  visit("#example=s3", async (page, context) => {
    await verdict(page, "Allowed");
    await page.goto(page.url().split("#")[0]);
    await page.reload();
    assert.match(await page.getByLabel("Title").inputValue(), /SSE-KMS/);
    const other = await context.newPage();
    await other.goto(page.url());
    await verdict(other, "Denied");
  }));

test("a call is performed with real cryptography and sent on", () =>
  visit("#example=default-policy", async (page) => {
    await verdict(page, "Allowed");
    await page.locator(".run.perform > summary").click();
    await page.getByLabel("Operation to perform").fill("Encrypt");
    await page.getByRole("button", { name: "Reset request" }).click();
    await page.getByRole("button", { name: "Perform" }).click();
    await page.locator(".result.ok", { hasText: "Encrypt succeeded" }).waitFor();
    await page.getByRole("button", { name: "→ Decrypt with this" }).click();
    await page.getByRole("button", { name: "Perform" }).click();
    await page.locator(".result.ok", { hasText: "hello from the playground" }).waitFor();
    await page.getByLabel("Operation to perform").fill("DisableKey");
    await page.getByRole("button", { name: "Reset request" }).click();
    await page.getByRole("button", { name: "Perform" }).click();
    await page.locator(".result.failed", { hasText: "AccessDeniedException" }).waitFor();
  }));

test("a scenario is played step by step to its answer", () =>
  visit("", async (page) => {
    await page.getByRole("button", { name: "Examples" }).click();
    await page.getByRole("button", { name: "How does a user of account B use a key of account A directly?" }).click();
    await page.locator(".player .steps .passed").first().waitFor();
    assert.equal(await page.locator(".player .steps li").count(), 1);
    await page.getByRole("button", { name: "Next step" }).click();
    assert.equal(await page.locator(".player .steps li").count(), 2);
    await page.getByRole("button", { name: "All steps" }).click();
    assert.equal(await page.locator(".player .steps li:not(.passed)").count(), 0);
    await page.locator(".player .answer", { hasText: "A's key policy allows account B" }).waitFor();
  }));

test("everything can be reached by keyboard, and the editor can be left", () =>
  visit("#example=default-policy", async (page) => {
    await verdict(page, "Allowed");
    const reached = new Set();
    for (let count = 0; count < 60; count += 1) {
      await page.keyboard.press("Tab");
      const where = await page.evaluate(() => {
        const at = document.activeElement;
        return at?.closest(".cm-editor") ? "editor" : at?.closest(".flow") ? "flow" : (at?.closest("section, header, details")?.className ?? "");
      });
      reached.add(where);
      if (where === "editor") {
        await page.keyboard.press("Escape");
        await page.keyboard.press("Escape");
      }
    }
    for (const part of ["top", "panel call", "panel documents", "editor", "flow"]) assert.ok(reached.has(part), `${part} in ${[...reached].join(" | ")}`);
  }));

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing in ${colorScheme} colours`, () =>
    visit(
      "#example=unknown",
      async (page) => {
        await verdict(page, "Depends");
        await page.locator(".run.perform > summary").click();
        for (const details of await page.locator("details.context > summary, details.more > summary").all()) await details.click();
        await audit(page);
        await page.getByRole("button", { name: "Examples" }).click();
        await page.locator(".gallery .card").nth(20).waitFor();
        await audit(page);
      },
      { colorScheme, bypassCSP: true },
    ));
}

for (const [name, width] of [["phone", 360], ["200 % zoom of a laptop", 683]]) {
  test(`nothing is cut off at the width of a ${name}`, () =>
    visit(
      "#example=scp",
      async (page) => {
        await verdict(page, "Denied");
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.equal(overflow, 0);
      },
      { viewport: { width, height: 740 } },
    ));
}

test("from a keystroke to the verdict the evaluator takes less than a frame", () =>
  visit("#example=rcp", async (page) => {
    await verdict(page, "Denied");
    const address = page.getByLabel("Source address");
    if (!(await address.isVisible())) await page.getByText("How the request comes in").click();
    const took = [];
    for (let last = 1; last <= 20; last += 1) {
      const before = await page.evaluate(() => window.kmsim.answered());
      await address.fill(`203.0.113.${last}`);
      await page.waitForFunction((count) => window.kmsim.answered() > count, before);
      took.push(await page.evaluate(() => window.kmsim.took()));
    }
    took.sort((one, other) => one - other);
    assert.ok(took[10] < 16, `${took.join(", ")} ms`);
  }));

test("the page holds its budget", () => {
  const folder = fileURLToPath(new URL("../../../target/web/", import.meta.url));
  const files = readdirSync(folder, { recursive: true }).map(String);
  const bytes = (pattern, compress) =>
    files.filter((file) => pattern.test(file)).reduce((sum, file) => sum + compress(readFileSync(folder + file)).length, 0);
  const page = bytes(/\.(html|css|js)$/, (text) => gzipSync(text, { level: 9 }));
  assert.ok(page <= 170_000, `HTML, CSS and JS: ${page} bytes of gzip`);
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
  const evaluation = bytes(/kmsim_wasm_bg.*\.wasm$/, (module) => brotliCompressSync(module, quality));
  assert.ok(evaluation > 10_000 && evaluation <= 400_000, `evaluation: ${evaluation} bytes of brotli`);
});
