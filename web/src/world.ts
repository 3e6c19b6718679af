// From what the page shows to what the evaluator is asked: a world with one key and one caller, in
// which each document is a file, and the call against it.

import { keyArn, readCaller, readKey } from "./arn";
import type { Caller, Key } from "./arn";
import { fileName, LEVELS } from "./state";
import type { Call, Doc, Kind, Level, Page } from "./state";

export interface Question {
  /** `{"world": …, "call": …}` as JSON. */
  text: string;
  /** The texts of the documents by their file names. */
  files: Record<string, string>;
}

/** The name of the question itself: places in it are places in the call's form. */
export const QUESTION = "call.json";

type Json = Record<string, unknown>;

export function question(page: Page): Question {
  const { world, call } = parts(page);
  return { text: JSON.stringify({ world, call }, undefined, 1), files: filesOf(page) };
}

/** The texts of the documents by their file names. */
export const filesOf = (page: Page): Record<string, string> =>
  Object.fromEntries(written(page).filter((doc) => doc.kind !== "tests").map((doc) => [fileName(doc), doc.text]));

/** Who calls and how the request comes in, as the simulated service takes it. */
export function callerOf(page: Page): Json {
  const { caller, region, via, vpcEndpoint, sourceIp, context } = parts(page).call;
  // The service reads no files: policies of the session come as texts.
  const sessions = written(page).filter((doc) => doc.kind === "session");
  const sessionPolicies = sessions.length > 0 ? sessions.map((doc) => doc.text) : undefined;
  const all = { caller, region, via, vpcEndpoint, sourceIp, sessionPolicies, context };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** The name of the world that the page itself makes. */
export const WORLD = "page-world.json";

/** The world alone, for what asks more than one call. */
export const worldOf = (page: Page): Json => parts(page).world;

/** Documents in which something stands. An empty one counts as not being there. */
const written = (page: Page): Doc[] => page.docs.filter((doc) => doc.text.trim() !== "");

function parts(page: Page): { world: Json; call: Json } {
  const docs = written(page);
  const own = docs.find((doc) => doc.kind === "world");
  const world = own ? { file: fileName(own) } : aroundTheCall(page, docs);
  return { world, call: callOf(page.call, docs) };
}

const reference = (doc: Doc): Json => ({ file: fileName(doc) });

/** With their names beside them: as names of fields some would mean something else. */
const named = (docs: Doc[]): Json[] => docs.map((doc) => ({ name: doc.name, policy: reference(doc) }));

function aroundTheCall(page: Page, docs: Doc[]): Json {
  const of = (kind: Kind): Doc[] => docs.filter((doc) => doc.kind === kind);
  const caller = readCaller(page.call.caller);
  const key = readKey(page.call.key, caller, page.call.region);
  const accounts = new Map<string, Json>();
  const account = (id: string): Json => {
    const known = accounts.get(id) ?? { id };
    accounts.set(id, known);
    return known;
  };
  account(key.account).keys = [keyOf(key, of("key-policy")[0], of("grants")[0])];
  const identity = identityOf(caller, of("identity"), of("permissions-boundary")[0]);
  if (identity) account(caller.account)[caller.sort === "user" ? "users" : "roles"] = [identity];
  const endpoint = of("vpc-endpoint")[0];
  if (page.call.vpcEndpoint.trim()) {
    const policy = endpoint ? { policy: reference(endpoint) } : {};
    account(caller.account || key.account).vpcEndpoints = [{ id: page.call.vpcEndpoint.trim(), vpc: "vpc-1a2b3c4d", ...policy }];
  }
  const world: Json = { accounts: [...accounts.values()] };
  const controls = [...of("scp"), ...of("rcp")];
  if (controls.length > 0) world.organization = organization(controls, caller, key);
  return world;
}

function keyOf(key: Key, policy: Doc | undefined, grants: Doc | undefined): Json {
  return {
    arn: keyArn(key),
    policy: policy ? reference(policy) : "default",
    ...(key.alias ? { aliases: [key.alias] } : {}),
    ...(grants ? { grants: reference(grants) } : {}),
  };
}

function identityOf(caller: Caller, policies: Doc[], boundary: Doc | undefined): Json | undefined {
  if (caller.sort !== "user" && caller.sort !== "role") return undefined;
  return {
    name: caller.name,
    ...(caller.path === "/" ? {} : { path: caller.path }),
    ...(policies.length > 0 ? { policies: named(policies) } : {}),
    ...(boundary ? { permissionsBoundary: reference(boundary) } : {}),
  };
}

/** A root with one unit that holds the accounts; `FullAWSAccess` stands at every level, as AWS attaches it. */
function organization(controls: Doc[], caller: Caller, key: Key): Json {
  const at = (kind: Kind, level: Level): Doc[] => controls.filter((doc) => doc.kind === kind && doc.level === level);
  const scps = (level: Level): unknown[] => ["FullAWSAccess", ...named(at("scp", level))];
  const rcps = (level: Level): unknown[] => named(at("rcp", level));
  const [root, unit, member] = LEVELS;
  const ids = [...new Set([caller.account, key.account].filter((id) => id !== ""))];
  // An SCP of an account is about its principals, an RCP about its resources.
  const accounts = ids.map((id) => ({
    id,
    scps: id === caller.account ? scps(member) : ["FullAWSAccess"],
    rcps: id === key.account ? rcps(member) : [],
  }));
  return {
    id: "o-exampleorgid",
    root: {
      id: "r-root",
      name: "root",
      scps: scps(root),
      rcps: rcps(root),
      units: [{ id: "ou-root-unit", name: "unit", scps: scps(unit), rcps: rcps(unit), accounts }],
    },
  };
}

function callOf(call: Call, docs: Doc[]): Json {
  const json: Json = { caller: call.caller.trim(), ...asked(call.operation.trim()), ...parameters(call.parameters) };
  const put = (name: string, value: string): void => {
    if (value.trim()) json[name] = value.trim();
  };
  put("keyId", call.key);
  put("region", call.region);
  put("via", call.via);
  put("vpcEndpoint", call.vpcEndpoint);
  put("sourceIp", call.sourceIp);
  const context = call.encryptionContext.filter((pair) => pair.key !== "");
  if (context.length > 0) json.encryptionContext = Object.fromEntries(context.map((pair) => [pair.key, pair.value]));
  const tokens = call.grantTokens.split(/[\s,]+/).filter((token) => token !== "");
  if (tokens.length > 0) json.grantTokens = tokens;
  const sessions = docs.filter((doc) => doc.kind === "session");
  if (sessions.length > 0) json.sessionPolicies = sessions.map(reference);
  const stated = call.context.filter((one) => one.key !== "" && one.state !== "unknown");
  if (stated.length > 0) {
    json.context = Object.fromEntries(stated.map((one) => [one.key, one.state === "absent" ? null : contextValue(one.value)]));
  }
  const unknown = call.context.filter((one) => one.key !== "" && one.state === "unknown");
  if (unknown.length > 0) json.unknown = unknown.map((one) => one.key);
  return json;
}

/** An operation of KMS by its name, an action with its service. */
const asked = (name: string): Json => (name.includes(":") ? { action: name } : { operation: name });

function parameters(text: string): Json {
  if (!text.trim()) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
  } catch {
    // The form says that this is no JSON object.
    return {};
  }
}

/** `["a", "b"]` is a list, anything else one text. */
function contextValue(text: string): unknown {
  if (!/^\s*\[/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
