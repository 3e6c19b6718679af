// The panels around the verdict: proposals, findings, denials that were pasted, who can, tests, envelopes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { audit, start, verdict, write } from "./harness.mjs";

const { visit } = start();

const ALICE = "arn:aws:iam::111122223333:user/alice";

test("a proposed change is applied in one step, and undone in one", () =>
  visit("#example=cross-account", async (page) => {
    await verdict(page, "Denied");
    const first = page.locator(".fix").first();
    await first.locator("pre").first().waitFor();
    const before = await page.locator(".cm-content").innerText();
    await first.getByRole("button", { name: "Apply" }).click();
    await verdict(page, "Allowed");
    await page.locator(".fixes:not(.stale) h3", { hasText: "What carries it" }).waitFor();
    await page.keyboard.press("Control+Z");
    await verdict(page, "Denied");
    await page.getByRole("tab").first().click();
    assert.equal(await page.locator(".cm-content").innerText(), before);
  }));

test("every proposal of every example that says it can be applied makes the call allowed", () =>
  visit("#new", async (page) => {
    let applied = 0;
    for (const id of ["cross-account", "administrator", "boundary", "scp", "rcp", "session"]) {
      await page.evaluate(() => void (location.hash = "new"));
      await page.evaluate((hash) => void (location.hash = hash), `example=${id}`);
      await verdict(page, "Denied");
      await page.locator(".fixes:not([hidden]):not(.stale) .fix").first().waitFor();
      const count = await page.locator(".fix").count();
      for (let index = 0; index < count; index += 1) {
        await page.evaluate(() => void (location.hash = "new"));
        await page.locator(".fix").first().waitFor({ state: "detached" });
        await page.evaluate((hash) => void (location.hash = hash), `example=${id}`);
        const fix = page.locator(".fixes:not(.stale) .fix").nth(index);
        await fix.waitFor();
        if (index > 0) await fix.locator("summary").click();
        const apply = fix.getByRole("button", { name: "Apply" });
        if ((await apply.count()) === 0) continue;
        await apply.click();
        await verdict(page, "Allowed");
        applied += 1;
      }
    }
    assert.ok(applied >= 8, `${applied} proposals`);
  }));

test("findings stand in the editor and below it, are mended, and lead to their rule", () =>
  visit("#example=default-policy", async (page) => {
    await verdict(page, "Allowed");
    await write(page, '{"Version": "2012-10-17", "Statement": [{"Sid": "Use", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": ["kms:*", "kms:Decript"], "Resource": "*"}]}');
    const finding = page.locator(".finding", { hasText: "Decript" }).first();
    await finding.waitFor();
    assert.ok((await page.locator(".cm-lintRange").count()) > 0);
    await finding.getByRole("button", { name: "Fix" }).click();
    await page.locator(".finding", { hasText: "Decript" }).first().waitFor({ state: "detached" });
    assert.match(await page.locator(".cm-content").innerText(), /kms:Decrypt/);
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+Z");
    await finding.waitFor();
    const code = await finding.locator("button", { hasText: /^(KMS|IAM)\d+/ }).innerText();
    await finding.getByRole("button", { name: code }).click();
    await page.locator("dialog.rule[open] pre").first().waitFor();
    assert.match(await page.locator("dialog.rule h2").innerText(), new RegExp(code));
    await page.keyboard.press("Escape");
    await page.locator("dialog.rule[open]").waitFor({ state: "detached" });
  }));

test("F8 goes from finding to finding, and Shift-F8 back", () =>
  visit("#example=default-policy", async (page) => {
    await verdict(page, "Allowed");
    await write(page, '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {"Effect": "Allow", "Principal": "*", "Action": "kms:Decript",\n     "Resource": "*",\n     "Condition": {"StringEquals": {"kms:ViaServic": "x"}}}\n  ]\n}');
    await page.locator(".finding").nth(1).waitFor();
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+Home");
    const line = () => page.evaluate(() => [...document.querySelectorAll(".cm-line")].findIndex((one) => one.classList.contains("cm-activeLine")));
    const seen = [];
    for (let count = 0; count < 3; count += 1) {
      await page.keyboard.press("F8");
      seen.push(await line());
    }
    assert.ok(new Set(seen).size > 1, seen.join());
    const last = seen.at(-1);
    await page.keyboard.press("Shift+F8");
    assert.notEqual(await line(), last);
  }));

test("a pasted error fills the call and is explained against the page", () =>
  visit("#example=cross-account", async (page) => {
    await verdict(page, "Denied");
    await page.getByRole("button", { name: "Paste your error" }).click();
    await page.getByLabel("Error message or CloudTrail event").fill(
      `An error occurred (AccessDeniedException) when calling the Encrypt operation: User: ${ALICE} is not authorized to perform: kms:Encrypt on resource: arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab because no identity-based policy allows the kms:Encrypt action`,
    );
    await page.getByRole("button", { name: "Explain", exact: true }).click();
    await page.locator(".report").first().waitFor();
    assert.ok((await page.locator(".report").first().innerText()).length > 60);
    await page.getByRole("button", { name: "Use this call" }).click();
    assert.equal(await page.getByLabel("Principal", { exact: true }).inputValue(), ALICE);
    assert.equal(await page.getByLabel("Operation", { exact: true }).inputValue(), "Encrypt");
    await verdict(page, "Denied");
  }));

test("an event of CloudTrail is explained, and what is neither says so", () =>
  visit("#new", async (page) => {
    await page.getByRole("button", { name: "Paste your error" }).click();
    const text = page.getByLabel("Error message or CloudTrail event");
    await text.fill(JSON.stringify({ eventVersion: "1.11", eventSource: "kms.amazonaws.com", eventName: "Decrypt", eventTime: "2026-11-21T12:00:00Z", awsRegion: "us-east-1", eventID: "1", errorCode: "AccessDenied", userIdentity: { type: "IAMUser", arn: ALICE, accountId: "111122223333", userName: "alice" }, requestParameters: { encryptionContext: { Department: "IT" }, keyId: "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" } }));
    await page.getByRole("button", { name: "Explain", exact: true }).click();
    await page.locator(".report", { hasText: "Decrypt" }).waitFor();
    await text.fill("everything is fine");
    await page.getByRole("button", { name: "Explain", exact: true }).click();
    await page.locator(".paste .problems", { hasText: "no denial was found" }).waitFor();
    await page.keyboard.press("Escape");
    assert.equal(await page.getByLabel("Encryption context key 1").inputValue(), "Department");
  }));

test("the world of the page is asked who can", () =>
  visit("#example=default-policy", async (page) => {
    await verdict(page, "Allowed");
    await page.locator(".who-can > summary").click();
    await page.getByRole("button", { name: "Ask" }).click();
    await page.locator(".who tbody tr", { hasText: "user/alice" }).first().waitFor();
    await page.getByLabel("Actions").fill("kms:Nothing");
    await page.keyboard.press("Enter");
    await page.locator(".who-can .problems", { hasText: "kms:Nothing" }).waitFor();
  }));

test("policy tests of the page run while one writes", () =>
  visit("#example=default-policy", async (page) => {
    await verdict(page, "Allowed");
    await page.getByLabel("Add a document").selectOption("tests");
    const tests = (expect) => `schema: 1\nworld: {file: page-world.json}\ncases:\n  - name: alice decrypts\n    principals: ["${ALICE}"]\n    actions: [kms:Decrypt]\n    key: ${"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}\n    matrix:\n      - {expect: ${expect}}\n`;
    await write(page, tests("allowed"));
    await page.locator(".tests-summary.passed", { hasText: "1 passed" }).waitFor();
    await write(page, tests("denied"));
    await page.locator(".tests-list .failed", { hasText: "expected denied, found allowed" }).waitFor();
    await write(page, "schema: [");
    await page.locator(".tests", { hasText: "cannot be read" }).waitFor();
  }));

test("a ciphertext is shown part by part", () =>
  visit("#example=default-policy", async (page) => {
    await verdict(page, "Allowed");
    await page.locator(".perform > summary").click();
    await page.getByLabel("Operation to perform").fill("Encrypt");
    await page.getByRole("button", { name: "Reset request" }).click();
    await page.getByRole("button", { name: "Perform" }).click();
    await page.locator(".result.ok summary", { hasText: "Ciphertext, part by part" }).click();
    await page.locator(".blob tr", { hasText: "nonce" }).waitFor();
    assert.match(await page.locator(".blob").innerText(), /1234abcd-12ab-34cd-56ef-1234567890ab/);
  }));

test("a file is encrypted under a data key, and decrypted again", () =>
  visit("#example=default-policy", async (page) => {
    await verdict(page, "Allowed");
    await page.locator(".perform > summary").click();
    const choose = page.getByLabel("File to encrypt or decrypt");
    await choose.setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("a file that stays here") });
    await page.locator(".result.ok", { hasText: "notes.txt encrypted" }).waitFor();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save notes.txt.encrypted" }).click();
    const path = await (await download).path();
    await choose.setInputFiles({ name: "notes.txt.encrypted", mimeType: "", buffer: (await import("node:fs")).readFileSync(path) });
    await page.locator(".result.ok", { hasText: "held 22" }).waitFor();
  }));

test("what an action is stands beside it when the mouse rests there", () =>
  visit("#example=cross-account", async (page) => {
    await verdict(page, "Denied");
    await page.getByRole("tab", { name: /Identity/ }).click();
    await page.locator(".cm-line .tok-string", { hasText: "kms:DescribeKey" }).hover();
    await page.locator(".hover", { hasText: "Access level" }).waitFor();
  }));

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing in the panels in ${colorScheme} colours`, () =>
    visit(
      "#example=cross-account",
      async (page) => {
        await verdict(page, "Denied");
        await page.locator(".fix").first().waitFor();
        await page.locator(".who-can > summary").click();
        await page.getByRole("button", { name: "Ask" }).click();
        await page.locator(".who tbody tr").first().waitFor();
        await page.locator(".perform > summary").click();
        await page.getByLabel("Add a document").selectOption("tests");
        await page.locator(".tests-list li").first().waitFor();
        await page.getByRole("tab").first().click();
        await write(page, '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:Decript", "Resource": "*"}]}');
        await page.locator(".finding").first().waitFor();
        await audit(page);
        await page.locator(".finding button", { hasText: /^(KMS|IAM)\d+/ }).first().click();
        await page.locator("dialog.rule[open] pre").first().waitFor();
        await audit(page);
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: "Paste your error" }).click();
        await page.getByRole("button", { name: "Try an example" }).click();
        await page.locator(".report").first().waitFor();
        await audit(page);
      },
      { colorScheme, bypassCSP: true },
    ));
}

test("nothing moves after the page is there", () =>
  visit("", async (page) => {
    await verdict(page, "Denied");
    await page.locator(".fix").first().waitFor();
    await page.waitForTimeout(600);
    const shifts = await page.evaluate(
      () =>
        new Promise((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
          }).observe({ type: "layout-shift", buffered: true });
          setTimeout(() => resolve(sum), 200);
        }),
    );
    assert.ok(shifts < 0.02, `${shifts}`);
  }));
