// How long a keystroke and a first visit take, in Chromium with the built page: `npm run bench` in web.

import { browser, serve, verdict } from "../tests/browser/harness.mjs";

const EXAMPLES = ["default-policy", "cross-account", "scp", "rcp", "session"];
const KEYSTROKES = 60;

const median = (values) => [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];

const site = await serve();
const chromium = await browser();
try {
  for (const example of EXAMPLES) {
    const context = await chromium.newContext({ serviceWorkers: "block", viewport: { width: 1366, height: 768 } });
    const page = await context.newPage();
    const start = performance.now();
    await page.goto(`${site.url}#example=${example}`);
    await verdict(page, "");
    const first = performance.now() - start;
    await page.waitForTimeout(600);
    await page.locator(".cm-content").click();
    const worker = [];
    const whole = [];
    for (let count = 0; count < KEYSTROKES; count += 1) {
      const before = await page.evaluate(() => window.kmsim.answered());
      const pressed = await page.evaluate(() => performance.now());
      await page.keyboard.press("Space");
      await page.waitForFunction((count) => window.kmsim.answered() > count, before, { polling: "raf" });
      whole.push((await page.evaluate(() => performance.now())) - pressed);
      worker.push(await page.evaluate(() => window.kmsim.took()));
    }
    console.log(`${example.padEnd(16)} first verdict ${first.toFixed(0)} ms; a keystroke: ${median(worker).toFixed(1)} ms in the evaluator, ${median(whole).toFixed(0)} ms from key to verdict as a test sees it`);
    await context.close();
  }
} finally {
  await chromium.close();
  await site.stop();
}
