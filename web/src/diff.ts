// Applying a unified diff to the text that it was made from.

/** The text afterwards; `undefined` if the diff is about another text. */
export function applied(text: string, diff: string): string | undefined {
  const lines = text.split("\n");
  const result: string[] = [];
  let at = 0;
  const hunks = diff.split(/^(?=@@ )/m).slice(1);
  if (hunks.length === 0) return undefined;
  for (const hunk of hunks) {
    const [head = "", ...rest] = hunk.split("\n");
    const found = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@/.exec(head);
    if (!found) return undefined;
    // A hunk without lines of the old text names the line after which it stands.
    const first = Number(found[1]) - (found[2] === "0" ? 0 : 1);
    if (first < at) return undefined;
    result.push(...lines.slice(at, first));
    at = first;
    for (const [index, line] of rest.entries()) {
      const [sign, content] = [line.slice(0, 1), line.slice(1)];
      if (sign === "+") result.push(content);
      else if (sign === "-" || sign === " ") {
        if (lines[at] !== content) return undefined;
        if (sign === " ") result.push(content);
        at += 1;
      } else if (sign === "\\" || (line === "" && index === rest.length - 1)) continue;
      else return undefined;
    }
  }
  result.push(...lines.slice(at));
  return result.join("\n");
}
