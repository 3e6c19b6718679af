// Without a network: the page keeps itself, and a single file needs nobody.

import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { open, serve, SITE, start, verdict } from "./harness.mjs";

const shared = start();
const { visit } = shared;

const perform = async (page) => {
  await page.locator(".perform > summary").click();
  await page.getByLabel("Operation to perform").fill("Encrypt");
  await page.getByRole("button", { name: "Reset request" }).click();
  await page.getByRole("button", { name: "Perform" }).click();
  await page.locator(".result.ok", { hasText: "Encrypt succeeded" }).waitFor();
};

test("after the first visit the page opens without a network, cryptography included", () =>
  visit(
    "#example=default-policy",
    async (page, context) => {
      await verdict(page, "Allowed");
      await page.evaluate(() => navigator.serviceWorker.ready);
      await context.setOffline(true);
      await page.reload();
      await verdict(page, "Allowed");
      await perform(page);
      await page.getByRole("button", { name: "Examples" }).click();
      await page.locator(".gallery .card").nth(20).waitFor();
    },
    { serviceWorkers: "allow" },
  ));

test("a newer build takes over when somebody asks for it, and the old one is gone", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "kmsim-site-"));
  await cp(SITE, folder, { recursive: true });
  const site = await serve(folder);
  const context = await shared.chromium.newContext({ serviceWorkers: "allow" });
  try {
    const { page, quiet } = await open(context, `${site.url}#example=scp`);
    await verdict(page, "Denied");
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    const worker = path.join(folder, "sw.js");
    const index = path.join(folder, "index.html");
    await writeFile(index, (await readFile(index, "utf8")).replace("<title>", '<meta name="build" content="newer" /><title>'));
    await writeFile(worker, (await readFile(worker, "utf8")).replace(/"kmsim-[0-9a-f]+"/, '"kmsim-0000000000000000"'));
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
    const reloaded = page.waitForNavigation();
    await page.getByRole("button", { name: "Use it" }).click();
    await reloaded;
    await verdict(page, "Denied");
    assert.equal(await page.locator('meta[name="build"]').count(), 1);
    assert.deepEqual(await page.evaluate(() => caches.keys()), ["kmsim-0000000000000000"]);
    quiet();
  } finally {
    await context.close();
    await site.stop();
    await rm(folder, { recursive: true });
  }
});

const SINGLE = fileURLToPath(new URL("../../../target/web-single/kmsim-playground.html", import.meta.url));

test("the single file works from the disk, and asks nobody for anything", { skip: !existsSync(SINGLE) && "it was not built" }, async () => {
  const context = await shared.chromium.newContext();
  try {
    const page = await context.newPage();
    const trouble = [];
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && trouble.push(message.text()));
    page.on("pageerror", (error) => trouble.push(error.message));
    page.on("request", (request) => !/^(file|blob|data):/.test(request.url()) && trouble.push(request.url()));
    await page.goto(`${pathToFileURL(SINGLE)}#example=default-policy`);
    await verdict(page, "Allowed");
    await perform(page);
    await page.getByRole("button", { name: "Examples" }).click();
    await page.locator(".gallery .card").nth(20).waitFor();
    assert.deepEqual(trouble, []);
  } finally {
    await context.close();
  }
});

test("where a file may start no worker, its own thread answers", { skip: !existsSync(SINGLE) && "it was not built" }, async () => {
  const context = await shared.chromium.newContext();
  try {
    const page = await context.newPage();
    await page.addInitScript(() => {
      delete window.Worker;
    });
    await page.goto(`${pathToFileURL(SINGLE)}#example=scp`);
    await verdict(page, "Denied");
  } finally {
    await context.close();
  }
});
