/*
 * The policy in force. At start, errors in the configuration stop everything; later they change nothing: the
 * new policy is compiled aside and takes over as a whole, or the running one stays and the log shows what is
 * wrong.
 */
import { type Diagnostic, formatDiagnostic, hasErrors, type Parsed } from '../lib/text/index.js';

/** Raised at start for a configuration with errors; the message is all diagnostics, formatted. */
export class ConfigError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(formatDiagnostic).join('\n'));
    this.name = 'ConfigError';
    this.diagnostics = diagnostics;
  }
}

/** What a store needs; a policy of null always comes with an error. */
export interface PolicyStoreOptions<P> {
  /** Reads and compiles the configuration at once. */
  readonly compile: () => Parsed<P | null>;
  /** Reads and compiles it beside the running policy; `compile` when not given. */
  readonly compileAside?: () => Promise<Parsed<P | null>>;
  readonly log: (severity: 'error' | 'warning' | 'notice', message: string) => void;
}

export class PolicyStore<P> {
  readonly #options: PolicyStoreOptions<P>;
  #inForce: { readonly policy: P; readonly generation: number } | null = null;
  #reloading: Promise<boolean> | null = null;
  #isStale = false;

  constructor(options: PolicyStoreOptions<P>) {
    this.#options = options;
  }

  /** Counts the policies that have been in force; 0 before `load`. */
  get generation(): number {
    return this.#inForce?.generation ?? 0;
  }

  /** The policy in force. Throws before `load` has succeeded. */
  current(): P {
    if (this.#inForce === null) throw new Error('no policy was loaded');
    return this.#inForce.policy;
  }

  /** Puts the first policy in force. Throws ConfigError for a configuration with errors. */
  load(): P {
    const { value, diagnostics } = this.#options.compile();
    if (value === null || hasErrors(diagnostics)) throw new ConfigError(diagnostics);
    this.#show(diagnostics);
    return this.#swap(value);
  }

  /**
   * Compiles the configuration again; tells whether a new policy is in force. While one reload is under way,
   * a further call has the configuration read once more after it. Never rejects.
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
    const { compile, compileAside, log } = this.#options;
    try {
      const { value, diagnostics } = await (compileAside === undefined ? compile() : compileAside());
      this.#show(diagnostics);
      if (value !== null && !hasErrors(diagnostics)) {
        this.#swap(value);
        log('notice', `policy ${this.generation} is in force`);
        return true;
      }
    } catch (error) {
      log('error', `the configuration could not be compiled: ${String(error)}`);
    }
    log('error', `the configuration has errors; policy ${this.generation} stays in force`);
    return false;
  }

  #swap(policy: P): P {
    this.#inForce = { policy, generation: this.generation + 1 };
    return policy;
  }

  #show(diagnostics: readonly Diagnostic[]): void {
    for (const one of diagnostics) this.#options.log(one.severity, formatDiagnostic(one));
  }
}
