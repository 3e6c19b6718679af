// Runs the WebAssembly build in Node: decisions come out as natively.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { kmsim } from "./kmsim.mjs";

const file = (name) => readFileSync(new URL(name, import.meta.url), "utf8");

test("a case is decided and explained", () => {
  const answer = JSON.parse(kmsim.check(file("case.json")));
  assert.equal(answer.decision, "allowed");
  assert.deepEqual(answer.because, ["key-policy#Use"]);
  assert.equal(answer.layers[0].statements[0].location.line, 11);
});

test("every conformance case comes out as expected", () => {
  const folder = new URL("../../../fixtures/cases/corner-cases.json", import.meta.url);
  const { cases } = JSON.parse(readFileSync(folder, "utf8"));
  const inline = cases.filter((one) => one.request && !JSON.stringify(one).includes('"file"'));
  assert.ok(inline.length > 10);
  for (const one of inline) {
    const { decision, errors } = JSON.parse(kmsim.check(JSON.stringify(one)));
    const denied = ["implicitDeny", "explicitDeny"].includes(decision);
    const met = one.expect === "denied" ? denied : decision === one.expect;
    assert.ok(met, `${one.name}: expected ${one.expect}, found ${decision ?? JSON.stringify(errors)}`);
  }
});

test("what cannot be read is told with its place", () => {
  const { errors } = JSON.parse(kmsim.check('{"name": \n é'));
  assert.equal(errors[0].line, 2);
  assert.equal(errors[0].column, 2);
});
