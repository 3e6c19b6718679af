// The built page on a server of its own, in a real Chromium.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

export const SITE = fileURLToPath(new URL("../../../target/web/", import.meta.url));

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
};

/** Serves the built page; gives its address and what was asked of the server. */
export async function serve(site = SITE) {
  const asked = [];
  const server = createServer(async (request, response) => {
    const name = new URL(request.url, "http://x").pathname;
    asked.push(name);
    const file = path.join(site, path.normalize(name === "/" ? "/index.html" : name));
    try {
      const body = await readFile(file);
      response.writeHead(200, { "content-type": TYPES[path.extname(file)] ?? "application/octet-stream" });
      response.end(body);
    } catch {
      response.writeHead(404);
      response.end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}/`;
  return { url, asked, stop: () => new Promise((resolve) => server.close(resolve)) };
}

export async function browser() {
  const executablePath = process.env.KMSIM_CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/**
 * A page that fails the test on any error or warning of the console, and on any request that
 * leaves the page's own server.
 */
export async function open(context, address) {
  const page = await context.newPage();
  const trouble = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) trouble.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => trouble.push(`uncaught: ${error.message}`));
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== new URL(address).origin && !["data:", "blob:"].includes(protocol)) trouble.push(`request to ${request.url()}`);
  });
  await page.goto(address);
  return { page, quiet: () => assert.deepEqual(trouble, []) };
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** A server and a browser for the tests of a file. */
export function start() {
  const shared = {};
  before(async () => {
    shared.site = await serve();
    shared.chromium = await browser();
  });
  after(async () => {
    await shared.chromium?.close();
    await shared.site?.stop();
  });
  /** Opens the page in a context of its own, runs, and then asks whether the console stayed silent. */
  shared.visit = async (fragment, run, options = {}) => {
    const context = await shared.chromium.newContext({ viewport: { width: 1366, height: 900 }, ...options });
    try {
      const { page, quiet } = await open(context, shared.site.url + fragment);
      await run(page, context);
      quiet();
    } finally {
      await context.close();
    }
  };
  return shared;
}

/** Replaces the text of the document that is open. */
export async function write(page, text) {
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(text);
}

/** Asks axe; a finding fails the test. */
export async function audit(page) {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const found = await window.axe.run(document, { resultTypes: ["violations"] });
    return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`);
  });
  assert.deepEqual(violations, []);
}

/** Waits for a verdict on what the page now asks. */
export async function verdict(page, text) {
  await page.locator("#verdict:not(.stale) .outcome strong", { hasText: text }).first().waitFor({ timeout: 10_000 });
}
