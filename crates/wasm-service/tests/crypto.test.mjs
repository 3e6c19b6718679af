// The cryptography of every key spec works in WebAssembly, as Node's own (OpenSSL) sees it.

import assert from "node:assert/strict";
import crypto from "node:crypto";
import { test } from "node:test";

import { kmsim, service, world } from "./kmsim.mjs";

const { simulator, call } = service();
const bytes = (text) => Buffer.from(text, "base64");
const base64 = (data) => Buffer.from(data).toString("base64");
const message = "a message";
const Message = base64(message);

const newKey = (KeySpec, KeyUsage, more = {}) =>
  call("CreateKey", { KeySpec, KeyUsage, ...more }).KeyMetadata.KeyId;
const publicKey = (KeyId) =>
  crypto.createPublicKey({ key: bytes(call("GetPublicKey", { KeyId }).PublicKey), format: "der", type: "spki" });

test("SYMMETRIC_DEFAULT", () => {
  const KeyId = newKey("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT");
  const EncryptionContext = { Department: "IT" };
  const Plaintext = base64(crypto.randomBytes(4096));
  const { CiphertextBlob } = call("Encrypt", { KeyId, Plaintext, EncryptionContext });
  assert.equal(call("Decrypt", { CiphertextBlob, EncryptionContext }).Plaintext, Plaintext);
  const wrong = simulator.call("arn:aws:iam::111122223333:user/admin", "Decrypt", JSON.stringify({ CiphertextBlob }));
  assert.equal(JSON.parse(wrong).body.__type, "InvalidCiphertextException");

  const data = call("GenerateDataKey", { KeyId, KeySpec: "AES_256" });
  assert.equal(bytes(data.Plaintext).length, 32);
  assert.equal(call("Decrypt", { CiphertextBlob: data.CiphertextBlob }).Plaintext, data.Plaintext);
});

for (const bits of [224, 256, 384, 512]) {
  test(`HMAC_${bits}`, () => {
    const KeyId = newKey(`HMAC_${bits}`, "GENERATE_VERIFY_MAC");
    const MacAlgorithm = `HMAC_SHA_${bits}`;
    const { Mac } = call("GenerateMac", { KeyId, Message, MacAlgorithm });
    assert.equal(bytes(Mac).length, bits / 8);
    assert.equal(call("VerifyMac", { KeyId, Message, MacAlgorithm, Mac }).MacValid, true);
  });
}

test("imported material gives known answers", () => {
  const KeyId = newKey("HMAC_256", "GENERATE_VERIFY_MAC", { Origin: "EXTERNAL" });
  const WrappingAlgorithm = "RSAES_OAEP_SHA_256";
  const given = call("GetParametersForImport", { KeyId, WrappingAlgorithm, WrappingKeySpec: "RSA_2048" });
  const key = crypto.createPublicKey({ key: bytes(given.PublicKey), format: "der", type: "spki" });
  const material = Buffer.alloc(32, 0x0b);
  const wrapped = crypto.publicEncrypt({ key, oaepHash: "sha256" }, material);
  call("ImportKeyMaterial", {
    KeyId,
    ImportToken: given.ImportToken,
    EncryptedKeyMaterial: base64(wrapped),
    ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE",
  });
  const { Mac } = call("GenerateMac", { KeyId, Message, MacAlgorithm: "HMAC_SHA_256" });
  // RFC 2104 by another implementation.
  assert.equal(Mac, crypto.createHmac("sha256", material).update(message).digest("base64"));
});

const curves = [
  ["ECC_NIST_P256", "ECDSA_SHA_256", "sha256", "prime256v1"],
  ["ECC_NIST_P384", "ECDSA_SHA_384", "sha384", "secp384r1"],
  ["ECC_NIST_P521", "ECDSA_SHA_512", "sha512", "secp521r1"],
  ["ECC_SECG_P256K1", "ECDSA_SHA_256", "sha256", undefined],
];
for (const [spec, SigningAlgorithm, hash, curve] of curves) {
  test(spec, () => {
    const KeyId = newKey(spec, "SIGN_VERIFY");
    const { Signature } = call("Sign", { KeyId, Message, SigningAlgorithm });
    assert.ok(crypto.verify(hash, Buffer.from(message), publicKey(KeyId), bytes(Signature)));
    assert.equal(call("Verify", { KeyId, Message, SigningAlgorithm, Signature }).SignatureValid, true);
    if (!curve) return;

    const agreeing = newKey(spec, "KEY_AGREEMENT");
    const other = crypto.generateKeyPairSync("ec", { namedCurve: curve });
    const { SharedSecret } = call("DeriveSharedSecret", {
      KeyId: agreeing,
      KeyAgreementAlgorithm: "ECDH",
      PublicKey: base64(other.publicKey.export({ format: "der", type: "spki" })),
    });
    const secret = crypto.diffieHellman({ privateKey: other.privateKey, publicKey: publicKey(agreeing) });
    assert.equal(SharedSecret, base64(secret));
  });
}

test("ECC_NIST_EDWARDS25519", () => {
  const KeyId = newKey("ECC_NIST_EDWARDS25519", "SIGN_VERIFY");
  const SigningAlgorithm = "ED25519_SHA_512";
  const { Signature } = call("Sign", { KeyId, Message, SigningAlgorithm });
  assert.ok(crypto.verify(null, Buffer.from(message), publicKey(KeyId), bytes(Signature)));
  assert.equal(call("Verify", { KeyId, Message, SigningAlgorithm, Signature }).SignatureValid, true);
});

test("RSA_2048 signs", () => {
  const KeyId = newKey("RSA_2048", "SIGN_VERIFY");
  const key = publicKey(KeyId);
  const paddings = [
    ["RSASSA_PSS", { padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: crypto.constants.RSA_PSS_SALTLEN_DIGEST }],
    ["RSASSA_PKCS1_V1_5", { padding: crypto.constants.RSA_PKCS1_PADDING }],
  ];
  for (const [name, padding] of paddings) {
    for (const bits of [256, 384, 512]) {
      const SigningAlgorithm = `${name}_SHA_${bits}`;
      const { Signature } = call("Sign", { KeyId, Message, SigningAlgorithm });
      const valid = crypto.verify(`sha${bits}`, Buffer.from(message), { key, ...padding }, bytes(Signature));
      assert.ok(valid, SigningAlgorithm);
      assert.equal(call("Verify", { KeyId, Message, SigningAlgorithm, Signature }).SignatureValid, true);
    }
  }
});

test("RSA_2048 decrypts what others encrypted", () => {
  const KeyId = newKey("RSA_2048", "ENCRYPT_DECRYPT");
  const key = publicKey(KeyId);
  for (const bits of [1, 256]) {
    const EncryptionAlgorithm = `RSAES_OAEP_SHA_${bits}`;
    const ours = call("Encrypt", { KeyId, Plaintext: Message, EncryptionAlgorithm }).CiphertextBlob;
    const theirs = base64(crypto.publicEncrypt({ key, oaepHash: `sha${bits}` }, Buffer.from(message)));
    for (const CiphertextBlob of [ours, theirs]) {
      assert.equal(call("Decrypt", { KeyId, CiphertextBlob, EncryptionAlgorithm }).Plaintext, Message);
    }
  }
});

// FIPS 204, table 2: sizes of public keys and signatures.
for (const [level, size] of [[44, 2420], [65, 3309], [87, 4627]]) {
  test(`ML_DSA_${level}`, () => {
    const KeyId = newKey(`ML_DSA_${level}`, "SIGN_VERIFY");
    const SigningAlgorithm = "ML_DSA_SHAKE_256";
    const { Signature } = call("Sign", { KeyId, Message, SigningAlgorithm });
    assert.equal(bytes(Signature).length, size);
    assert.equal(call("Verify", { KeyId, Message, SigningAlgorithm, Signature }).SignatureValid, true);
  });
}

// FIPS 203, table 3: sizes of ciphertexts.
for (const [level, size] of [[512, 768], [768, 1088], [1024, 1568]]) {
  test(`ML_KEM_${level}`, () => {
    const KeyId = newKey(`ML_KEM_${level}`, "ENCAPSULATE_DECAPSULATE");
    const EncapsulationAlgorithm = "ML_KEM";
    const made = call("Encapsulate", { KeyId, EncapsulationAlgorithm });
    const { SharedSecretCiphertextBlob, SharedSecret } = made;
    assert.equal(bytes(SharedSecretCiphertextBlob).length, size);
    const opened = call("Decapsulate", { KeyId, EncapsulationAlgorithm, SharedSecretCiphertextBlob });
    assert.equal(opened.SharedSecret, SharedSecret);
  });
}

test("SM2, in the China Regions", () => {
  const simulator = new kmsim.Simulator(world, JSON.stringify({ now: Date.now(), region: "cn-north-1" }));
  const call = (operation, body) => {
    const caller = "arn:aws-cn:iam::111122223333:root";
    const answer = JSON.parse(simulator.call(caller, operation, JSON.stringify(body)));
    assert.equal(answer.status, 200, JSON.stringify(answer));
    return answer.body;
  };
  const signing = call("CreateKey", { KeySpec: "SM2", KeyUsage: "SIGN_VERIFY" }).KeyMetadata.KeyId;
  const SigningAlgorithm = "SM2DSA";
  const { Signature } = call("Sign", { KeyId: signing, Message, SigningAlgorithm });
  const valid = call("Verify", { KeyId: signing, Message, SigningAlgorithm, Signature }).SignatureValid;
  assert.equal(valid, true);

  const KeyId = call("CreateKey", { KeySpec: "SM2", KeyUsage: "ENCRYPT_DECRYPT" }).KeyMetadata.KeyId;
  const EncryptionAlgorithm = "SM2PKE";
  const { CiphertextBlob } = call("Encrypt", { KeyId, Plaintext: Message, EncryptionAlgorithm });
  assert.equal(call("Decrypt", { KeyId, CiphertextBlob, EncryptionAlgorithm }).Plaintext, Message);
});
