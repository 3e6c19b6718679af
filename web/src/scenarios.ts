// The scenarios of the project, with the files that they refer to: data that the gallery asks for.

import type { Engine } from "./engine/client";

export interface Scenario {
  path: string;
  question: string;
  answer: string;
}

/** The texts of the project's files by their paths. */
export async function loadFiles(engine: Engine): Promise<Record<string, string>> {
  return JSON.parse(await engine.ask("scenarios")) as Record<string, string>;
}

export function scenariosOf(files: Record<string, string>): Scenario[] {
  return Object.entries(files)
    .filter(([path]) => /^fixtures\/scenarios\/[^/]+\.yaml$/.test(path))
    .map(([path, text]) => ({ path, question: line(text, "question") || path, answer: line(text, "answer") }));
}

function line(text: string, name: string): string {
  const found = new RegExp(`^${name}:\\s*(.+)$`, "m").exec(text)?.[1] ?? "";
  return found.replace(/^(["'])(.*)\1$/, "$2");
}
