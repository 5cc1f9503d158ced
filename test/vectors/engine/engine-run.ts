/*
 * One run of the engine: the databases of a vector, its random numbers, and every event of the trace.
 */
import { type Environment, StepBudget } from '../../../lib/engine/environment.js';
import {
  type AnyAnswer,
  absent,
  type DatabaseName,
  driveNow,
  type EntriesAnswer,
  failed,
  found,
  type Lookup,
  type LookupAnswer,
  type LookupRequest,
  type ValuesAnswer,
} from '../../../lib/engine/lookup.js';
import type { TraceEvent } from '../../../lib/engine/trace.js';
import type { VectorInput } from '../vector-input.js';

const steps = 10_000_000;

/** The databases and random numbers of a run; a database that is not named is empty. */
export interface OutsideWorld {
  readonly databases: ReadonlyMap<DatabaseName, ReadonlyMap<string, string>>;
  /** Required databases that are missing: their contents are unknown. */
  readonly missing?: ReadonlySet<DatabaseName>;
  readonly directory?: (request: Extract<LookupRequest, { kind: 'directory' }>) => ValuesAnswer;
  readonly routine?: (
    request: Extract<LookupRequest, { kind: 'host' | 'mail-domain' | 'dns-list' | 'spf' | 'counter' }>,
  ) => LookupAnswer;
  readonly ldap?: (request: Extract<LookupRequest, { kind: 'ldap' }>) => EntriesAnswer;
  /** From 0 up to, not including, 1. */
  readonly random: number;
}

export const emptyWorld: OutsideWorld = { databases: new Map(), random: 0.5 };

type DatabaseFields = readonly (readonly [field: string, name: DatabaseName])[];

/** The databases that rules and tables use. */
const databaseFields: DatabaseFields = [
  ['generalDatabase', 'general'],
  ['domainDatabase', 'domain'],
];

/** The same, and those used for forwarding and reversal. */
export const allDatabaseFields: DatabaseFields = [
  ...databaseFields,
  ['aliasDatabase', 'alias'],
  ['forwardDatabase', 'forward'],
  ['reverseDatabase', 'reverse'],
];

/** Reads the databases of a vector and `random`; keys of databases ignore case. */
export function readOutsideWorld(input: VectorInput, fields: DatabaseFields = databaseFields): OutsideWorld {
  const databases = new Map<DatabaseName, ReadonlyMap<string, string>>();
  for (const [field, name] of fields) {
    const database = input.database(field);
    if (database === undefined) continue;
    databases.set(name, new Map([...database].map(([key, value]) => [key.toLowerCase(), value])));
  }
  return { databases, random: input.number('random', emptyWorld.random) };
}

export class EngineRun {
  readonly events: TraceEvent[] = [];
  readonly environment: Environment;
  readonly #world: OutsideWorld;
  readonly #counts = new Map<string, number>();
  #unique = 0;

  constructor(world: OutsideWorld = emptyWorld) {
    this.#world = world;
    this.environment = {
      random: () => world.random,
      uniqueString: () => {
        this.#unique += 1;
        return `unique${this.#unique}`;
      },
      budget: new StepBudget(steps),
      trace: (event) => {
        this.events.push(event);
      },
    };
  }

  /** Whether a vector contains this database. */
  has(database: DatabaseName): boolean {
    return this.#world.databases.has(database);
  }

  /** Runs a computation of the engine, answering its requests. */
  drive<T>(lookup: Lookup<T>): T {
    return driveNow(lookup, (request) => this.#answer(request));
  }

  /** The probes that were run through a table, in order. */
  probesOf(table: string): readonly string[] {
    return this.events.flatMap((event) =>
      event.kind === 'table-probed' && event.table === table ? [event.probe] : [],
    );
  }

  #answer(request: LookupRequest): AnyAnswer {
    switch (request.kind) {
      case 'database': {
        if (this.#world.missing?.has(request.database) === true) return failed('the database is missing');
        const value = this.#world.databases.get(request.database)?.get(request.key.toLowerCase());
        return value === undefined ? absent : found(value);
      }
      case 'sequence': {
        const { file, radix, width, modulus } = request;
        if (modulus === 0) return failed('a modulus of zero');
        const count = (this.#counts.get(file) ?? 0) + 1;
        this.#counts.set(file, count);
        const shown = modulus === null ? count : count % modulus;
        return found(shown.toString(radix).toUpperCase().padStart(width, '0'));
      }
      case 'directory':
        return this.#world.directory?.(request) ?? failed('the vector has no directory');
      case 'host-name':
        return failed('the vector has no name server');
      case 'site-routine':
        return failed('the vector has no routines');
      case 'ldap':
        return this.#world.ldap?.(request) ?? failed('the vector has no LDAP server');
      case 'host':
      case 'mail-domain':
      case 'dns-list':
      case 'spf':
      case 'counter':
        return this.#world.routine?.(request) ?? failed('the vector has no routines');
    }
  }
}
