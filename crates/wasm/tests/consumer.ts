// Compiled against the package's types, strictly.

import { KmsimError, load, loadService } from "kmsim";
import type { Answer, Decision, Finding } from "kmsim";

const kmsim = await load();
const answer: Answer = kmsim.check({ request: {}, policies: {} }, { name: "case.json", fixes: true, files: {} });
const decision: Decision = answer.decision;
const sentences: string[] = answer.checks ? answer.checks.map((check) => check.summary) : [answer.summary];
const findings: Finding[] = kmsim.lint("{}", { kind: "key-policy", key: { spec: "SYMMETRIC_DEFAULT" } }).policies.flatMap((policy) => policy.findings);

const service = await loadService(fetch("https://example.com/kmsim_wasm_service_bg.wasm"));
const simulator = new service.Simulator("", { seed: 1 });
const bytes: Uint8Array = simulator.encryptMessage("arn:aws:iam::111122223333:root", "key", new Uint8Array(), {});
const who: string[] = service.whoCan({}, { action: "kms:Decrypt" }).answers.map((one) => one.principal);

// @ts-expect-error -- the action is what is asked about
service.whoCan({}, {});
// @ts-expect-error -- there is no such kind of policy
kmsim.lint("{}", { kind: "bucket-policy" });

export { KmsimError, bytes, decision, findings, sentences, who };
