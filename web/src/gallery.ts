// Pages to start from.

import crossAccountKey from "../../policies/key/cross-account-use.json?raw";
import crossAccountIdentity from "../../policies/identity/cross-account-use.json?raw";
import consolePolicy from "../../policies/key/console.json?raw";
import defaultPolicy from "../../policies/key/default.json?raw";
import ebsManaged from "../../policies/key/aws-managed-ebs.json?raw";
import s3ViaService from "../../policies/key/s3-via-service.json?raw";
import useOneKey from "../../policies/identity/use-one-key.json?raw";
import boundary from "../../policies/permissions-boundary/use-keys-in-one-region.json?raw";
import denyDeletion from "../../policies/scp/deny-key-deletion.json?raw";
import organizationPerimeter from "../../policies/rcp/organization-perimeter.json?raw";
import oneContext from "../../policies/session/decrypt-one-context.json?raw";
import cloudtrail from "../../policies/key/cloudtrail.json?raw";

import { emptyCall } from "./state";
import type { Call, Doc, Page } from "./state";

export interface Example {
  id: string;
  topic: string;
  question: string;
  page: Page;
}

const KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

const doc = (kind: Doc["kind"], text: string, name: string = kind): Doc => ({ kind, name, text });

function example(id: string, topic: string, question: string, call: Partial<Call>, docs: Doc[]): Example {
  return { id, topic, question, page: { title: question, docs, call: { ...emptyCall(), ...call } } };
}

export const EXAMPLES: Example[] = [
  example(
    "cross-account",
    "Cross-account",
    "Why can't a role of another account decrypt?",
    { caller: "arn:aws:sts::444455556666:assumed-role/App/i-0abc", key: KEY },
    [doc("key-policy", crossAccountKey), doc("identity", '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {\n      "Sid": "OnlyDescribe",\n      "Effect": "Allow",\n      "Action": "kms:DescribeKey",\n      "Resource": "*"\n    }\n  ]\n}\n', "app")],
  ),
  example(
    "cross-account-allowed",
    "Cross-account",
    "Both sides allow: the key policy and the role's own account",
    { caller: "arn:aws:sts::444455556666:assumed-role/App/i-0abc", key: keyOf(crossAccountIdentity) },
    [doc("key-policy", crossAccountKey), doc("identity", crossAccountIdentity, "use-shared-key")],
  ),
  example(
    "default-policy",
    "Key policies",
    "What does the default key policy mean for an IAM user?",
    { caller: "arn:aws:iam::111122223333:user/alice", key: keyOf(useOneKey) },
    [doc("key-policy", defaultPolicy), doc("identity", useOneKey, "use-one-key")],
  ),
  example(
    "administrator",
    "Key policies",
    "May a key administrator use the key?",
    { caller: "arn:aws:iam::111122223333:role/KeyAdministrator", key: KEY },
    [doc("key-policy", consolePolicy)],
  ),
  example(
    "aws-managed-ebs",
    "kms:ViaService",
    "The policy of aws/ebs: use through EBS only",
    { caller: "arn:aws:iam::111122223333:user/alice", key: KEY, via: "ec2" },
    [doc("key-policy", ebsManaged)],
  ),
  example(
    "s3",
    "kms:ViaService",
    "Reading an SSE-KMS bucket, and using its key directly",
    { caller: "arn:aws:iam::111122223333:role/Reader", key: KEY, via: "s3", encryptionContext: [{ key: "aws:s3:arn", value: "arn:aws:s3:::example-bucket/report.pdf" }] },
    [doc("key-policy", s3ViaService)],
  ),
  example(
    "service-principal",
    "Services",
    "CloudTrail writes encrypted log files",
    { caller: "cloudtrail.amazonaws.com", operation: "GenerateDataKey", key: KEY, encryptionContext: [{ key: "aws:cloudtrail:arn", value: "arn:aws:cloudtrail:us-east-1:111122223333:trail/ExampleTrail" }], context: [{ key: "aws:SourceArn", state: "present", value: "arn:aws:cloudtrail:us-east-1:111122223333:trail/ExampleTrail" }] },
    [doc("key-policy", cloudtrail)],
  ),
  example(
    "boundary",
    "Layers",
    "A permissions boundary that does not reach the key's Region",
    { caller: "arn:aws:iam::111122223333:role/App", key: "arn:aws:kms:ap-southeast-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab", region: "ap-southeast-2" },
    [doc("key-policy", defaultPolicy), doc("identity", ANY_KMS(), "kms"), doc("permissions-boundary", boundary)],
  ),
  example(
    "scp",
    "Layers",
    "An SCP denies the deletion of keys to everyone",
    { caller: "arn:aws:iam::111122223333:role/Admin", operation: "ScheduleKeyDeletion", key: KEY },
    [doc("key-policy", defaultPolicy), doc("identity", ANY_KMS(), "kms"), { ...doc("scp", denyDeletion, "deny-key-deletion"), level: "root" }],
  ),
  example(
    "rcp",
    "Layers",
    "An RCP keeps other organizations out, whatever the key policy says",
    { caller: "arn:aws:iam::444455556666:role/App", key: KEY, context: [{ key: "aws:PrincipalOrgID", state: "present", value: "o-otherorgid" }] },
    [doc("key-policy", crossAccountKey), doc("identity", ANY_KMS(), "kms"), { ...doc("rcp", organizationPerimeter, "organization-perimeter"), level: "root" }],
  ),
  example(
    "session",
    "Layers",
    "A session policy narrows a session to one tenant",
    { caller: "arn:aws:sts::111122223333:assumed-role/App/tenant-b", key: KEY, encryptionContext: [{ key: "tenant", value: "b" }] },
    [doc("key-policy", defaultPolicy), doc("identity", ANY_KMS(), "kms"), doc("session", oneContext, "one-context")],
  ),
  example(
    "grant",
    "Grants",
    "A grant for one encryption context",
    { caller: "arn:aws:iam::111122223333:role/Worker", key: KEY, encryptionContext: [{ key: "Department", value: "IT" }] },
    [doc("key-policy", defaultPolicy), doc("grants", GRANT())],
  ),
  example(
    "unknown",
    "What is not known",
    "It depends: nobody has said whether the caller used a second factor",
    { caller: "arn:aws:iam::111122223333:user/alice", operation: "DisableKey", key: KEY, context: [{ key: "aws:MultiFactorAuthPresent", state: "unknown", value: "" }] },
    [doc("key-policy", defaultPolicy), doc("identity", MFA(), "with-mfa")],
  ),
];

/** The key that a policy of the collection names. */
function keyOf(policy: string): string {
  return /arn:aws:kms:[^"]+:key\/[0-9a-f-]{36}/.exec(policy)?.[0] ?? KEY;
}

function ANY_KMS(): string {
  return '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {\n      "Sid": "Kms",\n      "Effect": "Allow",\n      "Action": "kms:*",\n      "Resource": "*"\n    }\n  ]\n}\n';
}

function MFA(): string {
  return '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {\n      "Sid": "AdministerWithMfa",\n      "Effect": "Allow",\n      "Action": [\n        "kms:DisableKey",\n        "kms:EnableKey"\n      ],\n      "Resource": "*",\n      "Condition": {\n        "Bool": {\n          "aws:MultiFactorAuthPresent": "true"\n        }\n      }\n    }\n  ]\n}\n';
}

function GRANT(): string {
  return '{\n  "Grants": [\n    {\n      "GrantId": "0c237476b39f8bc44e45212e08498fbe3151305030726c0590dd8d3e9f3d6a60",\n      "GranteePrincipal": "arn:aws:iam::111122223333:role/Worker",\n      "Operations": [\n        "Encrypt",\n        "Decrypt"\n      ],\n      "Constraints": {\n        "EncryptionContextSubset": {\n          "Department": "IT"\n        }\n      }\n    }\n  ]\n}\n';
}
