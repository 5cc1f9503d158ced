/*
 * The outside world of one process: the configuration in force, its databases, names of clients, and the
 * watch that reads changed files again. Whoever opens it gets a policy or a ConfigError.
 */

import { join, resolve } from 'node:path';
import type { ReverseName } from '../lib/channel/index.js';
import type { FileSettings } from '../lib/config/index.js';
import type { Environment, Lookup, Tracer } from '../lib/engine/index.js';
import type { Policy } from '../lib/policy/index.js';
import { formatDiagnostic, hasErrors, type Parsed } from '../lib/text/index.js';
import { type Answers, answerRequests, OpenDatabases, SequenceFiles } from './databases/index.js';
import { decide } from './drive.js';
import { makeEnvironment } from './environment.js';
import { type FilesRead, WatchFolder } from './files/index.js';
import { type Configuration, loadConfiguration, loadInSlices } from './load-configuration.js';
import { type NameResolver, ReverseNames, systemResolver } from './names/index.js';
import { PolicyStore } from './policy-store.js';
import { type Clock, inTurns, systemClock } from './time/index.js';
import { vetAside } from './vet-aside.js';
import { openRelayFindings } from './vet-configuration.js';

/** What opening a world needs. */
export interface WorldOptions {
  /** Haraka's config folder; ours is `pmdf` in it. */
  readonly configFolder: string;
  readonly log: (severity: 'error' | 'warning' | 'notice', message: string) => void;
  /** Whether changed files are read again; the setting `reload` can only say no. */
  readonly watch: boolean;
  /** Whether mail flows by it, so that an open relay is refused unless it is allowed. */
  readonly isGateway?: boolean;
  /** Files in place of those that the settings name. */
  readonly files?: Partial<FileSettings>;
}

/**
 * The parts of a configuration that decisions need, by policy, since transactions keep the one they began
 * with.
 */
interface Surroundings {
  readonly answers: Answers;
  readonly names: ReverseNames;
}

const millisecondsPerSecond = 1000;

/** The outside world, open. */
export class World {
  /** Haraka's config folder. */
  readonly configFolder: string;
  readonly #folder: string;
  readonly #files: Partial<FileSettings>;
  readonly #isGateway: boolean;
  readonly #clock: Clock = systemClock;
  readonly #open: OpenDatabases;
  readonly #store: PolicyStore<Configuration>;
  readonly #sequences: SequenceFiles;
  readonly #surroundings = new WeakMap<Policy, Surroundings>();
  #paths: ReadonlySet<string> = new Set();
  /** The files that the policy in force was made of. */
  #filesRead: FilesRead = new Map();
  #watch: WatchFolder | null = null;

  constructor(options: WorldOptions) {
    this.configFolder = resolve(options.configFolder);
    this.#folder = resolve(options.configFolder, 'pmdf');
    this.#files = options.files ?? {};
    this.#isGateway = options.isGateway ?? false;
    this.#open = new OpenDatabases(this.#folder, {
      clock: this.#clock,
      report: (diagnostics) => {
        for (const one of diagnostics) options.log(one.severity, formatDiagnostic(one));
      },
    });
    this.#sequences = new SequenceFiles(this.#folder);
    this.#store = new PolicyStore<Configuration>({
      compile: () => this.#compile(),
      compileAside: () => this.#compileAside(),
      log: options.log,
    });
    const { policy } = this.#store.load();
    if (options.watch && policy.settings.reload.enabled) this.#startWatch(policy, options);
  }

  /** The policy in force. */
  policy(): Policy {
    const { policy } = this.#store.current();
    // What surrounds it must be there for whoever keeps the policy past a reload.
    this.#around(policy);
    return policy;
  }

  /** The folder for held messages. */
  heldFolder(policy: Policy): string {
    return resolve(this.#folder, '..', '..', 'queue', '..', policy.settings.access.holdFolder);
  }

  /** Takes a decision under a policy: at once if every answer comes at once. Throws or rejects on trouble. */
  decide<T>(policy: Policy, work: (environment: Environment) => Lookup<T>, trace?: Tracer): T | Promise<T> {
    const environment = makeEnvironment(policy.settings.limits.steps, trace);
    return decide(work(environment), this.#around(policy).answers, {
      timeoutMs: policy.settings.lookups.timeout * millisecondsPerSecond,
      clock: this.#clock,
    });
  }

  /** Looks up the name of a client. Never rejects. */
  reverseName(policy: Policy, address: string): Promise<ReverseName> {
    return this.#around(policy).names.resolve(address);
  }

  /** Reads the configuration again; tells whether another policy is in force. */
  async reload(): Promise<boolean> {
    const swapped = await this.#store.reload();
    this.#watch?.refresh();
    return swapped;
  }

  close(): void {
    this.#watch?.close();
    this.#open.close();
  }

  #compile(): Parsed<Configuration | null> {
    const loaded = loadConfiguration(this.#folder, this.#open, { otherFiles: this.#files });
    this.#paths = loaded.paths;
    this.#filesRead = loaded.filesRead;
    if (loaded.value === null || !this.#isGateway) return loaded;
    return { value: loaded.value, diagnostics: [...loaded.diagnostics, ...openRelayFindings(loaded.value)] };
  }

  /** Compiles changed files beside the policy in force, unless there is something against them. */
  async #compileAside(): Promise<Parsed<Configuration | null>> {
    const filesBefore = this.#filesRead;
    const vetted = await vetAside({
      folder: this.#folder,
      otherFiles: this.#files,
      filesBefore,
      databasesOpen: this.#open.paths,
    });
    const { diagnostics, relaying, outcomes, paths } = vetted;
    this.#paths = paths;
    const findings = [...diagnostics, ...relaying];
    if (hasErrors(findings)) return { value: null, diagnostics: findings };
    const loaded = await inTurns(
      loadInSlices(this.#folder, this.#open, {
        filesBefore,
        otherFiles: this.#files,
        known: (path) => outcomes.get(path),
        checks: 'made before',
      }),
    );
    this.#paths = loaded.paths;
    if (loaded.value === null) return { value: null, diagnostics: loaded.diagnostics };
    this.#filesRead = loaded.filesRead;
    return { value: loaded.value, diagnostics: findings };
  }

  #around(policy: Policy): Surroundings {
    const known = this.#surroundings.get(policy);
    if (known !== undefined) return known;
    const configuration = this.#store.current();
    if (configuration.policy !== policy) throw new Error('a policy is asked for that never was in force');
    const { lookups, reverseTimeout } = policy.settings;
    const resolver: NameResolver = systemResolver({
      clock: this.#clock,
      timeoutMs: reverseTimeout * millisecondsPerSecond,
    });
    const made = {
      answers: answerRequests({
        databases: configuration.databases,
        sequences: this.#sequences,
        clock: this.#clock,
        limits: {
          timeoutMs: lookups.timeout * millisecondsPerSecond,
          cacheSize: lookups.cacheSize,
          cacheMs: lookups.cacheSeconds * millisecondsPerSecond,
          negativeMs: lookups.negativeSeconds * millisecondsPerSecond,
        },
      }),
      names: new ReverseNames({
        timeoutMs: reverseTimeout * millisecondsPerSecond,
        resolver,
        clock: this.#clock,
      }),
    };
    this.#surroundings.set(policy, made);
    return made;
  }

  #startWatch(policy: Policy, options: WorldOptions): void {
    this.#watch = new WatchFolder({
      folder: this.#folder,
      paths: () => [...this.#paths, join(this.#folder, 'pmdf.yaml')],
      settleMs: policy.settings.reload.settle * millisecondsPerSecond,
      changed: () => void this.reload(),
      report: (message) => options.log('warning', message),
      clock: this.#clock,
    });
  }
}
