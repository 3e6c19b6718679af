// The call: who, which operation, on which key, and how the request comes in.

import type { Problem, Tables } from "../engine/protocol";
import type { Call, ContextKey } from "../state";
import { fill, freshId, h } from "../ui/dom";

type TextField = "caller" | "operation" | "key" | "region" | "via" | "vpcEndpoint" | "sourceIp" | "grantTokens";

const FIELDS: { name: TextField; label: string; placeholder: string; main: boolean; help?: string }[] = [
  { name: "caller", label: "Principal", placeholder: "arn:aws:iam::111122223333:role/App", main: true },
  { name: "operation", label: "Operation", placeholder: "Decrypt", main: true },
  { name: "key", label: "Key", placeholder: "arn:aws:kms:us-east-1:111122223333:key/… or alias/…", main: true },
  { name: "via", label: "Via service", placeholder: "s3", main: false, help: "the service that calls KMS for the principal" },
  { name: "region", label: "Region", placeholder: "us-east-1", main: false },
  { name: "vpcEndpoint", label: "VPC endpoint", placeholder: "vpce-1a2b3c4d", main: false },
  { name: "sourceIp", label: "Source address", placeholder: "203.0.113.7", main: false },
  { name: "grantTokens", label: "Grant tokens", placeholder: "", main: false },
];

export class CallPanel {
  readonly element: HTMLElement;
  #call: Call;
  #changed: () => void;
  #inputs = new Map<TextField, HTMLInputElement>();
  #context = h("div", { class: "rows" });
  #keys = h("div", { class: "rows" });
  #parameters = h("textarea", { rows: 3, spellcheck: false, placeholder: '{"GranteePrincipal": "…"}' });
  #problems = h("ul", { class: "problems", "aria-live": "polite" });
  #more = h("details", { class: "more" });
  #operations = h("datalist", { id: freshId("operations") });
  #services = h("datalist", { id: freshId("services") });
  #conditionKeys = h("datalist", { id: freshId("keys") });

  constructor(call: Call, changed: () => void) {
    this.#call = call;
    this.#changed = changed;
    this.#parameters.addEventListener("input", () => this.#set("parameters", this.#parameters.value));
    const main = FIELDS.filter((field) => field.main).map((field) => this.#field(field));
    const rest = FIELDS.filter((field) => !field.main).map((field) => this.#field(field));
    const parameters = freshId("parameters");
    this.#parameters.id = parameters;
    this.#more.append(
      h("summary", {}, "How the request comes in"),
      h("div", { class: "fields" }, ...rest),
      h("label", { for: parameters }, "Further parameters (JSON)"),
      this.#parameters,
      h("h3", {}, "Condition keys"),
      this.#keys,
      h("button", { type: "button", class: "quiet", onclick: () => this.#addKey() }, "+ condition key"),
    );
    this.element = h(
      "section",
      { class: "panel call", "aria-labelledby": "call-title" },
      h("h2", { id: "call-title" }, "Call"),
      h("div", { class: "fields main" }, ...main),
      h("h3", {}, "Encryption context"),
      this.#context,
      h("button", { type: "button", class: "quiet", onclick: () => this.#addPair() }, "+ encryption context"),
      this.#more,
      this.#problems,
      this.#operations,
      this.#services,
      this.#conditionKeys,
    );
    this.load(call);
  }

  load(call: Call): void {
    this.#call = call;
    for (const [name, input] of this.#inputs) input.value = call[name];
    this.#parameters.value = call.parameters;
    const unusual = call.via || call.vpcEndpoint || call.sourceIp || call.grantTokens || call.parameters || call.context.length > 0;
    this.#more.open = Boolean(unusual);
    this.#drawPairs();
    this.#drawKeys();
  }

  /** Names to choose from. */
  useTables(tables: Tables): void {
    const options = (names: string[]): HTMLOptionElement[] => names.map((value) => h("option", { value }));
    fill(this.#operations, ...options(tables.operations));
    fill(this.#services, ...options(tables.services));
    fill(this.#conditionKeys, ...options(tables.conditionKeys.map((key) => key.name)));
  }

  showProblems(problems: Problem[]): void {
    fill(this.#problems, ...problems.map((one) => h("li", {}, one.message, one.help && h("span", { class: "help" }, ` ${one.help}`))));
  }

  focus(): void {
    this.#inputs.get("caller")?.focus();
  }

  #set(name: TextField | "parameters", value: string): void {
    this.#call[name] = value;
    this.#changed();
  }

  #field(field: (typeof FIELDS)[number]): HTMLElement {
    const id = freshId(field.name);
    const lists: Partial<Record<TextField, string>> = { operation: this.#operations.id, via: this.#services.id };
    const input = h("input", {
      id,
      placeholder: field.placeholder,
      spellcheck: false,
      autocomplete: "off",
      autocapitalize: "off",
      list: lists[field.name],
      title: field.help,
      oninput: () => this.#set(field.name, input.value),
    });
    this.#inputs.set(field.name, input);
    return h("div", { class: "field" }, h("label", { for: id }, field.label), input);
  }

  #addPair(): void {
    this.#call.encryptionContext.push({ key: "", value: "" });
    this.#drawPairs();
    this.#context.querySelector<HTMLInputElement>(".row:last-child input")?.focus();
  }

  #drawPairs(): void {
    const pairs = this.#call.encryptionContext;
    fill(
      this.#context,
      ...pairs.map((pair, at) => {
        const key = h("input", { value: pair.key, placeholder: "Department", "aria-label": `Encryption context key ${at + 1}`, oninput: () => this.#edit(pair, "key", key.value) });
        const value = h("input", { value: pair.value, placeholder: "IT", "aria-label": `Encryption context value ${at + 1}`, oninput: () => this.#edit(pair, "value", value.value) });
        const remove = (): void => {
          pairs.splice(at, 1);
          this.#drawPairs();
          this.#changed();
        };
        return h("div", { class: "row" }, key, h("span", { "aria-hidden": "true" }, "="), value, removeButton(`encryption context ${pair.key || at + 1}`, remove));
      }),
    );
  }

  #edit<T, K extends keyof T>(target: T, name: K, value: T[K]): void {
    target[name] = value;
    this.#changed();
  }

  #addKey(): void {
    this.#call.context.push({ key: "", state: "present", value: "" });
    this.#drawKeys();
    this.#keys.querySelector<HTMLInputElement>(".row:last-child input")?.focus();
  }

  #drawKeys(): void {
    const list = this.#call.context;
    fill(this.#keys, ...list.map((one, at) => this.#keyRow(one, at, list)));
  }

  #keyRow(one: ContextKey, at: number, list: ContextKey[]): HTMLElement {
    const key = h("input", { value: one.key, placeholder: "aws:PrincipalTag/team", list: this.#conditionKeys.id, "aria-label": `Condition key ${at + 1}`, oninput: () => this.#edit(one, "key", key.value) });
    const value = h("input", { value: one.value, placeholder: "value", "aria-label": `Value of condition key ${at + 1}`, disabled: one.state !== "present", oninput: () => this.#edit(one, "value", value.value) });
    const state = h(
      "select",
      {
        "aria-label": `What is known of condition key ${at + 1}`,
        onchange: () => {
          this.#edit(one, "state", state.value as ContextKey["state"]);
          value.disabled = one.state !== "present";
        },
      },
      ...["present", "absent", "unknown"].map((name) => h("option", { value: name, selected: name === one.state }, name)),
    );
    const remove = (): void => {
      list.splice(at, 1);
      this.#drawKeys();
      this.#changed();
    };
    return h("div", { class: "row key" }, key, state, value, removeButton(`condition key ${one.key || at + 1}`, remove));
  }
}

const removeButton = (what: string, remove: () => void): HTMLButtonElement =>
  h("button", { type: "button", class: "remove", "aria-label": `Remove ${what}`, onclick: remove }, "×");
