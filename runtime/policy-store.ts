/*
 * The policy in force. At startup an error in the configuration is fatal. On a reload the new policy replaces the old
 * one as a whole, or, if it has errors, the old one stays and the log shows the errors.
 */
import { type Diagnostic, formatDiagnostic, hasErrors, type Parsed } from '../lib/text/index.js';

/** Raised for a configuration with errors; the message is all diagnostics, formatted. */
export class ConfigError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(formatDiagnostic).join('\n'));
    this.name = 'ConfigError';
    this.diagnostics = diagnostics;
  }
}

/** Receives what belongs in the log. */
export type Log = (severity: 'error' | 'warning' | 'notice', message: string) => void;

/** How policies are made; null always comes with an error. */
export interface PolicyStoreOptions<P> {
  /** Compiles the first policy. */
  readonly compile: () => Parsed<P | null>;
  /** Compiles a further one while the old one goes on deciding. */
  readonly compileAside: () => Promise<Parsed<P | null>>;
  /** What tells a policy from others, for the log. */
  readonly hashOf: (policy: P) => string;
  readonly log: Log;
}

/** The last attempt to put a policy in force. */
export interface LastLoad {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly isInForce: boolean;
  /** Errors and warnings, formatted. */
  readonly findings: readonly string[];
}

/** What became of the attempts to put a policy in force. */
export interface Loads {
  readonly last: LastLoad;
  /** When the policy in force was put in force, in milliseconds since the epoch. */
  readonly inForceSince: number;
  readonly succeeded: number;
  readonly failed: number;
}

export class PolicyStore<P> {
  readonly #options: PolicyStoreOptions<P>;
  #inForce: { readonly policy: P; readonly generation: number } | null = null;
  #reloading: Promise<boolean> | null = null;
  #isStale = false;
  #loads: Loads = {
    last: { at: 0, isInForce: false, findings: [] },
    inForceSince: 0,
    succeeded: 0,
    failed: 0,
  };

  constructor(options: PolicyStoreOptions<P>) {
    this.#options = options;
  }

  /** How many policies have been in force; 0 before `load`. */
  get generation(): number {
    return this.#inForce?.generation ?? 0;
  }

  /** The attempts to load and reload so far. */
  get loads(): Loads {
    return this.#loads;
  }

  /** The policy in force. Throws before `load` has succeeded. */
  current(): P {
    if (this.#inForce === null) throw new Error('no policy was loaded');
    return this.#inForce.policy;
  }

  /** Puts the first policy in force. Throws ConfigError if the configuration has errors. */
  load(): P {
    const { value, diagnostics } = this.#options.compile();
    if (value === null || hasErrors(diagnostics)) throw new ConfigError(diagnostics);
    this.#show(diagnostics);
    this.#note(diagnostics, true);
    return this.#swap(value);
  }

  /**
   * Compiles the configuration again; true if a new policy is in force. A call during a reload causes one more reload
   * after it. Never rejects.
   */
  reload(): Promise<boolean> {
    if (this.#reloading !== null) {
      this.#isStale = true;
      return this.#reloading;
    }
    const reloading = this.#reloadUntilFresh();
    this.#reloading = reloading;
    return reloading;
  }

  async #reloadUntilFresh(): Promise<boolean> {
    let hasSwapped: boolean;
    do {
      this.#isStale = false;
      hasSwapped = await this.#reloadOnce();
    } while (this.#isStale);
    this.#reloading = null;
    return hasSwapped;
  }

  async #reloadOnce(): Promise<boolean> {
    const { compileAside, log } = this.#options;
    try {
      const { value, diagnostics } = await compileAside();
      this.#show(diagnostics);
      if (value === null || hasErrors(diagnostics)) {
        this.#note(diagnostics, false);
      } else {
        this.#swap(value);
        this.#note(diagnostics, true);
        log('notice', `policy ${this.generation} is in force, hash=${this.#options.hashOf(value)}`);
        return true;
      }
    } catch (error) {
      const message = `the configuration could not be compiled: ${String(error)}`;
      log('error', message);
      this.#note([], false, [message]);
    }
    log('error', `the configuration has errors; policy ${this.generation} stays in force`);
    return false;
  }

  #swap(policy: P): P {
    this.#inForce = { policy, generation: this.generation + 1 };
    return policy;
  }

  #note(diagnostics: readonly Diagnostic[], isInForce: boolean, others: readonly string[] = []): void {
    const at = Date.now();
    const findings = [...diagnostics.map(formatDiagnostic), ...others];
    const { inForceSince, succeeded, failed } = this.#loads;
    this.#loads = {
      last: { at, isInForce, findings },
      inForceSince: isInForce ? at : inForceSince,
      succeeded: succeeded + (isInForce ? 1 : 0),
      failed: failed + (isInForce ? 0 : 1),
    };
  }

  #show(diagnostics: readonly Diagnostic[]): void {
    for (const one of diagnostics) this.#options.log(one.severity, formatDiagnostic(one));
  }
}
