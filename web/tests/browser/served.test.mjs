// The page as `kmsim playground` serves it, with a world from disk.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { browser, open, verdict } from "./harness.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const KMSIM = process.env.KMSIM_NATIVE ?? here("../../../target/debug/kmsim");

let chromium;
before(async () => {
  chromium = await browser();
});
after(() => chromium?.close());

/** Starts the server with these arguments, and runs with its address. */
async function serving(args, run) {
  const child = spawn(KMSIM, ["playground", "--page", here("../../../target/web"), ...args], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const lines = createInterface({ input: child.stdout });
    const [line] = await Promise.race([
      new Promise((resolve) => lines.once("line", (line) => resolve([line]))),
      new Promise((_, reject) => child.once("exit", (code) => reject(new Error(`it ended with ${code}`)))),
    ]);
    await run(/http:\S+/.exec(line)[0]);
  } finally {
    child.kill();
  }
}

test("a world from disk opens, and decides as on the command line", () =>
  serving(
    [
      "--world",
      here("../../../fixtures/worlds/two-accounts.yaml"),
      "--caller",
      "arn:aws:iam::111122223333:role/service/OrdersService",
      "--operation",
      "Decrypt",
      "--key",
      "alias/orders",
      "--encryption-context",
      "Department=IT",
    ],
    async (address) => {
      const context = await chromium.newContext();
      const { page, quiet } = await open(context, address);
      await verdict(page, "Allowed");
      assert.match(await page.locator(".cm-content").innerText(), /accounts:/);
      // What was opened stays out of the browser's stores.
      assert.deepEqual(await page.evaluate(() => caches.keys()), []);
      assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0);
      quiet();
      await context.close();
    },
  ));
