// The module in Node. KMSIM_WASM_MODULE names its folder; `cargo xtask wasm` sets it.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";

const folder = process.env.KMSIM_WASM_MODULE;
assert.ok(folder, "run this by `cargo xtask wasm`");

export const kmsim = createRequire(import.meta.url)(path.join(folder, "kmsim_wasm_service.js"));

/** The compiled module itself. */
export const moduleFile = path.join(folder, "kmsim_wasm_service_bg.wasm");

/** One account whose user `admin` may do everything. */
export const world = JSON.stringify({
  region: "us-east-1",
  accounts: [{
    id: "111122223333",
    users: [{ name: "admin", managedPolicies: ["arn:aws:iam::aws:policy/AdministratorAccess"] }],
  }],
});

export const admin = "arn:aws:iam::111122223333:user/admin";

/** A simulator of that account, and a function that makes a call or fails. */
export function service(options = {}) {
  const simulator = new kmsim.Simulator(world, JSON.stringify({ now: Date.now(), ...options }));
  const call = (operation, body) => {
    const answer = JSON.parse(simulator.call(admin, operation, JSON.stringify(body)));
    assert.equal(answer.status, 200, `${operation}: ${JSON.stringify(answer)}`);
    return answer.body;
  };
  return { simulator, call };
}
