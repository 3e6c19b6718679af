// What a single file carries along: the modules and the scenarios, compressed, as base64 in data elements.

export type Name = "evaluation" | "service" | "scenarios";

const known = new Map<Name, Blob>();

export function carried(name: Name): Blob {
  const before = known.get(name);
  if (before) return before;
  const text = document.getElementById(`carried-${name}`)?.textContent ?? "";
  if (text === "") throw new Error(`this file is not whole: its ${name} is missing`);
  const blob = new Blob([Uint8Array.from(atob(text.trim()), (char) => char.charCodeAt(0))]);
  known.set(name, blob);
  return blob;
}

export function unpacked(blob: Blob): Promise<ArrayBuffer> {
  return new Response(blob.stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}
