// Writes the scenarios of the project, with the files that they refer to, as one file of data: the
// page loads it when somebody opens the gallery.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const below = (folder) =>
  readdirSync(root + folder, { recursive: true })
    .map((path) => `${folder}/${path.replaceAll("\\", "/")}`)
    .filter((path) => /\.(json|yaml)$/.test(path));

const paths = ["fixtures/scenarios", "fixtures/worlds", "policies"].flatMap(below).sort();
const files = Object.fromEntries(paths.map((path) => [path, readFileSync(root + path, "utf8")]));
const out = new URL("../src/generated/", import.meta.url);
mkdirSync(out, { recursive: true });
writeFileSync(new URL("scenarios.json", out), JSON.stringify(files));
