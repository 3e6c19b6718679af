import { expect, test } from "vitest";

import { optionsFor } from "../../src/editor/complete";
import type { Tables } from "../../src/engine/protocol";

const tables: Tables = {
  actions: [{ name: "kms:Decrypt", level: "Write", crossAccount: true, conditionKeys: [] }],
  operations: ["Decrypt"],
  conditionKeys: [{ name: "kms:ViaService", type: "String", multiValued: false, deprecated: null }],
  operators: ["StringEquals"],
  services: ["s3"],
};

const labels = (before: string): string[] => optionsFor(before, "", tables).map((one) => one.label);

test.each([
  ['{"Statement": [{', "Effect"],
  ['{"Statement": [{"Effect": ', "Allow"],
  ['{"Statement": [{"Action": ', "kms:Decrypt"],
  ['{"Statement": [{"Action": ["kms:Encrypt", ', "kms:Decrypt"],
  ['{"Statement": [{"Condition": {', "StringEquals"],
  ['{"Statement": [{"Condition": {"StringEquals": {', "kms:ViaService"],
  ['{"Statement": [{"Condition": {"StringEquals": {"kms:ViaService": ', "s3.us-east-1.amazonaws.com"],
  ['{"Statement": [{"Condition": {"StringEquals": {"a": "b"}}, ', "Resource"],
])("after %s comes %s", (before, label) => {
  expect(labels(before)).toContain(label);
});

test("values of unknown names complete to nothing", () => {
  expect(labels('{"Sid": ')).toEqual([]);
});
