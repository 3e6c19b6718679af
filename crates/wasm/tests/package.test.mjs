// The package as npm installs it. `cargo xtask npm` packs it, installs it into a folder of its own and runs this
// there.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { KmsimError, load, loadService } from "kmsim";

const KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const ALICE = "arn:aws:iam::111122223333:user/alice";

const policy = { Version: "2012-10-17", Statement: [{ Sid: "Root", Effect: "Allow", Principal: { AWS: "arn:aws:iam::111122223333:root" }, Action: "kms:*", Resource: "*" }] };

const world = { accounts: [{ id: "111122223333", users: [{ name: "alice" }], keys: [{ arn: KEY, policy }] }] };

test("a case is decided, with what would change it", async () => {
  const kmsim = await load();
  const answer = kmsim.check({ request: { principal: ALICE, action: "kms:Decrypt", resource: KEY }, policies: { resource: policy } }, { fixes: true });
  assert.equal(answer.decision, "implicitDeny");
  assert.ok(answer.fixes.fixes.length > 0);
});

test("a call against a world, in YAML and with files", async () => {
  const kmsim = await load();
  const answer = kmsim.check(`world: {file: world.json}\ncall: {caller: "${ALICE}", operation: Decrypt, keyId: "${KEY}"}`, { files: { "world.json": JSON.stringify(world) } });
  assert.equal(answer.decision, "implicitDeny");
  assert.equal(answer.checks.length, 1);
});

test("what cannot be read throws with its places", async () => {
  const kmsim = await load();
  assert.throws(
    () => kmsim.check('{"request": '),
    (error) => error instanceof KmsimError && error.problems[0].line === 1,
  );
});

test("policies are linted, and rules are documented", async () => {
  const kmsim = await load();
  const { policies } = kmsim.lint({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "kms:Decript", Resource: "*" }] }, { kind: "identity" });
  const [finding] = policies[0].findings;
  assert.equal(kmsim.rule(finding.code).code, finding.code);
  assert.ok(kmsim.rules().length > 100);
  assert.ok(kmsim.tables().actions.length > 50);
});

test("the service performs, explains, and answers for whole worlds", async () => {
  const service = await loadService();
  const simulator = new service.Simulator(world, { now: 1_700_000_000_000, seed: 1 });
  const root = "arn:aws:iam::111122223333:root";
  const { status, body } = simulator.call(root, "Encrypt", { KeyId: KEY, Plaintext: Buffer.from("secret").toString("base64") });
  assert.equal(status, 200);
  assert.ok(service.ciphertextHeader(body.CiphertextBlob).parts.length > 4);
  const decrypted = simulator.call(root, "Decrypt", { CiphertextBlob: body.CiphertextBlob });
  assert.equal(Buffer.from(decrypted.body.Plaintext, "base64").toString(), "secret");
  const message = simulator.encryptMessage(root, KEY, new TextEncoder().encode("a file"), { team: "orders" });
  assert.equal(service.messageHeader(message).encryptionContext.team, "orders");
  assert.equal(new TextDecoder().decode(simulator.decryptMessage(root, message)), "a file");
  const again = new service.Simulator(world, { snapshot: simulator.snapshot(), rootKey: simulator.rootKey(), now: 1_700_000_000_000 });
  assert.equal(again.call(root, "Decrypt", { CiphertextBlob: body.CiphertextBlob }).status, 200);
  assert.throws(() => new service.Simulator("accounts: ["), KmsimError);

  const denied = simulator.call(ALICE, "Decrypt", { CiphertextBlob: body.CiphertextBlob });
  assert.equal(denied.body.__type, "AccessDeniedException");
  const { reports } = service.explain(denied.body.message, { world: "world.json", files: { "world.json": JSON.stringify(world) } });
  assert.equal(reports.length, 1);
  assert.ok(service.whoCan(world, { action: "Decrypt", key: KEY }).answers.some((answer) => answer.kind === "root"));
  assert.throws(() => service.can(world, { principal: "alice" }), KmsimError);
});

test("the package says what it is", () => {
  const { version, license } = JSON.parse(readFileSync(new URL(import.meta.resolve("kmsim/package.json")), "utf8"));
  assert.match(version, /^\d+\.\d+\.\d+$/);
  assert.equal(license, "Apache-2.0 OR MIT");
});
