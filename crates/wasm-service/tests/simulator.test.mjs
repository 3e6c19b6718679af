// Runs the WebAssembly build in Node: a simulator lives through saves.

import assert from "node:assert/strict";
import { test } from "node:test";

import { admin, kmsim, service, world } from "./kmsim.mjs";

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
