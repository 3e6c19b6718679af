// How often a second the service performs an operation in WebAssembly, and how large the module is.
//
// Each call goes the whole way: JSON text in, authorization, cryptography, the event, JSON text out.
// `cargo xtask bench --wasm` runs it after the native benchmark of the same calls.

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

import { admin, moduleFile, service } from "../tests/kmsim.mjs";

/**
 * The median processor time of a call in microseconds, of 7 batches. Processor time, since other
 * programs that run are no concern of ours; the first half second is V8's, to compile.
 */
function time(run) {
  const batch = (count) => {
    const start = process.cpuUsage();
    for (let index = 0; index < count; index += 1) run();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / count;
  };
  const begin = Date.now();
  while (Date.now() - begin < 500) batch(1);
  const count = Math.max(1, Math.round(200_000 / batch(3)));
  const times = Array.from({ length: 7 }, () => batch(count));
  return times.sort((one, other) => one - other)[3];
}

const { simulator, call } = service({ eventsKept: 1000 });
const newKey = (KeySpec, KeyUsage) => call("CreateKey", { KeySpec, KeyUsage }).KeyMetadata.Arn;
const Plaintext = Buffer.alloc(4096).toString("base64");
const EncryptionContext = { app: "a" };
const Message = "AAAA";

const symmetric = newKey("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT");
const { CiphertextBlob } = call("Encrypt", { KeyId: symmetric, Plaintext, EncryptionContext });
const sign = (KeySpec, SigningAlgorithm) =>
  ["Sign", { KeyId: newKey(KeySpec, "SIGN_VERIFY"), Message, SigningAlgorithm }];

const calls = [
  ["DescribeKey", ["DescribeKey", { KeyId: symmetric }]],
  ["Encrypt 4 KiB", ["Encrypt", { KeyId: symmetric, Plaintext, EncryptionContext }]],
  ["Decrypt 4 KiB", ["Decrypt", { CiphertextBlob, EncryptionContext }]],
  ["GenerateDataKey", ["GenerateDataKey", { KeyId: symmetric, KeySpec: "AES_256" }]],
  ["Sign ECDSA P-256", sign("ECC_NIST_P256", "ECDSA_SHA_256")],
  ["Sign Ed25519", sign("ECC_NIST_EDWARDS25519", "ED25519_SHA_512")],
  ["Sign ML-DSA-65", sign("ML_DSA_65", "ML_DSA_SHAKE_256")],
  ["Sign RSA-2048 PSS", sign("RSA_2048", "RSASSA_PSS_SHA_256")],
];

console.log(`Node ${process.versions.node}, V8 ${process.versions.v8}\n`);
console.log("| call | µs | calls a second |\n|---|--:|--:|");
for (const [name, [operation, body]] of calls) {
  const text = JSON.stringify(body);
  const microseconds = time(() => simulator.call(admin, operation, text));
  const rate = Math.round(1e6 / microseconds).toLocaleString("en");
  console.log(`| ${name} | ${microseconds.toFixed(1)} | ${rate} |`);
}

const module = readFileSync(moduleFile);
const kib = (size) => `${Math.ceil(size / 1024)} KiB`;
console.log(`\nThe module has ${kib(module.length)}, ${kib(gzipSync(module, { level: 9 }).length)} by gzip -9.`);
