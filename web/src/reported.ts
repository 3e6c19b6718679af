// From the call of a report, as the evaluator gives it, to the form of the page.

import type { Report } from "./engine/protocol";
import { emptyCall } from "./state";
import type { Call, ContextKey } from "./state";

/** Fields of a call that have a place of their own in the form. */
const PLACED = new Set(["caller", "operation", "action", "key", "keyId", "KeyId", "region", "via", "vpcEndpoint", "sourceIp", "grantTokens", "GrantTokens", "encryptionContext", "EncryptionContext", "context", "unknown"]);

const text = (value: unknown): string => (typeof value === "string" ? value : "");

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/** The call of a report; what the report does not tell of region and caller is taken from the form. */
export function callOfReport(report: Report, before: Call): Call | undefined {
  const { call } = report;
  if (!call) return undefined;
  const context = call.encryptionContext ?? call.EncryptionContext;
  const rest = Object.entries(call).filter(([name]) => !PLACED.has(name));
  const tokens = call.grantTokens ?? call.GrantTokens;
  return {
    ...emptyCall(),
    caller: text(call.caller) || before.caller,
    operation: text(call.operation) || text(call.action) || before.operation,
    key: text(call.key) || text(call.keyId) || text(call.KeyId) || before.key,
    region: text(call.region) || regionOf(text(call.key) || text(call.keyId)) || before.region,
    encryptionContext: isObject(context) ? Object.entries(context).map(([key, value]) => ({ key, value: String(value) })) : [],
    via: text(call.via),
    vpcEndpoint: text(call.vpcEndpoint),
    sourceIp: text(call.sourceIp),
    grantTokens: Array.isArray(tokens) ? tokens.map(String).join(" ") : "",
    context: contextOf(call),
    parameters: rest.length > 0 ? JSON.stringify(Object.fromEntries(rest)) : "",
  };
}

const regionOf = (arn: string): string => (arn.startsWith("arn:") ? (arn.split(":")[3] ?? "") : "");

function contextOf(call: Record<string, unknown>): ContextKey[] {
  const stated = isObject(call.context) ? Object.entries(call.context) : [];
  const unknown = Array.isArray(call.unknown) ? call.unknown : [];
  return [
    ...stated.map(([key, value]): ContextKey => (value === null ? { key, state: "absent", value: "" } : { key, state: "present", value: typeof value === "string" ? value : JSON.stringify(value) })),
    ...unknown.map((key): ContextKey => ({ key: String(key), state: "unknown", value: "" })),
  ];
}
