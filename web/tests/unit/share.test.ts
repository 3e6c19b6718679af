import { describe, expect, test } from "vitest";

import { EXAMPLES } from "../../src/gallery";
import { guessKind, readPage, writePage } from "../../src/read";
import { fromFragment, toFragment, withoutAccountIds } from "../../src/share";
import { emptyPage } from "../../src/state";
import type { Page } from "../../src/state";

const [example] = EXAMPLES;
if (!example) throw new Error("there are no examples");

test.each(EXAMPLES)("the link of “$question” holds the whole page", async ({ page }) => {
  const read = await fromFragment(await toFragment(page));
  expect(read?.problems).toEqual([]);
  expect(read?.page).toEqual(page);
});

describe("links that are not whole", () => {
  test("no page is no error", async () => {
    expect(await fromFragment("")).toBeUndefined();
    expect(await fromFragment("new")).toBeUndefined();
  });

  test("a cut link says so and gives what came through", async () => {
    const fragment = await toFragment(example.page);
    const read = await fromFragment(fragment.slice(0, -40));
    expect(read?.problems.join()).toMatch(/cut off/);
    expect(read?.page.title).toBe(example.page.title);
    expect(read?.page.docs[0]?.text).toBe(example.page.docs[0]?.text);
  });

  test("every cut of a link is read or refused in words", async () => {
    const fragment = await toFragment(example.page);
    for (let length = 3; length < fragment.length; length += 7) {
      const outcome = await fromFragment(fragment.slice(0, length)).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome.message).toMatch(/link/);
      else if (outcome) expect((outcome as { problems: string[] }).problems.length).toBeGreaterThan(0);
    }
  });

  test("damage is told", async () => {
    await expect(fromFragment("v1=%%%")).rejects.toThrow(/damaged/);
  });

  test("a newer version is opened with a warning", async () => {
    const fragment = (await toFragment(example.page)).replace("v1=", "v7=");
    const read = await fromFragment(fragment);
    expect(read?.problems.join()).toMatch(/newer version/);
    expect(read?.page).toEqual(example.page);
  });
});

test("account ids become made-up ones, the same account the same one", () => {
  const page: Page = {
    ...emptyPage(),
    docs: [{ kind: "key-policy", name: "key-policy", text: "arn:aws:iam::987654321098:root arn:aws:iam::987654321098:role/A arn:aws:iam::876543210987:root" }],
  };
  page.call.key = "arn:aws:kms:us-east-1:987654321098:key/1234abcd-12ab-34cd-56ef-123456789012";
  const changed = withoutAccountIds(page);
  expect(changed.docs[0]?.text).toBe("arn:aws:iam::111122223333:root arn:aws:iam::111122223333:role/A arn:aws:iam::444455556666:root");
  expect(changed.call.key).toBe("arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-123456789012");
});

test("what is no page gives an empty one", () => {
  for (const value of [null, 7, "x", [], { docs: "no", call: [] }, { docs: [{ kind: "letter" }] }]) {
    expect(readPage(value).page.docs.length).toBeGreaterThan(0);
  }
  expect(readPage({ docs: [{ kind: "letter" }] }).problems.join()).toMatch(/letter/);
});

test("a page survives being written and read", () => {
  for (const { page } of EXAMPLES) expect(readPage(JSON.parse(JSON.stringify(writePage(page)))).page).toEqual(page);
});

test.each([
  ['{"Statement": [{"Principal": "*"}]}', "key-policy"],
  ['{"Statement": [{"Action": "kms:*"}]}', "identity"],
  ['{"Grants": []}', "grants"],
  ["accounts:\n  - id: 1", "world"],
  ["hello", undefined],
])("%s is %s", (text, kind) => {
  expect(guessKind(text)).toBe(kind);
});
