// The module in Node. KMSIM_WASM_MODULE names its folder; `cargo xtask wasm` sets it.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";

const folder = process.env.KMSIM_WASM_MODULE;
assert.ok(folder, "run this by `cargo xtask wasm`");

export const kmsim = createRequire(import.meta.url)(path.join(folder, "kmsim_wasm.js"));
