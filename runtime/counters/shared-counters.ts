/*
 * The counters that several gateways have together in Redis. They count exactly as those of one process (`counters.ts`), by the
 * clock of the server. An answer that does not come in time, or a server that cannot be used, is `failed`.
 */
import type { CounterTable } from '../../lib/config/index.js';
import { absent, type CounterStep, failed, found, type LookupAnswer } from '../../lib/engine/index.js';
import type { RedisScripts, ScriptAnswer, ScriptCall } from '../stores/index.js';
import { counterKey, millisecondsPerSecond, minuteMs, mostKeys, unstorable } from './counter-limits.js';
import { counterCall } from './shared-script.js';

/** How long a value is kept that nobody sets again. */
const valueDays = 30;
const valueMs = valueDays * 86_400 * millisecondsPerSecond;

/** The name of a table, without the sign that is after it in a key. */
function escaped(table: string): string {
  return table.toLowerCase().replaceAll('%', '%25').replaceAll(':', '%3a');
}

/** The call of a step, or why it cannot be taken. */
function callOf(step: CounterStep, table: CounterTable | null): ScriptCall | LookupAnswer {
  const key = counterKey(step.key);
  switch (step.action) {
    case 'throttle': {
      const { perMinute, penalizes } = step;
      const name = `conn_throttle${penalizes ? '_p' : ''}:${perMinute}`;
      return counterCall(name, key, ['throttle', mostKeys, perMinute, minuteMs, penalizes ? 1 : 0]);
    }
    case 'attempt': {
      if (table === null) return failed(`pmdf.yaml has no table \`${step.table}\` under \`metermaid\``);
      const name = `${table.type}:${escaped(step.table)}`;
      const ms = (seconds: number): number => seconds * millisecondsPerSecond;
      const { type, maxEntries, quota, quotaTime, penalize } = table;
      if (type === 'throttle') {
        return counterCall(name, key, [type, maxEntries, quota, ms(quotaTime), penalize ? 1 : 0]);
      }
      const times = [ms(table.blockTime), ms(table.resubmitTime), ms(table.inactivityTime)];
      return counterCall(name, key, [type, maxEntries, ...times]);
    }
    case 'fetch':
    case 'remove':
      return counterCall(`values:${escaped(step.table)}`, key, [step.action, mostKeys]);
    case 'store': {
      const cause = unstorable(step.value);
      if (cause !== null) return failed(cause);
      return counterCall(`values:${escaped(step.table)}`, key, ['store', mostKeys, valueMs, step.value]);
    }
    case 'adjust':
      return counterCall(`values:${escaped(step.table)}`, key, ['adjust', mostKeys, valueMs, step.by]);
  }
}

/** What came of a step; `away` if the store could not be asked. */
export type SharedStep =
  | { readonly kind: 'counted'; readonly answer: LookupAnswer }
  | { readonly kind: 'away'; readonly cause: string };

function stepOf(answer: ScriptAnswer, { key }: CounterStep): SharedStep {
  if (answer.kind === 'failed') return { kind: 'away', cause: answer.cause };
  const { text } = answer;
  if (text === 'absent') return { kind: 'counted', answer: absent };
  if (text.startsWith('found ')) return { kind: 'counted', answer: found(text.slice('found '.length)) };
  if (text.startsWith('failed ')) {
    return { kind: 'counted', answer: failed(`the value of \`${key}\` is not a number`) };
  }
  return { kind: 'away', cause: 'the store does not answer as it should' };
}

/** The counters in one store. */
export class SharedCounters {
  readonly #scripts: RedisScripts;

  constructor(scripts: RedisScripts) {
    this.#scripts = scripts;
  }

  /** Takes a step; `table` is the table of the settings that it names, and null without one. Never rejects. */
  async take(step: CounterStep, table: CounterTable | null): Promise<SharedStep> {
    const call = callOf(step, table);
    if ('kind' in call) return { kind: 'counted', answer: call };
    return stepOf(await this.#scripts.run(call), step);
  }
}
