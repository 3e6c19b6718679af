// As much of principals and keys as is needed to put a world around them.

export interface Caller {
  sort: "user" | "role" | "root" | "service" | "other";
  account: string;
  partition: string;
  /** Of users and roles: the name without path. */
  name: string;
  /** `/` or `/service/`; a session's ARN does not tell it. */
  path: string;
}

/** Who a caller is, by an ARN, a service principal or an account id. */
export function readCaller(text: string): Caller {
  const other: Caller = { sort: "other", account: "", partition: "aws", name: "", path: "/" };
  const trimmed = text.trim();
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$/.test(trimmed)) return { ...other, sort: "service" };
  const match = /^arn:(aws[a-z-]*):(iam|sts)::(\d{12}):(.+)$/.exec(trimmed);
  if (!match) return other;
  const [, partition = "aws", service, account = "", resource = ""] = match;
  const base = { ...other, partition, account };
  if (resource === "root") return { ...base, sort: "root" };
  const parts = resource.split("/");
  const name = parts.at(-1) ?? "";
  const path = parts.length > 2 ? `/${parts.slice(1, -1).join("/")}/` : "/";
  if (service === "sts") {
    // assumed-role/NAME/SESSION
    return parts[0] === "assumed-role" && parts[1] ? { ...base, sort: "role", name: parts[1] } : base;
  }
  if (parts[0] === "user" && name) return { ...base, sort: "user", name, path };
  if (parts[0] === "role" && name) return { ...base, sort: "role", name, path };
  return base;
}

export interface Key {
  account: string;
  region: string;
  partition: string;
  id: string;
  alias: string | undefined;
}

/** The id of a key that is known by its alias only. */
export const SOME_KEY = "1234abcd-12ab-34cd-56ef-1234567890ab";

/** Which key a call means: an ARN, or an id or alias of the caller's account and Region. */
export function readKey(text: string, caller: Caller, region: string): Key {
  const trimmed = text.trim();
  const match = /^arn:(aws[a-z-]*):kms:([a-z0-9-]+):(\d{12}):(.+)$/.exec(trimmed);
  const [, partition = caller.partition, of = region || "us-east-1", account = caller.account || "111122223333", name = trimmed] = match ?? [];
  const base = { account, region: of, partition };
  if (name.startsWith("alias/")) return { ...base, id: SOME_KEY, alias: name };
  const id = name.startsWith("key/") ? name.slice("key/".length) : name;
  return { ...base, id: id || SOME_KEY, alias: undefined };
}

export const keyArn = (key: Key): string => `arn:${key.partition}:kms:${key.region}:${key.account}:key/${key.id}`;
