// The evaluator's thread in a single file: its first message brings what it needs.

import { answer } from "./answer";
import type { Parts } from "./answer";
import { unpacked } from "./carried";
import type { Name } from "./carried";
import type { Request } from "./protocol";

let parts: Parts | undefined;

self.onmessage = async ({ data }: MessageEvent<Request | Record<Name, Blob>>) => {
  if ("evaluation" in data) {
    parts = {
      evaluation: () => unpacked(data.evaluation),
      service: () => unpacked(data.service),
      scenarios: async () => new TextDecoder().decode(await unpacked(data.scenarios)),
    };
  } else if (parts) {
    self.postMessage(await answer(data, parts));
  }
};
