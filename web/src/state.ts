// What a page is about: documents and one call. It is what links and files hold.

export const KINDS = [
  "key-policy",
  "identity",
  "permissions-boundary",
  "session",
  "scp",
  "rcp",
  "vpc-endpoint",
  "grants",
  "world",
  "tests",
] as const;

export type Kind = (typeof KINDS)[number];

export const LEVELS = ["root", "unit", "account"] as const;

/** Where in an organization an SCP or RCP is attached. */
export type Level = (typeof LEVELS)[number];

export interface Doc {
  kind: Kind;
  /** The policy's name; with the kind it makes the document's file name. */
  name: string;
  text: string;
  /** Of SCPs and RCPs. */
  level?: Level;
}

export interface Pair {
  key: string;
  value: string;
}

/** A condition key about which the page says something. */
export interface ContextKey {
  key: string;
  state: "present" | "absent" | "unknown";
  value: string;
}

export interface Call {
  caller: string;
  operation: string;
  key: string;
  region: string;
  encryptionContext: Pair[];
  via: string;
  vpcEndpoint: string;
  sourceIp: string;
  grantTokens: string;
  context: ContextKey[];
  /** Further parameters of the operation: the text of a JSON object. */
  parameters: string;
}

export interface Page {
  title: string;
  docs: Doc[];
  call: Call;
}

export const TITLES: Record<Kind, string> = {
  "key-policy": "Key policy",
  identity: "Identity policy",
  "permissions-boundary": "Permissions boundary",
  session: "Session policy",
  scp: "SCP",
  rcp: "RCP",
  "vpc-endpoint": "VPC endpoint policy",
  grants: "Grants",
  world: "World",
  tests: "Policy tests",
};

/** How many documents of a kind a page can have: one, unless it is listed here. */
const SEVERAL: readonly Kind[] = ["identity", "session", "scp", "rcp"];

export const isSingle = (kind: Kind): boolean => !SEVERAL.includes(kind);

/** The name under which the evaluator knows a document, and by which its places are told. */
export function fileName(doc: Doc): string {
  const folder = doc.level ? `${doc.kind}/${doc.level}` : doc.kind;
  const base = isSingle(doc.kind) ? doc.kind : `${folder}/${doc.name}`;
  return base + (/^\s*[[{]/.test(doc.text) ? ".json" : ".yaml");
}

export function emptyCall(): Call {
  return {
    caller: "",
    operation: "Decrypt",
    key: "",
    region: "us-east-1",
    encryptionContext: [],
    via: "",
    vpcEndpoint: "",
    sourceIp: "",
    grantTokens: "",
    context: [],
    parameters: "",
  };
}

export function emptyPage(): Page {
  return {
    title: "",
    docs: [
      { kind: "key-policy", name: "key-policy", text: "" },
      { kind: "identity", name: "policy", text: "" },
    ],
    call: emptyCall(),
  };
}

/** A name that no document of its kind has. */
export function freeName(page: Page, kind: Kind): string {
  const taken = new Set(page.docs.filter((doc) => doc.kind === kind).map((doc) => doc.name));
  const stem = isSingle(kind) ? kind : "policy";
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? stem : `${stem}-${number}`;
    if (!taken.has(name)) return name;
  }
}
