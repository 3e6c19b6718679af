// Runs the WebAssembly build in Node: decisions come out as natively, and a simulator lives through saves.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { admin, kmsim, service, world } from "./kmsim.mjs";

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

test("a simulator goes on after its snapshot was restored", () => {
  const { simulator, call } = service();
  const { KeyMetadata: { KeyId } } = call("CreateKey", {});
  const Plaintext = Buffer.from("hello").toString("base64");
  const { CiphertextBlob } = call("Encrypt", { KeyId, Plaintext });
  const snapshot = simulator.snapshot();
  const options = { now: Date.now(), rootKey: simulator.rootKey() };
  const again = kmsim.Simulator.restore(snapshot, world, JSON.stringify(options));
  const answer = JSON.parse(again.call(admin, "Decrypt", JSON.stringify({ CiphertextBlob })));
  assert.equal(answer.body.Plaintext, Plaintext);
  assert.equal(answer.event.eventName, "Decrypt");

  const other = new kmsim.Simulator(world, JSON.stringify({ now: Date.now() }));
  assert.notEqual(other.rootKey(), simulator.rootKey(), "randomness is fresh");
  assert.throws(
    () => kmsim.Simulator.restore(snapshot, world, JSON.stringify({ now: 0, rootKey: other.rootKey() })),
    (error) => error instanceof Error && /wrong root key/.test(JSON.parse(error.message).errors[0].message),
  );
});

test("a simulator's clock is the caller's", () => {
  const { simulator, call } = service({ now: Date.UTC(2026, 10, 21) });
  const { KeyMetadata: { KeyId, CreationDate } } = call("CreateKey", {});
  assert.equal(CreationDate, Date.UTC(2026, 10, 21) / 1000);
  call("ScheduleKeyDeletion", { KeyId, PendingWindowInDays: 7 });
  assert.equal(simulator.advance(7 * 86_400_000), Date.UTC(2026, 10, 28));
  assert.equal(simulator.setTime(0), Date.UTC(2026, 10, 28));
  const names = JSON.parse(simulator.events()).map((event) => event.eventName);
  assert.deepEqual(names, ["CreateKey", "ScheduleKeyDeletion", "DeleteKey"]);
});

test("a simulator that cannot be made says why", () => {
  assert.throws(
    () => new kmsim.Simulator("accounts: [{}]", undefined),
    (error) => JSON.parse(error.message).errors[0].line === 1,
  );
});
