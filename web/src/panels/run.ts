// The call, performed: a simulated KMS with real cryptography, in the page.

import { keyArn, readCaller, readKey } from "../arn";
import { bodyOf, next, readable } from "../bodies";
import type { Engine } from "../engine/client";
import type { BlobHeader, MessageHeader, Unreadable } from "../engine/protocol";
import type { Page } from "../state";
import { fill, freshId, h } from "../ui/dom";
import { callerOf, worldOf, filesOf } from "../world";

interface Reply {
  status: number;
  body: Record<string, unknown>;
  event: Record<string, unknown> | null;
}

export class RunPanel {
  readonly element: HTMLDetailsElement;
  #engine: Engine;
  #page: () => Page;
  #operation = h("input", { "aria-label": "Operation to perform", spellcheck: false, autocomplete: "off" });
  #body = h("textarea", { rows: 6, spellcheck: false, "aria-label": "Request in JSON" });
  #results = h("div", { class: "results", "aria-live": "polite" });
  #button = h("button", { type: "button", class: "primary" }, "Perform");
  /** The world that the simulated service was opened with; a change opens another one. */
  #opened = "";
  /** Whether somebody has changed the request by hand. */
  #edited = false;

  constructor(engine: Engine, page: () => Page) {
    this.#engine = engine;
    this.#page = page;
    this.#button.addEventListener("click", () => void this.#perform());
    this.#body.addEventListener("input", () => {
      this.#edited = true;
    });
    this.#operation.addEventListener("change", () => this.#refill());
    const title = freshId("run");
    this.element = h(
      "details",
      { class: "panel run perform", "aria-labelledby": title },
      h("summary", {}, h("h2", { id: title }, "Run it")),
      h("p", { class: "hint" }, "Performs the operation on a simulated KMS with real cryptography, in this page. Keys live until the documents change or the page is closed."),
      h("div", { class: "run-head" }, this.#operation, this.#button, h("button", { type: "button", onclick: () => void this.#advance(30) }, "+ 30 days"), h("button", { type: "button", class: "quiet", onclick: () => this.#refill() }, "Reset request")),
      this.#body,
      this.#results,
      this.#envelope(),
    );
    this.element.addEventListener("toggle", () => {
      if (this.element.open && !this.#edited) this.#refill();
    });
  }

  /** The page has changed: so does the request, unless somebody wrote one. */
  load(): void {
    if (this.#edited) return;
    this.#operation.value = this.#page().call.operation;
    this.#body.value = bodyOf(this.#page().call);
  }

  reset(): void {
    this.#edited = false;
    fill(this.#results);
    this.load();
  }

  #refill(): void {
    this.#edited = false;
    const call = this.#page().call;
    this.#operation.value ||= call.operation;
    this.#body.value = bodyOf({ ...call, operation: this.#operation.value });
  }

  async #open(): Promise<void> {
    const page = this.#page();
    const world = JSON.stringify(worldOf(page));
    const files = filesOf(page);
    const key = world + JSON.stringify(files);
    if (key === this.#opened) return;
    await this.#engine.ask("open", world, JSON.stringify({ name: "world.json", files, now: Date.now(), explain: true }));
    this.#opened = key;
  }

  async #perform(): Promise<void> {
    const operation = this.#operation.value.trim().replace(/^kms:/, "");
    const body = this.#body.value;
    this.#button.disabled = true;
    this.#button.textContent = this.#opened ? "Performing …" : "Loading the cryptography …";
    try {
      await this.#open();
      const text = await this.#engine.ask("call", JSON.stringify(callerOf(this.#page())), operation, body);
      const reply = JSON.parse(text) as Reply | Unreadable;
      if ("errors" in reply) this.#failed(reply.errors.map((one) => one.message).join("; "));
      else this.#show(operation, body, reply);
    } catch (error) {
      this.#failed(messageOf(error));
    } finally {
      this.#button.disabled = false;
      this.#button.textContent = "Perform";
    }
  }

  async #advance(days: number): Promise<void> {
    try {
      await this.#open();
      const now = Number(await this.#engine.ask("advance", String(days * 86_400_000)));
      this.#results.prepend(h("p", { class: "hint" }, `It is now ${new Date(now).toISOString().slice(0, 10)}.`));
    } catch (error) {
      this.#failed(messageOf(error));
    }
  }

  /** A file that one chooses or drops becomes a message of the AWS Encryption SDK, and back. */
  #envelope(): HTMLElement {
    const choose = h("input", { type: "file", "aria-label": "File to encrypt or decrypt" });
    const zone = h(
      "div",
      {
        class: "drop",
        ondragover: (event: DragEvent) => event.preventDefault(),
        ondrop: (event: DragEvent) => {
          const file = event.dataTransfer?.files[0];
          if (!file) return;
          event.preventDefault();
          event.stopPropagation();
          void this.#transform(file);
        },
      },
      h("h3", {}, "Envelope encryption"),
      h("p", { class: "hint" }, "A file is encrypted in this page under a data key that the simulated KMS makes, as the AWS Encryption SDK does it; an encrypted one is decrypted. It is not sent anywhere."),
      h("label", { class: "file" }, "Drop a file here, or choose one ", choose),
    );
    choose.addEventListener("change", () => {
      const file = choose.files?.[0];
      choose.value = "";
      if (file) void this.#transform(file);
    });
    return zone;
  }

  async #transform(file: File): Promise<void> {
    if (file.size > 32_000_000) {
      this.#failed(`${file.name} is larger than 32 MB. The command line takes files of any size: kmsim encrypt.`);
      return;
    }
    try {
      await this.#open();
      const bytes = new Uint8Array(await file.arrayBuffer());
      const header = JSON.parse(await this.#engine.ask("messageHeader", bytes)) as MessageHeader | Unreadable;
      const caller = JSON.stringify(callerOf(this.#page()));
      if ("errors" in header) await this.#encrypt(file.name, bytes, caller);
      else await this.#decrypt(file.name, bytes, caller, header);
    } catch (error) {
      this.#failed(messageOf(error));
    }
  }

  async #encrypt(name: string, bytes: Uint8Array, caller: string): Promise<void> {
    const { call } = this.#page();
    const pairs = call.encryptionContext.filter((pair) => pair.key !== "");
    const context = JSON.stringify(Object.fromEntries(pairs.map((pair) => [pair.key, pair.value])));
    const message = await this.#engine.bytes("encryptMessage", caller, keyArn(readKey(call.key, readCaller(call.caller), call.region)), context, bytes);
    const header = JSON.parse(await this.#engine.ask("messageHeader", message)) as MessageHeader;
    this.#results.prepend(transformed(`${name} encrypted`, `${bytes.length} bytes became a message of ${message.length}`, `${name}.encrypted`, message, messageParts(header)));
  }

  async #decrypt(name: string, bytes: Uint8Array, caller: string, header: MessageHeader): Promise<void> {
    const plaintext = await this.#engine.bytes("decryptMessage", caller, bytes);
    const own = name.replace(/\.encrypted$/, "");
    this.#results.prepend(transformed(`${name} decrypted`, `a message of ${bytes.length} bytes held ${plaintext.length}`, own === name ? `${name}.decrypted` : own, plaintext, messageParts(header)));
  }

  /** What a ciphertext tells of itself, asked when somebody wants to see it. */
  #blob(blob: string): HTMLElement {
    const body = h("div", { class: "blob" });
    const details = h("details", {}, h("summary", {}, "Ciphertext, part by part"), body);
    details.addEventListener("toggle", async () => {
      if (!details.open || body.childElementCount > 0) return;
      const header = JSON.parse(await this.#engine.ask("ciphertextHeader", blob)) as BlobHeader | Unreadable;
      if ("errors" in header) fill(body, h("p", { class: "problems" }, header.errors[0]?.message ?? ""));
      else fill(body, ...blobParts(header));
    });
    return details;
  }

  #failed(message: string): void {
    this.#results.prepend(h("p", { class: "problems" }, message));
  }

  #show(operation: string, body: string, { status, body: response, event }: Reply): void {
    const ok = status === 200;
    const request = JSON.parse(body || "{}") as Record<string, unknown>;
    const follow = ok ? next(operation, request, response) : undefined;
    const plain = typeof response.Plaintext === "string" ? readable(response.Plaintext) : undefined;
    const name = ok ? "succeeded" : String(response.__type ?? status);
    this.#results.prepend(
      h(
        "article",
        { class: `result ${ok ? "ok" : "failed"}` },
        h("p", {}, h("strong", {}, operation), ` ${name}`, ` (${status})`),
        plain !== undefined && h("p", {}, "Plaintext: ", h("code", {}, plain)),
        json("Response", response, true),
        typeof response.CiphertextBlob === "string" && this.#blob(response.CiphertextBlob),
        json("Request", request, false),
        event && json("CloudTrail event", event, false),
        follow &&
          h(
            "button",
            {
              type: "button",
              onclick: () => {
                this.#operation.value = follow.operation;
                this.#body.value = follow.body;
                this.#edited = true;
                this.#button.focus();
              },
            },
            `→ ${follow.operation} with this`,
          ),
      ),
    );
  }
}

function blobParts(header: BlobHeader): HTMLElement[] {
  const rows = header.parts.map((part) =>
    h("tr", {}, h("th", { scope: "row" }, part.name), h("td", {}, String(part.length)), h("td", {}, h("code", {}, part.hex.length > 96 ? `${part.hex.slice(0, 96)}…` : part.hex))),
  );
  return [
    h("p", { class: "hint" }, `${header.length} bytes of key ${header.keyId}. AWS does not document its own format; this one is the simulator's.`),
    h("div", { class: "scroll", tabIndex: 0, role: "region", "aria-label": "Parts of the ciphertext" }, h("table", {}, h("thead", {}, h("tr", {}, ...["Part", "Bytes", "In hexadecimal"].map((text) => h("th", { scope: "col" }, text)))), h("tbody", {}, ...rows))),
  ];
}

function messageParts(header: MessageHeader): HTMLElement {
  return json("Header of the message", header, false);
}

/** A file that came out, to be kept. */
function transformed(title: string, what: string, name: string, bytes: Uint8Array<ArrayBuffer>, header: HTMLElement): HTMLElement {
  const save = (): void => {
    const url = URL.createObjectURL(new Blob([bytes]));
    h("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  };
  return h("article", { class: "result ok" }, h("p", {}, h("strong", {}, title), `: ${what}. `, h("button", { type: "button", onclick: save }, `Save ${name}`)), header);
}

function json(title: string, value: unknown, open: boolean): HTMLElement {
  return h("details", { open }, h("summary", {}, title), h("pre", { class: "scroll", tabIndex: 0, role: "region", "aria-label": title }, JSON.stringify(value, undefined, 2)));
}

/** What the service could not read comes as JSON in the message. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  try {
    const { errors } = JSON.parse(message) as Unreadable;
    return errors.map((one) => one.message).join("; ");
  } catch {
    return message;
  }
}
