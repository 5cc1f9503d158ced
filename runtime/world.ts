/*
 * The outside world of one process: the configuration in force, its databases, the names of clients, and the
 * watch that reloads changed files.
 */
import cluster from 'node:cluster';
import { join, resolve } from 'node:path';
import type { ReverseName } from '../lib/channel/index.js';
import type { FileSettings } from '../lib/config/index.js';
import { andThen, type Environment, type Eventual, type Lookup, type Tracer } from '../lib/engine/index.js';
import type { Policy } from '../lib/policy/index.js';
import { formatDiagnostic, hasErrors, type Parsed } from '../lib/text/index.js';
import { GatewayCounters, WorkerCounters } from './counters/index.js';
import {
  type Answer,
  type AnswerRoutine,
  type AnswerSources,
  answerRequests,
  OpenDatabases,
  SequenceFiles,
  unaskedRoutines,
} from './databases/index.js';
import { decide, makeEnvironment } from './decide.js';
import { type FilesRead, WatchFolder } from './files/index.js';
import { type Configuration, loadConfiguration, loadInSlices } from './load-configuration.js';
import {
  DnsQuestions,
  ListTroubles,
  type NameResolver,
  PolicyQuestions,
  ReverseNames,
  systemRecords,
  systemResolver,
} from './names/index.js';
import { type AnswerObserver, observedAnswers } from './observed-answers.js';
import type { PasswordSource } from './passwords/index.js';
import { type Loads, type Log, PolicyStore } from './policy-store.js';
import { SiteRoutines } from './routines/index.js';
import { OpenStores, type SharedCounts } from './stores/index.js';
import { inTurns, systemClock } from './time/index.js';
import { openRelayFindings } from './vet-configuration.js';
import { proveAside, vetAside } from './vet-in-thread.js';

/** How a world is opened. */
export interface WorldOptions {
  /** Haraka's config folder; ours is `pmdf` in it. */
  readonly configFolder: string;
  readonly log: Log;
  /** Whether changed files are reloaded; only if the setting `reload` allows it. */
  readonly watch: boolean;
  /** Whether mail depends on it: then an open relay is an error unless the settings allow it. */
  readonly isGateway?: boolean;
  /** Seconds after which the gateway proves that strangers cannot relay. */
  readonly proveAfter?: number;
  /** Files to read in place of those that the settings name. */
  readonly files?: Partial<FileSettings>;
}

/** What stays in memory of a configuration; the syntax trees that it was compiled from are several times as large. */
type InForce = Pick<
  Configuration,
  'policy' | 'routines' | 'failureCounts' | 'sharedCounters' | 'passwords' | 'hash' | keyof AnswerSources
>;

function withoutTrees(loaded: Configuration): InForce {
  const { policy, databases, directories, searches, routines, passwords, hash } = loaded;
  const { failureCounts, sharedCounters } = loaded;
  return {
    policy,
    databases,
    directories,
    searches,
    routines,
    failureCounts,
    sharedCounters,
    passwords,
    hash,
  };
}

/** What decisions under one policy need; a transaction keeps the policy it began with. */
interface Surroundings {
  readonly answer: Answer;
  /** The same, with DNS asked also in a command. */
  readonly live: Answer;
  readonly names: ReverseNames;
  readonly failureCounts: SharedCounts | null;
  readonly passwords: PasswordSource | null;
}

const millisecondsPerSecond = 1000;
/** Mail comes first: a gateway that starts has other things to do. */
const proveAfter = 10;

export class World {
  /** Haraka's config folder. */
  readonly configFolder: string;
  readonly #folder: string;
  readonly #files: Partial<FileSettings>;
  readonly #isGateway: boolean;
  readonly #log: Log;
  readonly #open: OpenDatabases;
  readonly #stores: OpenStores;
  readonly #store: PolicyStore<InForce>;
  readonly #sequences: SequenceFiles;
  /** Null where nothing may be counted: in a command. */
  readonly #counters: WorkerCounters | null;
  readonly #gatewayCounters: GatewayCounters | null;
  readonly #surroundings = new WeakMap<Policy, Surroundings>();
  #paths: ReadonlySet<string> = new Set();
  /** The files that the policy in force was made from. */
  #filesRead: FilesRead = new Map();
  #watch: WatchFolder | null = null;
  #site: SiteRoutines | null = null;
  #stopWaiting: () => void = () => undefined;
  #observer: AnswerObserver | null = null;

  /** Loads the configuration. Throws ConfigError if it has errors. */
  constructor(options: WorldOptions) {
    this.configFolder = resolve(options.configFolder);
    this.#folder = resolve(options.configFolder, 'pmdf');
    this.#files = options.files ?? {};
    this.#isGateway = options.isGateway ?? false;
    this.#log = options.log;
    this.#open = new OpenDatabases(this.#folder, {
      clock: systemClock,
      report: (diagnostics) => {
        for (const one of diagnostics) options.log(one.severity, formatDiagnostic(one));
      },
    });
    this.#stores = new OpenStores(this.#folder, { clock: systemClock, report: options.log });
    this.#sequences = new SequenceFiles(this.#folder);
    this.#store = new PolicyStore<InForce>({
      compile: () => this.#compile(),
      compileAside: () => this.#compileAside(),
      hashOf: ({ hash }) => hash,
      log: options.log,
    });
    const { policy } = this.#store.load();
    this.#counters = this.#isGateway ? new WorkerCounters(systemClock) : null;
    this.#gatewayCounters =
      this.#counters === null
        ? null
        : new GatewayCounters(this.#counters, (message) => this.#log('warning', message));
    // Workers have the same files.
    if (this.#isGateway && cluster.isPrimary) this.#proveLater(options);
    if (options.watch && policy.settings.reload.enabled) this.#startWatch(policy, options);
  }

  /** The policy in force. */
  policy(): Policy {
    const { policy } = this.#store.current();
    // Made now, for a caller that keeps the policy beyond the next reload.
    this.#around(policy);
    return policy;
  }

  /** Tells whether another host has the same policy in force, see `policyHash`. */
  get policyHash(): string {
    return this.#store.current().hash;
  }

  /** Where failed logins are counted together with other gateways, under a policy that is or was in force. */
  failureCounts(policy: Policy): SharedCounts | null {
    return this.#around(policy).failureCounts;
  }

  /** The password database in a store, under a policy that is or was in force; null if the settings name none. */
  passwords(policy: Policy): PasswordSource | null {
    return this.#around(policy).passwords;
  }

  /** The attempts to load and reload the configuration so far. */
  get loads(): Loads {
    return this.#store.loads;
  }

  /** Has an observer told of every answer from now on. */
  observeAnswers(observer: AnswerObserver): void {
    this.#observer = observer;
  }

  /** The folder for held messages. */
  heldFolder(policy: Policy): string {
    return resolve(this.#folder, '..', '..', 'queue', '..', policy.settings.access.holdFolder);
  }

  /** Decides under a policy that is or was in force: at once if every database answers at once. Throws or rejects with DecisionFailed. */
  decide<T>(policy: Policy, work: (environment: Environment) => Lookup<T>, trace?: Tracer): Eventual<T> {
    const environment = makeEnvironment(policy.settings.limits.steps, trace);
    const { answer } = this.#around(policy);
    const observer = this.#observer;
    return decide(work(environment), observer === null ? answer : observedAnswers(answer, observer));
  }

  /** Decides as `decide` does, with DNS asked also where nothing is counted: in a command. */
  decideLive<T>(policy: Policy, work: (environment: Environment) => Lookup<T>): Eventual<T> {
    const environment = makeEnvironment(policy.settings.limits.steps);
    return decide(work(environment), this.#around(policy).live);
  }

  /** Looks up the name of a client: at once when it is known. Never rejects. */
  reverseName(policy: Policy, address: string): ReverseName | Promise<ReverseName> {
    return this.#around(policy).names.resolve(address);
  }

  /** Reloads the configuration; true if a new policy is in force. */
  async reload(): Promise<boolean> {
    const swapped = await this.#store.reload();
    this.#watch?.refresh();
    return swapped;
  }

  close(): void {
    this.#stopWaiting();
    this.#watch?.close();
    this.#open.close();
    this.#stores.close();
    this.#counters?.close();
    this.#site?.close();
  }

  #compile(): Parsed<InForce | null> {
    const loaded = loadConfiguration(this.#folder, this.#open, {
      otherFiles: this.#files,
      stores: this.#stores,
    });
    this.#paths = loaded.paths;
    this.#filesRead = loaded.filesRead;
    const { value, diagnostics } = loaded;
    if (value === null) return { value, diagnostics };
    const relaying = this.#isGateway ? openRelayFindings(value) : [];
    return { value: withoutTrees(value), diagnostics: [...diagnostics, ...relaying] };
  }

  /** Compiles changed files while the policy in force goes on deciding; null if they have errors or open a relay. */
  async #compileAside(): Promise<Parsed<InForce | null>> {
    const filesBefore = this.#filesRead;
    const vetted = await vetAside({
      folder: this.#folder,
      otherFiles: this.#files,
      filesBefore,
      databasesOpen: this.#open.paths,
    });
    const { diagnostics, relaying, answers, outcomes, paths } = vetted;
    if (this.#isGateway && answers !== null) this.#log('notice', answers);
    this.#paths = paths;
    const findings = [...diagnostics, ...relaying];
    if (hasErrors(findings)) return { value: null, diagnostics: findings };
    const loaded = await inTurns(
      loadInSlices(this.#folder, this.#open, {
        filesBefore,
        otherFiles: this.#files,
        known: (path) => outcomes.get(path),
        checks: 'made before',
        stores: this.#stores,
      }),
    );
    this.#paths = loaded.paths;
    if (loaded.value === null) return { value: null, diagnostics: loaded.diagnostics };
    this.#filesRead = loaded.filesRead;
    this.#stores.keepOnly(loaded.value.pools);
    return { value: withoutTrees(loaded.value), diagnostics: findings };
  }

  #around(policy: Policy): Surroundings {
    const known = this.#surroundings.get(policy);
    if (known !== undefined) return known;
    const configuration = this.#store.current();
    if (configuration.policy !== policy) throw new Error('this policy was never in force');
    const timeoutMs = policy.settings.reverseTimeout * millisecondsPerSecond;
    const resolver = systemResolver({ clock: systemClock, timeoutMs });
    const routines = this.#routinesUnder(configuration, resolver);
    const made = {
      failureCounts: configuration.failureCounts,
      passwords: configuration.passwords,
      answer: answerRequests(
        configuration,
        this.#sequences,
        this.#gatewayCounters === null ? unaskedRoutines : routines,
      ),
      live: answerRequests(configuration, this.#sequences, routines),
      names: new ReverseNames({ timeoutMs, resolver, clock: systemClock }),
    };
    this.#surroundings.set(policy, made);
    return made;
  }

  /** Answers the routines of mapping tables. */
  #routinesUnder({ policy, sharedCounters, routines }: InForce, resolver: NameResolver): AnswerRoutine {
    const counters = this.#gatewayCounters;
    const { settings } = policy;
    const timeoutMs = settings.reverseTimeout * millisecondsPerSecond;
    const questions = new DnsQuestions({
      timeoutMs,
      resolver,
      ...systemRecords(timeoutMs),
      clock: systemClock,
    });
    const policies = new PolicyQuestions({
      timeoutMs: settings.spf.timeout * millisecondsPerSecond,
      resolver,
      ...systemRecords(timeoutMs),
      clock: systemClock,
    });
    const troubles = new ListTroubles(systemClock, (message) => this.#log('warning', message));
    // Of an earlier policy no thread goes on once it is idle.
    const site = new SiteRoutines(routines, systemClock);
    this.#site = site;
    return (request) => {
      switch (request.kind) {
        case 'site-routine':
          return site.call(request.image, request.name, request.argument);
        case 'host':
          return questions.host(request.name);
        case 'host-name':
          return questions.nameOf(request.address);
        case 'mail-domain':
          return questions.mailDomain(request.name);
        case 'dns-list': {
          const answer = questions.listing(request.list, request.address);
          return andThen(answer, (given) => {
            if (given.kind === 'failed') troubles.failed(request.list, given.cause);
            return given;
          });
        }
        case 'spf':
          return policies.evaluate(request);
        case 'counter': {
          const { step } = request;
          const table = 'table' in step ? (settings.metermaid.get(step.table.toLowerCase()) ?? null) : null;
          return counters === null ? unaskedRoutines(request) : counters.take(step, table, sharedCounters);
        }
      }
    };
  }

  /** Proves the policy that the gateway started with, aside; the log has the answer. */
  #proveLater({ proveAfter: seconds = proveAfter }: WorldOptions): void {
    const prove = async (): Promise<void> => {
      if (this.#store.generation > 1) return;
      const request = { folder: this.#folder, otherFiles: this.#files, hash: this.policyHash };
      try {
        const answers = await proveAside(request);
        if (answers === null) return;
        const more = answers.isOpen ? '; `pmdf prove` shows how' : '';
        this.#log(answers.isOpen ? 'warning' : 'notice', `${answers.text}${more}`);
      } catch (error) {
        this.#log(
          'warning',
          `relaying: not decided: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    };
    this.#stopWaiting = systemClock.after(seconds * millisecondsPerSecond, () => void prove());
  }

  #startWatch(policy: Policy, options: WorldOptions): void {
    this.#watch = new WatchFolder({
      folder: this.#folder,
      paths: () => [...this.#paths, join(this.#folder, 'pmdf.yaml')],
      settleMs: policy.settings.reload.settle * millisecondsPerSecond,
      changed: () => void this.reload(),
      report: (message) => options.log('warning', message),
      clock: systemClock,
    });
  }
}
