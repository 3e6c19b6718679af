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

/** The functions of the evaluation module, by name, that a page may call. */
export type Evaluation = "check" | "tables";

/** Those of the module with the service. */
export type Service = "runScenario" | "open" | "call" | "advance";

/** What the page's own server has besides the modules. */
export type Data = "scenarios";

export interface Request {
  id: number;
  name: Evaluation | Service | Data;
  args: (string | undefined)[];
}

export interface Response {
  id: number;
  /** What the function gave. */
  text?: string;
  /** Why there is no answer. */
  error?: string;
  /** Milliseconds in the function. */
  took?: number;
}
