// The command line and the module say the same, byte for byte: the conformance cases, denials, policies,
// worlds and policy tests of the project go through both.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { kmsim, service } from "./kmsim.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const program = process.env.KMSIM_NATIVE;
assert.ok(program, "run this by `cargo xtask wasm`");

/** What the command prints, and how it ends. 0 and 1 are answers. */
function native(args, cwd = root) {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number") reject(error);
      else resolve({ stdout, stderr, code: error ? error.code : 0 });
    });
  });
}

/** Does everything, some of it at the same time. */
async function each(items, task) {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await task(item);
  };
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, worker));
}

const read = (name) => readFileSync(path.join(root, name), "utf8");

const below = (folder) =>
  readdirSync(path.join(root, folder), { recursive: true })
    .map((name) => path.posix.join(folder, name.replaceAll("\\", "/")))
    .filter((name) => /\.(json|yaml)$/.test(name))
    .sort();

/** The texts that documents of the project refer to. */
const files = Object.fromEntries(["fixtures/cases", "fixtures/policy-tests", "fixtures/worlds", "fixtures/denials", "fixtures/fixes", "policies"].flatMap(below).map((name) => [name, read(name)]));

/** The output of the command is that of the function; an error is an error in both. */
function same({ stdout, stderr, code }, text, what) {
  if (code === 2) {
    assert.ok("errors" in JSON.parse(text), `${what}: the command line fails: ${stderr}`);
    return;
  }
  assert.equal(text, stdout, what);
}

const SHARED = "../shared/cases";

function* casesOf(name) {
  const document = JSON.parse(read(name));
  const cases = Array.isArray(document) ? document : document.cases;
  for (let place = 1; place <= (cases?.length ?? 0); place += 1) yield { name, place };
}

test("cases are decided and mended alike", async (t) => {
  const folders = ["fixtures/cases", "fixtures/fixes"];
  if (existsSync(path.join(root, SHARED))) folders.push(SHARED);
  else t.diagnostic(`skipped: there is no ${SHARED}`);
  const documents = folders.flatMap((folder) => readdirSync(path.join(root, folder)).filter((name) => name.endsWith(".json")).map((name) => `${folder}/${name}`));
  const cases = documents.flatMap((name) => [...casesOf(name)]);
  assert.ok(cases.length > 500, `${cases.length} cases`);
  await each(cases.entries(), async ([index, { name, place }]) => {
    // Fixes take a search each, and the native program is no optimized one here.
    const fixes = index % 8 === 0 || name.startsWith("fixtures/fixes/");
    const args = ["check", name, "--case", String(place), "--format", "json", "--lenient", ...(fixes ? ["--fixes"] : [])];
    const options = { name, files, case: String(place), lenient: true, ...(fixes ? { fixes: true } : {}) };
    same(await native(args), kmsim.check(read(name), JSON.stringify(options)), `${name}, case ${place}`);
  });
});

test("tests come out alike", () =>
  each(["fixtures/policy-tests", "fixtures/cases", "fixtures/fixes"].flatMap(below), async (name) => {
    const text = service.testFile(read(name), JSON.stringify({ name, files }));
    same(await native(["test", name, "--format", "json"]), text, name);
  }));

const WORLDS = below("fixtures/worlds");

test("denials are explained alike", async () => {
  const { messages } = JSON.parse(read("fixtures/denials/messages.json"));
  const asked = messages.flatMap(({ text }) => [undefined, "fixtures/denials/world.yaml"].map((world) => ({ text, world })));
  await each(asked, async ({ text, world }) => {
    const args = ["explain", text, "--format", "json", ...(world ? ["--world", world] : [])];
    same(await native(args), service.explain(text, JSON.stringify({ files, world })), text);
  });
  const name = "fixtures/denials/events.json";
  for (const world of [undefined, "fixtures/denials/world.yaml", ...WORLDS]) {
    const args = ["explain", name, "--format", "json", ...(world ? ["--world", world] : [])];
    same(await native(args), service.explain(read(name), JSON.stringify({ name, files, world })), `${name} in ${world}`);
  }
});

test("policies are linted alike", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "kmsim-lint-"));
  try {
    const policies = [...below("policies").map((name) => [name, files[name]])];
    for (const name of below("fixtures/lint")) {
      const { fires = [], quiet = [] } = JSON.parse(read(name));
      for (const [index, { text, policy, statement }] of [...fires, ...quiet].entries()) {
        const whole = policy ?? (statement && { Version: "2012-10-17", Statement: [statement] });
        const written = text ?? (whole && JSON.stringify(whole, undefined, 1));
        if (written) policies.push([`${path.basename(name, ".json")}-${index}.json`, written]);
      }
    }
    assert.ok(policies.length > 300, `${policies.length} policies`);
    const named = policies.map(([name, text], index) => [`${index}-${path.basename(name)}`, text]);
    for (const [name, text] of named) writeFileSync(path.join(folder, name), text);
    const { stdout } = await native(["lint", ...named.map(([name]) => name), "--format", "json"], folder);
    const report = JSON.parse(stdout);
    const byName = new Map();
    for (const policy of report.policies) byName.set(policy.name, [...(byName.get(policy.name) ?? []), policy]);
    const alike = [];
    for (const [name, text] of named) {
      // A file may hold policies in lists or other documents, and what is no JSON is read on in files; the
      // module lints one document.
      const [policy, ...others] = byName.get(name) ?? [];
      if (!policy || others.length > 0 || policy.place || policy.findings.some((finding) => finding.code === "IAM001")) continue;
      const own = JSON.parse(kmsim.lint(text, JSON.stringify({ name })));
      assert.equal(JSON.stringify(own.policies), JSON.stringify([policy]), name);
      alike.push([name, text]);
    }
    assert.ok(alike.length > named.length - 30, `${alike.length} of ${named.length}`);
    // And the whole output, of some.
    await each(alike.filter((_, index) => index % 9 === 0), async ([name, text]) => {
      const options = JSON.stringify({ name });
      same(await native(["lint", name, "--format", "json"], folder), kmsim.lint(text, options), name);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("rules are documented alike", () =>
  each(["KMS001", "IAM044", "KMS130"], async (code) => {
    same(await native(["rule", code, "--format", "json"]), kmsim.rule(code), code);
  }));

test("worlds are asked alike", () =>
  each(WORLDS, async (world) => {
    const options = { name: world, files };
    const everything = service.can(files[world], JSON.stringify({ ...options, principal: "arn:aws:iam::111122223333:root" }));
    same(await native(["can", "arn:aws:iam::111122223333:root", "--world", world, "--format", "json"]), everything, world);
    const keys = [...new Set((JSON.parse(everything).answers ?? []).map((answer) => answer.key).filter(Boolean))];
    for (const key of keys) {
      for (const [flags, call] of [[[], {}], [["--via", "s3", "--encryption-context", "Department=IT"], { via: "s3", encryptionContext: { Department: "IT" } }]]) {
        const text = service.whoCan(files[world], JSON.stringify({ ...options, action: "kms:*", key, call }));
        same(await native(["who-can", "kms:*", key, "--world", world, "--format", "json", ...flags]), text, `${key} in ${world}`);
      }
    }
    const text = service.whoCan(files[world], JSON.stringify({ ...options, action: "CreateKey" }));
    same(await native(["who-can", "CreateKey", "--world", world, "--format", "json"]), text, world);
  }));
