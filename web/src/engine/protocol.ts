// What the page asks of the evaluator, and what comes back: the command line's JSON (docs/json.md).

export interface Place {
  file: string;
  line: number;
  column: number;
  within?: Place;
}

export type Outcome = "allowed" | "implicitDeny" | "explicitDeny" | "depends";

export type LayerVerdict = "allow" | "implicitDeny" | "explicitDeny" | "depends" | "notApplicable";

export interface Condition {
  operator: string;
  key: string;
  expected: string[];
  actual?: string[];
  holds: "yes" | "no" | "unknown";
  found: string;
}

export interface Statement {
  reference: string;
  effect: "Allow" | "Deny";
  applies: "yes" | "no" | "unknown";
  principal?: string;
  action: boolean;
  resource: "yes" | "no" | "unknown";
  conditions?: Condition[];
  level?: string;
  location: Place;
}

export interface GrantView {
  reference: string;
  covers: "yes" | "no" | "unknown";
  note: string;
  location: Place;
}

export interface Layer {
  layer: string;
  title: string;
  verdict: LayerVerdict;
  note: string;
  statements?: Statement[];
  grants?: GrantView[];
}

export interface Check {
  check: string;
  decision: Outcome;
  reason: string;
  summary: string;
  awsMessage?: string;
  request: { principal: string; action: string; resource: string; context: Record<string, unknown> };
  blockedBy?: string[];
  because: string[];
  layers: Layer[];
  missingContext?: string[];
  residual?: { reference: string; effect: string; text: string }[];
  assumptions?: { id: string; text: string }[];
}

export interface Answer {
  decision: Outcome;
  checks: Check[];
  gaps?: { code: string; message: string }[];
}

export interface Problem {
  code: string;
  severity: string;
  message: string;
  help?: string | null;
  file?: string;
  line?: number;
  column?: number;
}

export interface Unreadable {
  errors: Problem[];
}

export interface Tables {
  actions: { name: string; level: string; crossAccount: boolean; conditionKeys: string[] }[];
  operations: string[];
  conditionKeys: { name: string; type: string; multiValued: boolean; deprecated: string | null }[];
  operators: string[];
  services: string[];
}

/** A change that mends a finding. */
export interface Edit {
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
  text: string;
}

/** A finding of the linter. Columns count characters. */
export interface Finding {
  code: string;
  rule: string;
  severity: "error" | "security" | "warning" | "suggestion";
  message: string;
  line: number;
  column: number;
  path: string;
  help?: string;
  fix?: { title: string; safety: string; edits: Edit[] };
}

export interface LintReport {
  policies: { name: string; kind: string; findings: Finding[] }[];
}

export interface Rule {
  code: string;
  name: string;
  severity: string;
  kinds: string[];
  finds: string;
  why: string;
  fires: RuleExample;
  right: RuleExample;
  source: string;
  accessAnalyzer: string[];
}

export interface RuleExample {
  kind: string;
  key?: string;
  is: "policy" | "world";
  text: string;
}

/** A document in a proposed change. */
export interface FixDocument {
  kind: string;
  name?: string;
  owner: string;
  isNew: boolean;
  location?: Place;
}

export interface Change {
  account?: string;
  document: FixDocument;
  edits: { kind: string; summary: string; element?: string; statement: unknown }[];
  result: unknown;
  diff?: string;
}

export interface Fix {
  summary: string;
  changes: Change[];
  opens: string[];
  notes?: string[];
}

export interface Advice {
  code: string;
  text: string;
  key?: { keyId: string; region: string; decision: Outcome };
}

/** What can be done about a decision. */
export interface Remedies {
  decision: Outcome | "unresolved";
  fixes?: Fix[];
  complete: boolean;
  instead?: Advice[];
  unknown?: { reference: string; effect: string; text: string }[];
  carriers?: { reference: string; without: Outcome; takes?: string[]; document: FixDocument }[];
  pillars?: string[][];
}

/** A denial that somebody met, explained. */
export interface Report {
  verdict: string;
  agreement: "same" | "open" | "other-layer" | "differs" | "not-compared";
  reported: {
    form: string;
    id: string | null;
    time: string | null;
    caller: { principal: string | null; account: string | null; id: string | null };
    operation: string | null;
    key: string | null;
    outcome: "allowed" | "denied" | "failed";
    error: string | null;
  };
  meaning?: string[];
  blame?: { aws: string; here: string };
  sides?: { account: string; side: string; layer: string; says: string }[];
  unknowns?: { code: string; text: string; keys?: string[] }[];
  causes?: { code: string; text: string }[];
  detours?: { code: string; why: string; text: string }[];
  advice?: string[];
  gaps?: { code: string; message: string }[];
  /** The call in the shape of worlds' calls. */
  call?: Record<string, unknown>;
}

export interface WhoCan {
  key?: string;
  actions: string[];
  answers: {
    principal: string;
    kind: string;
    account?: string;
    action: string;
    answer: "allowed" | "depends";
    because: { reference: string; location: Place }[];
    onlyIf?: { text: string };
    needsIamAllow?: boolean;
  }[];
  unknownPrincipals?: string[];
  gaps?: { code: string; message: string }[];
}

export interface TestReport {
  passed: number;
  failed: number;
  errors: number;
  cases: {
    name: string;
    line: number;
    column: number;
    status: "passed" | "failed" | "error";
    expected?: string;
    found?: string;
    summary?: string;
    because?: string[];
    missing?: string[];
    message?: string;
  }[];
}

/** What a ciphertext of the simulated KMS tells of itself. */
export interface BlobHeader {
  keyId: string;
  keyMaterialId: string;
  length: number;
  parts: { name: string; length: number; hex: string }[];
}

/** What a message of the AWS Encryption SDK tells of itself. */
export interface MessageHeader {
  algorithmSuite: string;
  messageId: string;
  encryptionContext: Record<string, string>;
  encryptedDataKeys: { providerId: string; providerInfo: string; ciphertext: string }[];
  frameLength: number | null;
  commitment: string | null;
}

/** The functions of the evaluation module, by name, that a page may call. */
export type Evaluation = "check" | "lint" | "rule" | "tables";

/** Those of the module with the service. */
export type Service =
  | "runScenario"
  | "explain"
  | "whoCan"
  | "can"
  | "testFile"
  | "ciphertextHeader"
  | "open"
  | "call"
  | "advance"
  | "encryptMessage"
  | "decryptMessage"
  | "messageHeader";

/** What the page's own server has besides the modules. */
export type Data = "scenarios";

/** What goes to a function and comes back: text, or the bytes of a file. */
export type Argument = string | Uint8Array | undefined;

export interface Request {
  id: number;
  name: Evaluation | Service | Data;
  args: Argument[];
}

export interface Response {
  id: number;
  /** What the function gave. */
  text?: string;
  bytes?: Uint8Array;
  /** Why there is no answer. */
  error?: string;
  /** Milliseconds in the function. */
  took?: number;
}
