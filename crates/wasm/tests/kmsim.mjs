// The modules in Node. KMSIM_WASM_MODULE names their folder; `cargo xtask wasm` sets it.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";

const folder = process.env.KMSIM_WASM_MODULE;
assert.ok(folder, "run this by `cargo xtask wasm`");

const require = createRequire(import.meta.url);

/** What is asked at every keystroke. */
export const kmsim = require(path.join(folder, "kmsim_wasm.js"));

/** What is asked now and then. */
export const service = require(path.join(folder, "kmsim_wasm_service.js"));
