// Every scenario of the fixtures comes out in WebAssembly as it does natively.
//
// KMSIM_NATIVE_REPORT names what `kmsim run fixtures/scenarios --format json` printed.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { kmsim } from "./kmsim.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const isText = /\.(json|ya?ml)$/;
const below = (folder) =>
  readdirSync(root + folder, { recursive: true })
    .filter((path) => isText.test(path))
    .map((path) => `${folder}/${path.replaceAll("\\", "/")}`);
const paths = ["fixtures/scenarios", "fixtures/worlds", "policies"].flatMap(below);
const files = Object.fromEntries(paths.map((path) => [path, readFileSync(root + path, "utf8")]));

const { scenarios } = JSON.parse(readFileSync(process.env.KMSIM_NATIVE_REPORT, "utf8"));
const native = new Map(scenarios.map((one) => [one.file, one]));

test("no scenario is left out", () => {
  const names = paths.filter((path) => /^fixtures\/scenarios\/[^/]+\.yaml$/.test(path));
  assert.ok(names.length > 50, `${names.length} scenarios`);
  assert.deepEqual([...native.keys()].sort(), names.sort());
});

for (const [name, expected] of native) {
  test(name, () => {
    const options = JSON.stringify({ name, files });
    const report = JSON.parse(kmsim.runScenario(files[name], options));
    assert.ok(report.scenarios, JSON.stringify(report));
    assert.deepEqual(report.scenarios[0], expected);
  });
}
