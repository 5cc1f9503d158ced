/*
 * The counters of one process: attempts for `throttle` and MeterMaid's tables, and MeterMaid's values. They are lost at a restart.
 * Keys are compared without regard to case; an IPv6 address counts as its network of 64 bits, of which a client has all addresses.
 */
import type { CounterTable } from '../../lib/config/index.js';
import { absent, type CounterStep, failed, found, type LookupAnswer } from '../../lib/engine/index.js';
import { type Clock, RecentKeys } from '../time/index.js';
import { AttemptTable } from './attempt-table.js';
import {
  counterKey,
  millisecondsPerSecond,
  minuteMs,
  mostKeys,
  mostNumber,
  unstorable,
} from './counter-limits.js';
import { Greylist } from './greylist.js';

const mostTables = 1_000;

export class Counters {
  readonly #clock: Clock;
  /** By the limit, since an address may be counted by several entries. */
  readonly #throttles = new Map<string, AttemptTable>();
  readonly #quotas = new Map<string, AttemptTable>();
  readonly #greylists = new Map<string, Greylist>();
  readonly #values = new Map<string, RecentKeys<string>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes a step; `table` is the one of the settings that it names, null if there is none. */
  take(step: CounterStep, table: CounterTable | null): LookupAnswer {
    const key = counterKey(step.key);
    switch (step.action) {
      case 'throttle': {
        const { perMinute, penalizes } = step;
        const name = `${perMinute} ${penalizes}`;
        const rule = { most: perMinute, spanMs: minuteMs, penalizes };
        const attempts = entryOf(this.#throttles, name, () => new AttemptTable(mostKeys));
        return attempts.isExceeded(key, rule, this.#clock.now()) ? found('') : absent;
      }
      case 'attempt': {
        if (table === null) return failed(`pmdf.yaml has no table \`${step.table}\` under \`metermaid\``);
        return this.#attempt(step.table.toLowerCase(), key, table) ? found('') : absent;
      }
      case 'fetch': {
        const value = this.#values.get(step.table.toLowerCase())?.get(key);
        return value === undefined ? absent : found(value);
      }
      case 'remove':
        this.#values.get(step.table.toLowerCase())?.delete(key);
        return found('');
      case 'store':
        return this.#store(step.table, key, step.value);
      case 'adjust': {
        const before = this.#values.get(step.table.toLowerCase())?.get(key) ?? '0';
        if (!/^-?[0-9]{1,15}$/.test(before)) return failed(`the value of \`${step.key}\` is not a number`);
        const sum = Number(before) + step.by;
        return this.#store(step.table, key, String(Math.max(-mostNumber, Math.min(mostNumber, sum))));
      }
    }
  }

  #attempt(name: string, key: string, table: CounterTable): boolean {
    const now = this.#clock.now();
    if (table.type === 'throttle') {
      const { quota: most, quotaTime, penalize: penalizes, maxEntries } = table;
      const rule = { most, spanMs: quotaTime * millisecondsPerSecond, penalizes };
      return entryOf(this.#quotas, `${name} ${maxEntries}`, () => new AttemptTable(maxEntries)).isExceeded(
        key,
        rule,
        now,
      );
    }
    const rule = {
      blockMs: table.blockTime * millisecondsPerSecond,
      resubmitMs: table.resubmitTime * millisecondsPerSecond,
      inactivityMs: table.inactivityTime * millisecondsPerSecond,
    };
    const { maxEntries } = table;
    return entryOf(this.#greylists, `${name} ${maxEntries}`, () => new Greylist(maxEntries)).isDeferred(
      key,
      rule,
      now,
    );
  }

  #store(table: string, key: string, value: string): LookupAnswer {
    const cause = unstorable(value);
    if (cause !== null) return failed(cause);
    const name = table.toLowerCase();
    if (!this.#values.has(name) && this.#values.size >= mostTables)
      return failed('too many tables of values');
    const values = entryOf(this.#values, name, () => new RecentKeys<string>(mostKeys));
    values.set(key, value);
    return found(value);
  }
}

function entryOf<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
