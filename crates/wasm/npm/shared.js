// Objects in and out around the modules' texts.

/** A document as text: objects are written as JSON. */
const text = (document) => (typeof document === "string" ? document : JSON.stringify(document));

const given = (options) => (options === undefined ? undefined : JSON.stringify(options));

/** What cannot be read: the places are in `problems`. */
export class KmsimError extends Error {
  constructor(problems, fixes) {
    const [first] = problems;
    const place = first?.line ? `${first.file ?? ""}:${first.line}:${first.column}: ` : "";
    super(`${place}${first?.message ?? "the answer is none"}`);
    this.name = "KmsimError";
    this.problems = problems;
    if (fixes) this.fixes = fixes;
  }
}

function answered(json) {
  const value = JSON.parse(json);
  // Reports of tests count their errors; a list of them is what cannot be read.
  if (Array.isArray(value.errors)) throw new KmsimError(value.errors, value.fixes);
  return value;
}

export const evaluation = (module) => ({
  check: (document, options) => answered(module.check(text(document), given(options))),
  lint: (policy, options) => answered(module.lint(text(policy), given(options))),
  rule: (code) => answered(module.rule(code)).rules[0],
  rules: () => answered(module.rules()).rules,
  tables: () => answered(module.tables()),
});

/** Errors of a simulator come as JSON in the message. */
function attempt(run) {
  try {
    return run();
  } catch (error) {
    const problems = problemsOf(error);
    throw problems ? new KmsimError(problems) : error;
  }
}

function problemsOf(error) {
  try {
    return JSON.parse(error.message).errors;
  } catch {
    return undefined;
  }
}

/** A caller is a principal, or an object with the circumstances of the call. */
const callerText = (caller) => (typeof caller === "string" ? caller : JSON.stringify(caller));

export function service(module) {
  class Simulator {
    #inner;

    constructor(world = "", options = {}) {
      const { snapshot, ...rest } = { now: Date.now(), ...options };
      const settings = JSON.stringify(rest);
      this.#inner = attempt(() => (snapshot === undefined ? new module.Simulator(text(world), settings) : module.Simulator.restore(snapshot, text(world), settings)));
    }

    call(caller, operation, request = {}) {
      return answered(this.#inner.call(callerText(caller), operation, JSON.stringify(request)));
    }

    encryptMessage(caller, key, plaintext, encryptionContext = {}) {
      return attempt(() => this.#inner.encryptMessage(callerText(caller), key, JSON.stringify(encryptionContext), plaintext));
    }

    decryptMessage(caller, message) {
      return attempt(() => this.#inner.decryptMessage(callerText(caller), message));
    }

    events() {
      return JSON.parse(this.#inner.events());
    }

    advance(milliseconds) {
      return this.#inner.advance(milliseconds);
    }

    setTime(time) {
      return this.#inner.setTime(Number(time));
    }

    snapshot() {
      const json = this.#inner.snapshot();
      answered(json);
      return json;
    }

    rootKey() {
      return this.#inner.rootKey();
    }

    free() {
      this.#inner.free();
    }
  }

  return {
    explain: (report, options) => answered(module.explain(text(report), given(options))),
    whoCan: (world, options) => answered(module.whoCan(text(world), given(options))),
    can: (world, options) => answered(module.can(text(world), given(options))),
    testFile: (document, options) => answered(module.testFile(text(document), given(options))),
    runScenario: (scenario, options) => answered(module.runScenario(text(scenario), given(options))),
    ciphertextHeader: (blob) => answered(module.ciphertextHeader(blob)),
    messageHeader: (message) => answered(module.messageHeader(message)),
    Simulator,
  };
}
