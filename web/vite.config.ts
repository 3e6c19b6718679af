import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { defineConfig } from "vite";
import type { Plugin } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The modules as `cargo xtask wasm` writes them. */
const WASM = process.env.KMSIM_WASM ?? here("../target/wasm/web");

/** One HTML file that carries everything along. */
const SINGLE = process.env.KMSIM_SINGLE_FILE === "1";

/**
 * The page itself may connect to nothing. Only the worker, which the page's own server sends, can
 * load the two WebAssembly files.
 */
const policy = (scripts: string, workers: string): string =>
  [
    "default-src 'none'",
    `script-src ${scripts} 'wasm-unsafe-eval'`,
    // The editor writes style elements of its own.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `worker-src ${workers}`,
    "manifest-src 'self'",
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");

const meta = (content: string): string => `<meta http-equiv="Content-Security-Policy" content="${content}" />`;

const contentSecurityPolicy: Plugin = {
  name: "content-security-policy",
  apply: "build",
  transformIndexHtml: (html) => html.replace("<head>", `<head>\n    ${meta(policy("'self'", "'self'"))}`),
};

/** A service worker that keeps the files of this very build, so that the page opens without a network. */
const offline: Plugin = {
  name: "offline",
  apply: "build",
  generateBundle: {
    order: "post",
    handler(_, bundle) {
      const files = ["./", ...Object.keys(bundle).filter((name) => name !== "index.html")].sort();
      const version = createHash("sha256").update(Object.keys(bundle).sort().join("\n"));
      const index = bundle["index.html"];
      if (index?.type === "asset") version.update(index.source);
      const source = readFileSync(here("src/offline/worker.js"), "utf8")
        .replace("/*VERSION*/", version.digest("hex").slice(0, 16))
        .replace("/*FILES*/", JSON.stringify(files).slice(1, -1));
      this.emitFile({ type: "asset", fileName: "sw.js", source });
    },
  },
};

/** Puts scripts, styles, modules and data into the page itself. */
const singleFile: Plugin = {
  name: "single-file",
  apply: "build",
  enforce: "post",
  generateBundle: {
    order: "post",
    handler(_, bundle) {
      const page = bundle["index.html"];
      if (page?.type !== "asset") throw new Error("there is no page");
      let styles = "";
      let script = "";
      for (const [name, file] of Object.entries(bundle)) {
        if (file.type === "chunk" && file.isEntry) script = file.code;
        else if (file.type === "asset" && name.endsWith(".css")) styles += String(file.source);
        delete bundle[name];
      }
      // What looks like the end of the element inside a text of the script must not be it.
      const safe = script.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
      const hash = createHash("sha256").update(safe).digest("base64");
      const carried = (id: string, path: string): string =>
        `<script type="application/octet-stream" id="carried-${id}">${gzipSync(readFileSync(path), { level: 9 }).toString("base64")}</script>`;
      const source = String(page.source)
        .replace(/\s*<script type="module"[^>]*><\/script>/, "")
        .replace(/\s*<link rel="stylesheet"[^>]*>/, "")
        .replace("<head>", () => `<head>\n    ${meta(policy(`'sha256-${hash}'`, "blob:"))}`)
        .replace("</head>", () => `<style>${styles}</style>\n  </head>`)
        .replace(
          "</body>",
          () =>
            [
              carried("evaluation", path.join(WASM, "kmsim_wasm_bg.wasm")),
              carried("service", path.join(WASM, "kmsim_wasm_service_bg.wasm")),
              carried("scenarios", here("src/generated/scenarios.json")),
              `<script type="module">${safe}</script>`,
            ].join("\n") + "\n  </body>",
        );
      this.emitFile({ type: "asset", fileName: "kmsim-playground.html", source });
    },
  },
};

export default defineConfig({
  base: "./",
  define: { __SINGLE_FILE__: String(SINGLE) },
  resolve: { alias: { "@wasm": WASM, "@spawn": here(SINGLE ? "src/engine/spawn.single.ts" : "src/engine/spawn.ts") } },
  plugins: SINGLE ? [singleFile] : [contentSecurityPolicy, offline],
  worker: SINGLE ? { format: "iife", rollupOptions: { output: { codeSplitting: false } } } : { format: "es" },
  build: {
    target: "es2022",
    modulePreload: false,
    assetsInlineLimit: 0,
    outDir: here(SINGLE ? "../target/web-single" : "../target/web"),
    emptyOutDir: true,
    cssCodeSplit: !SINGLE,
    ...(SINGLE ? { rollupOptions: { output: { codeSplitting: false } } } : {}),
  },
  server: { fs: { allow: [here(".."), WASM] } },
  test: { include: ["tests/unit/**/*.test.ts"] },
} as Parameters<typeof defineConfig>[0]);
