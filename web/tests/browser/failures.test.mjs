// Everything that can fail says so in words.

import assert from "node:assert/strict";
import { deflateRawSync } from "node:zlib";
import { test } from "node:test";

import { start, verdict } from "./harness.mjs";

const shared = start();
const { visit } = shared;

const link = (page) => `#v1=${deflateRawSync(JSON.stringify(page)).toString("base64url")}`;

const PAGE = {
  v: 1,
  title: "A shared page",
  call: { caller: "arn:aws:iam::111122223333:user/alice", operation: "Decrypt", key: "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab", region: "us-east-1" },
  docs: [
    { kind: "key-policy", name: "key-policy", text: '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}]}' },
    { kind: "identity", name: "kms", text: "x".repeat(50) + Math.random().toString(36) + Math.random().toString(36) },
  ],
};

/** Opens the page where requests of the page are answered by `answer`. */
async function hindered(fragment, route, run, { script } = {}) {
  const context = await shared.chromium.newContext({ serviceWorkers: "block" });
  try {
    const page = await context.newPage();
    if (route) await context.route(route.pattern, route.answer);
    if (script) await page.addInitScript(script);
    await page.goto(shared.site.url + fragment);
    await run(page);
  } finally {
    await context.close();
  }
}

test("a module that is none: something else was served in its place", () =>
  hindered("", { pattern: /kmsim_wasm_bg.*\.wasm$/, answer: (route) => route.fulfill({ status: 200, contentType: "application/wasm", body: "version https://git-lfs.github.com/spec/v1" }) }, async (page) => {
    await page.locator("#verdict", { hasText: "The evaluator is not there" }).waitFor();
    assert.match(await page.locator("#verdict .problems").innerText(), /did not arrive whole/);
  }));

test("a module that does not arrive", () =>
  hindered("", { pattern: /kmsim_wasm_bg.*\.wasm$/, answer: (route) => route.abort() }, async (page) => {
    await page.locator("#verdict", { hasText: "The evaluator is not there" }).waitFor();
    assert.match(await page.locator("#verdict .problems").innerText(), /Reload the page/);
  }));

test("cryptography that does not arrive, and arrives when it is asked for again", async () => {
  let fails = true;
  await hindered(
    "#example=default-policy",
    { pattern: /kmsim_wasm_service_bg.*\.wasm$/, answer: (route) => (fails ? route.abort() : route.continue()) },
    async (page) => {
      await verdict(page, "Allowed");
      await page.locator(".perform > summary").click();
      await page.getByRole("button", { name: "Perform" }).click();
      await page.locator(".perform .problems").waitFor();
      fails = false;
      await page.getByLabel("Operation to perform").fill("Encrypt");
      await page.getByRole("button", { name: "Reset request" }).click();
      await page.getByRole("button", { name: "Perform" }).click();
      await page.locator(".result.ok").waitFor();
    },
  );
});

test("an old browser is told so", () =>
  hindered("", undefined, async (page) => {
    await page.getByText("This browser is too old for the playground").waitFor();
  }, { script: () => void delete window.DecompressionStream }));

test("a link that was cut in half says so and opens what can be read", () => {
  const whole = link(PAGE);
  return visit(whole.slice(0, whole.length - 40), async (page) => {
    await page.getByText("This link was cut off").waitFor();
    await page.getByRole("tab", { name: /Key policy/ }).waitFor();
    assert.equal(await page.getByLabel("Title").inputValue(), "A shared page");
  });
});

test("a link of which nothing can be read says so", () =>
  visit("#v1=AAAA", async (page) => {
    await page.getByText(/This link (is damaged|was cut off)/).waitFor();
  }));

test("a link of a newer version says so and opens what is known", () =>
  visit(link({ ...PAGE, v: 9, docs: [...PAGE.docs.slice(0, 1), { kind: "hologram", name: "h", text: "" }] }).replace("#v1=", "#v9="), async (page) => {
    await page.getByText("made by a newer version").waitFor();
    await page.getByText("unknown kind").waitFor();
    await verdict(page, "Allowed");
  }));

test("a link that programs would cut says how long it is", () =>
  visit(
    "#example=default-policy",
    async (page) => {
      await verdict(page, "Allowed");
      await page.locator(".cm-content").click();
      await page.keyboard.press("Control+End");
      const noise = Array.from({ length: 900 }, (_, index) => (index * 7919 * 104729).toString(36) + Math.sin(index)).join(" ");
      await page.keyboard.insertText(noise);
      await page.getByText("Share", { exact: true }).click();
      await page.getByRole("button", { name: "Copy link", exact: true }).click();
      await page.getByText("A saved file is safer").waitFor();
    },
    { permissions: ["clipboard-read", "clipboard-write"] },
  ));

test("there is no such example, and the page is there", () =>
  visit("#example=none", async (page) => {
    await page.getByText("There is no such example.").waitFor();
  }));

test("texts that cannot be read at the moment leave the last verdict, greyed, and never a proposal as if it were new", () =>
  visit("#example=cross-account", async (page) => {
    await verdict(page, "Denied");
    await page.locator(".fix").first().waitFor();
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+End");
    await page.keyboard.insertText("]");
    await page.locator("#verdict.stale .outcome").waitFor();
    await page.locator(".fixes.stale").waitFor();
    const opacity = await page.locator("#verdict.stale .check").evaluate((element) => getComputedStyle(element).opacity);
    assert.ok(Number(opacity) < 1);
  }));
