/*
 * The password database in a store, asked for each attempt. The value of a user is a hash, or several records of a service and a
 * hash; so is each of several values:
 *   HASH
 *   SERVICE HASH SERVICE HASH
 * A hash alone is for DEFAULT. What cannot be read is a failure, never a wrong password.
 */
import { andThen, type Eventual, type ValuesAnswer } from '../../lib/engine/index.js';
import type { StoreSource } from '../stores/index.js';
import { type Cost, parseHash, printHash } from './password-hash.js';
import { defaultService, type PasswordRecord, recordForService, serviceName } from './password-records.js';
import type { PasswordSource, RecordAnswer } from './password-source.js';

/** The records of one user, by service. */
export type UserRecords = ReadonlyMap<string, PasswordRecord>;

/** Reads the values of a user; null if one cannot be read. */
export function readUserRecords(user: string, values: readonly string[]): UserRecords | null {
  const records = new Map<string, PasswordRecord>();
  let service: string | null = null;
  for (const word of values.join(' ').trim().split(/\s+/)) {
    if (!word.startsWith('$')) {
      if (service !== null || serviceName(word) !== word) return null;
      service = word;
      continue;
    }
    const hash = parseHash(word);
    const named = service ?? defaultService;
    if (hash === null || records.has(named)) return null;
    records.set(named, { user, service: named, hash });
    service = null;
  }
  return service === null ? records : null;
}

/** Prints the records of a user as one value; null if there are none. */
export function printUserRecords(records: UserRecords): string | null {
  const sorted = [...records.values()].sort((left, right) => (left.service < right.service ? -1 : 1));
  const [only] = sorted;
  if (only === undefined) return null;
  if (sorted.length === 1 && only.service === defaultService) return printHash(only.hash);
  return sorted.map(({ service, hash }) => `${service} ${printHash(hash)}`).join(' ');
}

/** Different costs that are remembered. */
const mostCosts = 16;

export class StoredPasswords implements PasswordSource {
  readonly #source: StoreSource;
  /** Those of the users that were found, each once. */
  readonly #costs = new Map<string, Cost>();

  constructor(source: StoreSource) {
    this.#source = source;
  }

  get costs(): readonly Cost[] {
    return [...this.#costs.values()];
  }

  recordOf(user: string, service: string): Eventual<RecordAnswer> {
    return andThen(this.#source.values(user), (answer) => this.#recordIn(answer, user, service));
  }

  #recordIn(answer: ValuesAnswer, user: string, service: string): RecordAnswer {
    if (answer.kind !== 'values') return answer;
    const records = readUserRecords(user, answer.values);
    if (records === null)
      return { kind: 'failed', cause: 'the record of the user in the store cannot be read' };
    const record = recordForService(records, service);
    if (record === null) return { kind: 'absent' };
    const { cost } = record.hash;
    if (this.#costs.size < mostCosts) this.#costs.set(`${cost.ln} ${cost.r} ${cost.p}`, cost);
    return { kind: 'found', record };
  }
}
