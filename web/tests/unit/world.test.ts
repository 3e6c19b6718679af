import { expect, test } from "vitest";

import { readCaller, readKey } from "../../src/arn";
import { EXAMPLES } from "../../src/gallery";
import { emptyCall } from "../../src/state";
import type { Page } from "../../src/state";
import { callerOf, question, worldOf } from "../../src/world";

test.each([
  ["arn:aws:iam::111122223333:user/team/alice", { sort: "user", account: "111122223333", name: "alice", path: "/team/" }],
  ["arn:aws:iam::111122223333:role/App", { sort: "role", name: "App", path: "/" }],
  ["arn:aws:sts::111122223333:assumed-role/App/session", { sort: "role", name: "App" }],
  ["arn:aws:iam::111122223333:root", { sort: "root", account: "111122223333" }],
  ["cloudtrail.amazonaws.com", { sort: "service" }],
  ["arn:aws-cn:iam::111122223333:user/a", { sort: "user", partition: "aws-cn" }],
  ["something", { sort: "other", account: "" }],
])("%s is read", (text, expected) => {
  expect(readCaller(text)).toMatchObject(expected);
});

test("a bare key is one of the caller's account and Region", () => {
  const caller = readCaller("arn:aws:iam::444455556666:user/a");
  expect(readKey("alias/app", caller, "eu-west-1")).toMatchObject({ account: "444455556666", region: "eu-west-1", alias: "alias/app" });
  expect(readKey("arn:aws:kms:us-west-2:111122223333:alias/x", caller, "eu-west-1")).toMatchObject({ account: "111122223333", region: "us-west-2", alias: "alias/x" });
});

const page = (docs: Page["docs"], call: Partial<Page["call"]> = {}): Page => ({
  title: "",
  docs,
  call: { ...emptyCall(), caller: "arn:aws:iam::111122223333:role/App", key: "arn:aws:kms:us-east-1:111122223333:key/1", ...call },
});

test("each document stands where its kind belongs", () => {
  const world = worldOf(
    page(
      [
        { kind: "key-policy", name: "key-policy", text: "{}" },
        { kind: "identity", name: "one", text: "{}" },
        { kind: "permissions-boundary", name: "b", text: "{}" },
        { kind: "grants", name: "grants", text: "[]" },
        { kind: "scp", name: "s", level: "unit", text: "{}" },
        { kind: "rcp", name: "r", level: "account", text: "{}" },
        { kind: "vpc-endpoint", name: "e", text: "{}" },
      ],
      { vpcEndpoint: "vpce-1" },
    ),
  ) as { accounts: Record<string, unknown>[]; organization: Record<string, never> };
  expect(world).toMatchSnapshot();
});

test("an empty document counts as none, and a key without policy has the default one", () => {
  const { text, files } = question(page([{ kind: "key-policy", name: "key-policy", text: "  " }]));
  expect(files).toEqual({});
  expect(JSON.parse(text)).toMatchObject({ world: { accounts: [{ keys: [{ policy: "default" }] }] } });
});

test("a world of one's own takes the place of the one around the call", () => {
  const { text } = question(page([{ kind: "world", name: "world", text: "accounts: []" }, { kind: "key-policy", name: "key-policy", text: "{}" }]));
  expect(JSON.parse(text)).toMatchObject({ world: { file: "world.yaml" } });
});

test("what the call says of condition keys is stated, absent or unknown", () => {
  const { text } = question(
    page([], {
      context: [
        { key: "aws:SourceVpc", state: "present", value: "vpc-1" },
        { key: "aws:TagKeys", state: "present", value: '["a", "b"]' },
        { key: "aws:SourceIp", state: "absent", value: "x" },
        { key: "aws:MultiFactorAuthPresent", state: "unknown", value: "" },
      ],
      parameters: '{"KeySpec": "AES_256"}',
      grantTokens: "one, two",
    }),
  );
  expect((JSON.parse(text) as { call: unknown }).call).toMatchObject({
    context: { "aws:SourceVpc": "vpc-1", "aws:TagKeys": ["a", "b"], "aws:SourceIp": null },
    unknown: ["aws:MultiFactorAuthPresent"],
    KeySpec: "AES_256",
    grantTokens: ["one", "two"],
  });
});

test("the service is told who calls and how, and no operation", () => {
  const example = EXAMPLES.find((one) => one.id === "session");
  if (!example) throw new Error("no such example");
  expect(Object.keys(callerOf(example.page)).sort()).toEqual(["caller", "region", "sessionPolicies"]);
});
