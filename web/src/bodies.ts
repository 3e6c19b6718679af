// The request of an operation, as it is sent: what the call says, and an example of the rest.

import type { Call } from "./state";

/** What an operation needs besides its key. Blobs are base64. */
const EXAMPLES: Record<string, Record<string, unknown>> = {
  Encrypt: { Plaintext: base64("hello from the playground") },
  Decrypt: { CiphertextBlob: "" },
  ReEncrypt: { CiphertextBlob: "", DestinationKeyId: "" },
  GenerateDataKey: { KeySpec: "AES_256" },
  GenerateDataKeyWithoutPlaintext: { KeySpec: "AES_256" },
  GenerateDataKeyPair: { KeyPairSpec: "ECC_NIST_P256" },
  GenerateDataKeyPairWithoutPlaintext: { KeyPairSpec: "ECC_NIST_P256" },
  GenerateRandom: { NumberOfBytes: 32 },
  Sign: { Message: base64("hello"), MessageType: "RAW", SigningAlgorithm: "ECDSA_SHA_256" },
  Verify: { Message: base64("hello"), MessageType: "RAW", SigningAlgorithm: "ECDSA_SHA_256", Signature: "" },
  GenerateMac: { Message: base64("hello"), MacAlgorithm: "HMAC_SHA_256" },
  VerifyMac: { Message: base64("hello"), MacAlgorithm: "HMAC_SHA_256", Mac: "" },
  CreateGrant: { GranteePrincipal: "", Operations: ["Decrypt"] },
  ScheduleKeyDeletion: { PendingWindowInDays: 7 },
  PutKeyPolicy: { Policy: "" },
  TagResource: { Tags: [{ TagKey: "team", TagValue: "orders" }] },
  UntagResource: { TagKeys: ["team"] },
  CreateAlias: { AliasName: "alias/app" },
};

/** Operations that name no key, or not as `KeyId`. */
const WITHOUT_KEY = new Set(["GenerateRandom", "CreateKey", "ListKeys", "ListAliases", "ListRetirableGrants", "CreateCustomKeyStore", "DescribeCustomKeyStores"]);

const WITH_CONTEXT = new Set(["Encrypt", "Decrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext"]);

export function bodyOf(call: Call): string {
  const operation = call.operation.replace(/^kms:/, "");
  const body: Record<string, unknown> = {};
  if (!WITHOUT_KEY.has(operation) && call.key.trim()) body[operation === "CreateAlias" ? "TargetKeyId" : "KeyId"] = call.key.trim();
  Object.assign(body, EXAMPLES[operation] ?? {});
  const context = call.encryptionContext.filter((pair) => pair.key !== "");
  if (WITH_CONTEXT.has(operation) && context.length > 0) {
    body.EncryptionContext = Object.fromEntries(context.map((pair) => [pair.key, pair.value]));
  }
  return JSON.stringify({ ...body, ...given(call.parameters) }, undefined, 2);
}

function given(parameters: string): object {
  try {
    const value: unknown = JSON.parse(parameters || "{}");
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** What a response can be sent on as, and to which operation. */
export function next(operation: string, request: Record<string, unknown>, response: Record<string, unknown>): { operation: string; body: string } | undefined {
  const on = (name: string, body: Record<string, unknown>): { operation: string; body: string } => ({ operation: name, body: JSON.stringify(body, undefined, 2) });
  const { CiphertextBlob, Signature, Mac } = response;
  if (typeof CiphertextBlob === "string" && operation !== "Decrypt") {
    return on("Decrypt", { CiphertextBlob, ...(request.EncryptionContext ? { EncryptionContext: request.EncryptionContext } : {}) });
  }
  if (typeof Signature === "string") return on("Verify", { ...request, Signature });
  if (typeof Mac === "string") return on("VerifyMac", { ...request, Mac });
  return undefined;
}

/** A base64 text as people read it, if it is text. */
export function readable(blob: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(blob), (char) => char.charCodeAt(0));
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return /[\u0000-\u0008\u000e-\u001f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
