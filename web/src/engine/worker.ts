// The evaluator's own thread, so that typing never waits for it.

import evaluationUrl from "@wasm/kmsim_wasm_bg.wasm?url";
import serviceUrl from "@wasm/kmsim_wasm_service_bg.wasm?url";

import scenariosUrl from "../generated/scenarios.json?url";
import { answer } from "./answer";
import type { Parts } from "./answer";
import type { Request } from "./protocol";

const here = (url: string): URL => new URL(url, self.location.href);

const parts: Parts = {
  evaluation: () => here(evaluationUrl),
  service: () => here(serviceUrl),
  scenarios: async () => {
    const response = await fetch(here(scenariosUrl));
    if (!response.ok) throw new Error(`the server answered with ${response.status}`);
    return response.text();
  },
};

self.onmessage = async ({ data }: MessageEvent<Request>) => {
  self.postMessage(await answer(data, parts));
};
