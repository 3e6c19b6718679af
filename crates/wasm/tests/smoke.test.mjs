// The module that `cargo xtask wasm` built, called from Node.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";
import test from "node:test";

const folder = process.env.KMSIM_WASM_MODULE;
assert.ok(folder, "run this by `cargo xtask wasm`");
const kmsim = createRequire(import.meta.url)(path.join(folder, "kmsim_wasm.js"));

test("answers with its version", () => {
  assert.match(JSON.parse(kmsim.check("{}")).version, /^\d+\.\d+\.\d+$/);
});

test("text that isn't JSON is an answer, not an exception", () => {
  const { error } = JSON.parse(kmsim.check('{"name": \n é'));
  assert.equal(error.line, 2);
});
