/** A document: an object, or its text in JSON or YAML. */
export type Document = string | object;

/** `allowed`, or why not; `depends` where something is not known that would decide. */
export type Decision = "allowed" | "implicitDeny" | "explicitDeny" | "depends";

/** The kinds of policies. */
export type PolicyKind = "key-policy" | "identity" | "permissions-boundary" | "session" | "scp" | "rcp" | "vpc-endpoint" | "trust" | "resource";

/** What every function takes besides its document. */
export interface Options {
  /** The path of the document, as answers show it. */
  name?: string;
  /** The texts of the files that it refers to, by their paths. */
  files?: Record<string, string>;
}

/** Where something stands: lines and columns from 1. */
export interface Location {
  file: string;
  line: number;
  column: number;
  /** For a policy that is a string in another document: where that string stands. */
  within?: Location;
}

/** Something that is wrong with a text. */
export interface Problem {
  /** A stable word. */
  code: string;
  severity: string;
  message: string;
  help?: string | null;
  file?: string;
  line?: number;
  /** In UTF-16 units, as editors in browsers count. */
  column?: number;
}

/** What cannot be read. */
export class KmsimError extends Error {
  readonly problems: Problem[];
  /** For a call that names no key of its world: what can be done about it, if that was asked for. */
  readonly fixes?: Remedies;
}

/** One condition of a statement, held against the request. */
export interface ConditionView {
  operator: string;
  key: string;
  expected: string[];
  actual?: string[];
  holds: "yes" | "no" | "unknown";
}

export interface StatementView {
  /** How tests name it: `key-policy#Sid`. */
  reference: string;
  effect: string;
  applies: "yes" | "no" | "unknown";
  conditions?: ConditionView[];
  location: Location;
}

export interface LayerView {
  layer: string;
  title: string;
  verdict: "allow" | "implicitDeny" | "explicitDeny" | "depends" | "notApplicable";
  note: string;
  statements?: StatementView[];
}

/** One decision, explained (docs/json.md has every field). */
export interface Explanation {
  decision: Decision;
  /** What decided, as a stable word. */
  reason: string;
  /** The same as one sentence. */
  summary: string;
  /** What AWS would tell the caller. */
  awsMessage?: string;
  because: string[];
  blockedBy?: string[];
  layers: LayerView[];
  request: { principal: string; action: string; resource: string; context: Record<string, unknown> };
}

/** The answer to a case, or to a call: then each permission that it needs is one of `checks`. */
export type Answer = { version: number; decision: Decision; fixes?: Remedies } & (
  | (Explanation & { checks?: undefined })
  | { checks: (Explanation & { check: string })[]; gaps?: Gap[] }
);

/** What a world lacks for a full answer. */
export interface Gap {
  code: string;
  message: string;
}

/** What can be done about a decision. */
export interface Remedies {
  version: number;
  decision: Decision | "unresolved";
  /** Changes that allow it, the one that opens least first. */
  fixes?: Fix[];
  /** Whether nothing was left out. */
  complete: boolean;
  /** What to do instead of changing policies. */
  instead?: { code: string; text: string }[];
  /** For what is allowed: what carries it. */
  carriers?: { reference: string; without: Decision; takes?: string[] }[];
}

export interface Fix {
  summary: string;
  changes: Change[];
  /** What else becomes allowed; empty: nothing that was tried. */
  opens: string[];
  notes?: string[];
}

export interface Change {
  account?: string;
  document: { kind: string; name?: string; owner: string; isNew: boolean; location?: Location };
  edits: { kind: string; summary: string; element?: string; statement: unknown }[];
  /** The whole document afterwards. */
  result: unknown;
  /** A unified diff of its text. */
  diff?: string;
}

export interface LintReport {
  version: number;
  policies: { name: string; kind: PolicyKind; findings: Finding[] }[];
}

export interface Finding {
  /** `KMS031`: see `rule`. */
  code: string;
  rule: string;
  severity: "error" | "security" | "warning" | "suggestion";
  message: string;
  help?: string;
  /** From 1; columns count characters. */
  line: number;
  column: number;
  path: string;
  /** A repair that keeps what was meant. */
  fix?: { title: string; safety: string; edits: { line: number; column: number; endLine: number; endColumn: number; text: string }[] };
}

export interface Rule {
  code: string;
  name: string;
  severity: Finding["severity"];
  kinds: PolicyKind[];
  finds: string;
  why: string;
  fires: RuleExample;
  right: RuleExample;
  source: string;
  accessAnalyzer: string[];
}

export interface RuleExample {
  kind: PolicyKind;
  key?: string;
  is: "policy" | "world";
  text: string;
}

export interface Tables {
  actions: { name: string; level: string; crossAccount: boolean; conditionKeys: string[] }[];
  operations: string[];
  conditionKeys: { name: string; type: string; multiValued: boolean; deprecated: string | null }[];
  operators: string[];
  services: string[];
}

/** What is known of a key that a policy guards. */
export interface KeyFacts {
  arn?: string;
  spec?: string;
  usage?: string;
  multiRegion?: boolean;
  origin?: string;
  account?: string;
  region?: string;
}

/** The functions that are small and fast enough for every keystroke. */
export interface Evaluation {
  /** Decides a case, or a call against the world beside it (`{world, call}`), and explains the decision. */
  check(document: Document, options?: Options & { case?: string; fixes?: boolean; lenient?: boolean }): Answer;
  /** Finds what is wrong with a policy. */
  lint(policy: Document, options?: Options & { kind?: PolicyKind; key?: KeyFacts }): LintReport;
  /** The documentation of a rule, by its code or name. */
  rule(code: string): Rule;
  /** All rules. */
  rules(): Pick<Rule, "code" | "name" | "severity" | "finds">[];
  /** What an editor completes. */
  tables(): Tables;
}

/** A denial that somebody met, explained (docs/json.md has every field). */
export interface Report {
  verdict: string;
  agreement: "same" | "open" | "other-layer" | "differs" | "not-compared";
  reported: Record<string, unknown>;
  meaning?: string[];
  causes?: { code: string; text: string }[];
  advice?: string[];
  /** The call, in the shape of calls against worlds. */
  call?: Record<string, unknown>;
  fixes?: Remedies;
}

export interface Answers {
  version: number;
  key?: string;
  principal?: string;
  actions: string[];
  answers: {
    principal: string;
    kind: string;
    account?: string;
    action: string;
    key?: string;
    answer: "allowed" | "depends";
    reason: string;
    because: { reference: string; location: Location }[];
    onlyIf?: { text: string; exact: boolean };
    needsIamAllow?: boolean;
  }[];
  unknownPrincipals?: string[];
  gaps?: Gap[];
}

export interface TestReport {
  version: number;
  passed: number;
  failed: number;
  errors: number;
  cases: { file: string; line: number; column: number; name: string; status: "passed" | "failed" | "error"; expected?: string; found?: string; summary?: string; message?: string }[];
  gaps?: Gap[];
}

/** Who calls: a principal, or an object with `caller` and the circumstances (`region`, `via`, …). */
export type Caller = string | ({ caller: string } & Record<string, unknown>);

/** A simulated KMS. What it holds is lost with it unless its snapshot is kept. */
export class Simulator {
  /** A service for the accounts of a world; an empty text is a world of root users. */
  constructor(
    world?: Document,
    options?: Options & {
      /** Milliseconds since 1970; the present if it is left out. */
      now?: number;
      /** For runs that can be repeated. */
      seed?: number;
      /** Base64 of 32 bytes, under which snapshots keep their secrets. */
      rootKey?: string;
      region?: string;
      /** Whether allowed calls are explained too. */
      explain?: boolean;
      /** The state to go on from; needs `rootKey`. */
      snapshot?: string;
      grantDelay?: number;
      transition?: number;
      throttling?: boolean;
      eventsKept?: number;
    },
  );
  /** Performs an operation; blobs are base64, as in the JSON protocol of KMS. */
  call(caller: Caller, operation: string, request?: object): { status: number; body: Record<string, unknown>; event: Record<string, unknown> | null; explanation: unknown };
  /** Encrypts bytes as the AWS Encryption SDK does, under a data key of a KMS key. */
  encryptMessage(caller: Caller, key: string, plaintext: Uint8Array, encryptionContext?: Record<string, string>): Uint8Array;
  /** Decrypts a message of the AWS Encryption SDK. */
  decryptMessage(caller: Caller, message: Uint8Array): Uint8Array;
  /** The events of CloudTrail since they were last taken. */
  events(): Record<string, unknown>[];
  /** Lets milliseconds pass; gives the time then. */
  advance(milliseconds: number): number;
  /** Sets the time, which only moves on; gives the time then. */
  setTime(time: number | Date): number;
  /** The whole state as text, its secrets encrypted under the root key. */
  snapshot(): string;
  /** The root key, to be kept elsewhere than snapshots. */
  rootKey(): string;
  /** Gives its memory back. */
  free(): void;
}

/** The functions of the larger module. */
export interface Service {
  /** Explains an AccessDenied message or events of CloudTrail; `world` is the path of the world among `files`. */
  explain(report: Document, options?: Options & { world?: string; call?: object; fixes?: boolean }): { version: number; reports: Report[] };
  /** Who can do something on a key; without `key` for actions that have none. */
  whoCan(world: Document, options: Options & { action: string; key?: string; call?: object }): Answers;
  /** What a principal can do. */
  can(world: Document, options: Options & { principal: string; action?: string; key?: string; call?: object }): Answers;
  /** Runs policy tests. */
  testFile(document: Document, options?: Options & { filter?: string; strict?: boolean }): TestReport;
  /** Runs a scenario. */
  runScenario(scenario: Document, options?: Options): Record<string, unknown>;
  /** What a ciphertext of the simulated KMS tells of itself. */
  ciphertextHeader(blob: string): { keyId: string; keyMaterialId: string; length: number; parts: { name: string; length: number; hex: string }[] };
  /** What a message of the AWS Encryption SDK tells of itself before anybody has decrypted it. */
  messageHeader(message: Uint8Array): Record<string, unknown>;
  Simulator: typeof Simulator;
}

/** What a module may be given as: an address, a response, or its bytes. */
export type Source = string | URL | Response | BufferSource | WebAssembly.Module;

/** Loads the evaluator, once. It finds its module by itself unless it is given one. */
export function load(source?: Source | Promise<Source>): Promise<Evaluation>;

/** Loads the service with its cryptography, once. */
export function loadService(source?: Source | Promise<Source>): Promise<Service>;
