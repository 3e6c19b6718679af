// Completion from the evaluator's tables: actions, operators, condition keys, elements.

import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";

import type { Tables } from "../engine/protocol";

let tables: Tables | undefined;

export function useTables(given: Tables): void {
  tables = given;
}

/** What the tables tell of an action or a condition key, in lines. */
export function described(word: string): string[] | undefined {
  const action = tables?.actions.find((one) => one.name.toLowerCase() === word.toLowerCase());
  if (action) {
    return [
      `Access level: ${action.level}.`,
      action.crossAccount ? "Works on keys of other accounts." : "Never works on keys of other accounts.",
      `Condition keys: ${action.conditionKeys.join(", ") || "none of its own"}.`,
    ];
  }
  const name = word.toLowerCase();
  const key = tables?.conditionKeys.find((one) => {
    const own = one.name.toLowerCase();
    // Of a family of keys the part before the slash or colon is the name.
    return own === name || (/[/:]$/.test(own.replace(/\$\{.*\}$/, "")) && name.startsWith(own.replace(/\$\{.*\}$/, "")));
  });
  if (!key) return undefined;
  return [`Condition key, ${key.multiValued ? "several values" : "one value"} of type ${key.type}.`, ...(key.deprecated ? [key.deprecated] : [])];
}

const ELEMENTS = ["Version", "Id", "Statement", "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

/** Completes what stands between the quotes before the cursor. */
export function completions(context: CompletionContext): CompletionResult | null {
  const word = context.matchBefore(/"[^"\n]*$/);
  if (!word || !tables) return null;
  if (word.text === '"' && !context.explicit && !context.state.sliceDoc(0, word.from).trimEnd().endsWith(":")) return null;
  const before = context.state.sliceDoc(Math.max(0, word.from - 600), word.from);
  const options = optionsFor(before, word.text.slice(1), tables);
  return options.length > 0 ? { from: word.from + 1, options, validFor: /^[^"\n]*$/ } : null;
}

export function optionsFor(before: string, typed: string, from: Tables): Completion[] {
  const isName = /[{,]\s*$/.test(before) && !insideList(before);
  if (!isName) return valueOptions(nameBefore(before), from);
  const depth = conditionDepth(before);
  if (depth === 1) return from.operators.map((label) => ({ label, type: "function" }));
  if (depth === 2) {
    return from.conditionKeys.map((key) => ({
      label: key.name.replace(/\$\{.*\}$/, ""),
      detail: key.deprecated ? `deprecated: ${key.deprecated}` : `${key.type}${key.multiValued ? ", several values" : ""}`,
      type: "property",
    }));
  }
  return typed.includes(":") ? [] : ELEMENTS.map((label) => ({ label, type: "keyword" }));
}

function valueOptions(name: string, from: Tables): Completion[] {
  switch (name) {
    case "Action":
    case "NotAction":
      return [
        { label: "kms:*", type: "constant", boost: -1 },
        ...from.actions.map((action) => ({ label: action.name, detail: action.level, type: "function" })),
      ];
    case "Effect":
      return ["Allow", "Deny"].map((label) => ({ label, type: "keyword" }));
    case "Version":
      return [{ label: "2012-10-17", type: "keyword" }];
    case "Resource":
    case "NotResource":
      return ["*", "arn:aws:kms:us-east-1:111122223333:key/", "arn:aws:kms:us-east-1:111122223333:alias/"].map((label) => ({ label, type: "text" }));
    case "AWS":
      return ["arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:role/", "arn:aws:iam::111122223333:user/"].map((label) => ({ label, type: "text" }));
    case "kms:ViaService":
      return from.services.map((service) => ({ label: `${service}.us-east-1.amazonaws.com`, type: "text" }));
    default:
      return [];
  }
}

/** The name of the member whose value (or list of values) is being written. */
function nameBefore(before: string): string {
  const value = /"([^"\n]+)"\s*:\s*(\[[^\]{}]*)?$/.exec(before);
  return value?.[1] ?? "";
}

const insideList = (before: string): boolean => /:\s*\[[^\]{}]*$/.test(before);

/** 0 outside of a Condition, 1 where operators stand, 2 where keys stand. */
function conditionDepth(before: string): number {
  const start = before.lastIndexOf('"Condition"');
  if (start < 0) return 0;
  let depth = 0;
  for (const char of before.slice(start)) {
    if (char === "{") depth += 1;
    if (char === "}") {
      depth -= 1;
      if (depth <= 0) return 0;
    }
  }
  return depth;
}
