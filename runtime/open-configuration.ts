/*
 * A configuration opened for one piece of work of a command: loaded once, never reloaded. Decisions take no numbers
 * from sequence files, whose counters belong to the gateway.
 */
import type { StoreServer, StoreSetting } from '../lib/config/index.js';
import { type AnyAnswer, absent, type Environment, type Lookup } from '../lib/engine/index.js';
import { type Diagnostic, DiagnosticList } from '../lib/text/index.js';
import {
  type AnswerSources,
  answerAtOnce,
  answerRequests,
  OpenDatabases,
  unaskedDatabase,
  unaskedSearch,
} from './databases/index.js';
import { decideNow, makeEnvironment } from './decide.js';
import { type Configuration, loadConfiguration } from './load-configuration.js';
import { ConfigError } from './policy-store.js';
import { OpenStores, type StoreReach } from './stores/index.js';
import { systemClock } from './time/index.js';

/** Makes the environment of one more decision, with a step budget of its own. */
export type NewEnvironment = () => Environment;

/** The databases, with those on servers not asked. */
function unconnected(databases: Configuration['databases']): Configuration['databases'] {
  if (![...databases.values()].some(({ connects }) => connects)) return databases;
  return new Map([...databases].map(([name, one]) => [name, one.connects ? unaskedDatabase : one]));
}

/** The databases of directory channels, with those on servers not asked. */
function unconnectedDirectories(directories: AnswerSources['directories']): AnswerSources['directories'] {
  return new Map(
    [...directories].map(([channel, ofChannel]) => [
      channel,
      new Map([...ofChannel].map(([domain, one]) => [domain, one.connects ? unaskedDatabase : one])),
    ]),
  );
}

function unasked(searches: AnswerSources['searches']): AnswerSources['searches'] {
  return new Map([...searches.keys()].map((channel) => [channel, unaskedSearch]));
}

/**
 * Runs a computation under a configuration without taking sequence numbers or connecting to a server: a database that
 * is on one answers `instead`. Throws only DecisionFailed.
 */
export function decideUnder<T>(
  { policy, databases, directories, searches }: Configuration,
  work: (newEnvironment: NewEnvironment) => Lookup<T>,
  instead: AnyAnswer = absent,
): T {
  const { steps } = policy.settings.limits;
  const sources: AnswerSources = {
    databases: unconnected(databases),
    directories: unconnectedDirectories(directories),
    searches: unasked(searches),
  };
  return decideNow(
    work(() => makeEnvironment(steps)),
    answerAtOnce(answerRequests(sources, null), instead),
  );
}

/** A folder `config/pmdf` and what it holds. */
export class OpenConfiguration {
  /** Null if the configuration has errors. */
  readonly value: Configuration | null;
  readonly #databases: OpenDatabases;
  readonly #stores: OpenStores;
  readonly #diagnostics = new DiagnosticList();

  /** Opens the folder; whatever is wrong with it is in `diagnostics`. `answered` is told each server that answers. */
  constructor(folder: string, answered: (server: StoreServer) => void = () => undefined) {
    this.#databases = new OpenDatabases(folder, {
      clock: systemClock,
      report: (diagnostics) => this.#diagnostics.append(diagnostics),
    });
    // What is wrong with a server is in the answers.
    this.#stores = new OpenStores(folder, { clock: systemClock, report: () => undefined, answered });
    const { value, diagnostics } = loadConfiguration(folder, this.#databases, { stores: this.#stores });
    this.value = value;
    this.#diagnostics.append(diagnostics);
  }

  /** What was found so far, in databases that changed since then too. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics.all;
  }

  /** How the servers of a store are reached without asking its pool. */
  reach(setting: StoreSetting): StoreReach {
    return this.#stores.reach(setting);
  }

  /** The configuration. Throws ConfigError with the errors if it has any. */
  get configuration(): Configuration {
    if (this.value !== null) return this.value;
    throw new ConfigError(this.diagnostics.filter(({ severity }) => severity === 'error'));
  }

  close(): void {
    this.#databases.close();
    this.#stores.close();
  }
}

/** Opens the folder `config/pmdf` for some work, and closes it. Throws what the work throws. */
export async function withConfiguration<T>(
  folder: string,
  work: (opened: OpenConfiguration) => T | Promise<T>,
  answered?: (server: StoreServer) => void,
): Promise<T> {
  const opened = new OpenConfiguration(folder, answered);
  try {
    return await work(opened);
  } finally {
    opened.close();
  }
}
