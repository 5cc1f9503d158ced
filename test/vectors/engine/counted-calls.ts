/*
 * Calls of routines that count, in the counters of a process and with a clock of the vector's own.
 */
import type { CounterTable } from '../../../lib/config/settings/metermaid.js';
import { failed } from '../../../lib/engine/lookup.js';
import { Counters } from '../../../runtime/counters/counters.js';
import { ManualClock } from '../../support/manual-clock.js';
import type { Actual } from '../compare.js';
import { runAskedTable } from './asked-table.js';
import { ordinals } from './ordinals.js';

const names = [...ordinals, 'eleventh', 'twelfth'];

/** What a call gives: its text, or null where it fails. */
export type CallResult = string | null;

export class CountedCalls {
  readonly #clock = new ManualClock();
  readonly #counters = new Counters(this.#clock);
  readonly #table: CounterTable | null;

  constructor(table: CounterTable | null = null) {
    this.#table = table;
  }

  /** Goes on to a second of the vector. */
  at(second: number): void {
    this.#clock.advance(second * 1_000 - this.#clock.now());
  }

  /** Calls `image,routine,argument`; `$0` in it is the key. */
  call(text: string, key = ''): CallResult {
    const { output, flags } = runAskedTable({
      pairs: [
        ['*', `$C$[${text}]$Y$E`],
        ['*', '$N'],
      ],
      probe: key,
      routine: (request) =>
        request.kind === 'counter'
          ? this.#counters.take(request.step, this.#table)
          : failed('the vector has no DNS'),
    });
    return flags.has('Y') ? output : null;
  }
}

/** The results under the names of vectors: each by its ordinal, the last one, and all in one word. */
export function callAnswers(results: readonly CallResult[]): Actual {
  const word = (result: CallResult | undefined): string =>
    typeof result === 'string' ? 'succeeds' : 'fails';
  const each = names.flatMap((name, index) => {
    const result = results[index];
    return result === undefined ? [] : [[name, word(result)] as const];
  });
  const last = results.at(-1);
  const words = new Set(results.map(word));
  return {
    ...Object.fromEntries(each),
    last: word(last),
    text: last ?? null,
    results: words.size > 1 ? 'some succeed' : `all ${word(last).replace(/s$/, '')}`,
  };
}

/** How many attempts of a minute were blocked, in words. */
export function blockedText(results: readonly CallResult[]): string {
  const first = results.findIndex((one) => one !== null);
  if (first === -1) return 'not blocked';
  return first === 0 ? 'blocked' : `blocked after ${first}`;
}
