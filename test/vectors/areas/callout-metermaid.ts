/*
 * The image check_metermaid.
 *   input     table, probe, flags_in, quota_exceeded, client (`inside`: INTERNAL_IP has it); or calls, one after another; or
 *             table_options, routine and calls_in_300s; or greylist (durations of ISO 8601) and attempts_at (seconds)
 *   expected  output, flags; or last, text, results, eleventh and other ordinals
 */

import { parseSettings } from '../../../lib/config/parse-settings.js';
import type { CounterTable } from '../../../lib/config/settings/metermaid.js';
import { absent, found } from '../../../lib/engine/lookup.js';
import { type Area, computed } from '../area.js';
import { answerOfTable } from '../engine/asked-table.js';
import { CountedCalls, callAnswers } from '../engine/counted-calls.js';
import { fileOf } from '../engine/policy-text.js';
import { VectorProblem } from '../vector.js';
import type { VectorInput } from '../vector-input.js';

const units: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3_600],
]);

function secondsOf(duration: string): number {
  const [, count, unit = ''] = /^pt(\d+)([smh])$/i.exec(duration) ?? [];
  const seconds = units.get(unit.toLowerCase());
  if (count === undefined || seconds === undefined) throw new VectorProblem(`not a duration: ${duration}`);
  return Number(count) * seconds;
}

/** A table with these settings, as pmdf.yaml would have it. */
function tableWith(settings: Readonly<Record<string, string | number>>): CounterTable {
  const text = JSON.stringify({ metermaid: { t: settings } });
  const { value, diagnostics } = parseSettings(fileOf('pmdf.yaml', text));
  const table = value.metermaid.get('t');
  if (table === undefined || diagnostics.length > 0) throw new VectorProblem(`not a table: ${text}`);
  return table;
}

function isInside(input: VectorInput): boolean {
  return input.textOrNull('client') === 'inside';
}

export const calloutMetermaid: Area = (input, expected) => {
  if (input.has('table')) {
    const isExceeded = input.flag('quota_exceeded');
    const others = new Map([['INTERNAL_IP', isInside(input) ? [['*', '$Y'] as const] : []]]);
    return computed(
      answerOfTable(input, expected, { others, routine: () => (isExceeded ? found('') : absent) }),
    );
  }
  if (input.has('calls')) {
    const calls = new CountedCalls();
    return computed(callAnswers(input.texts('calls').map((one) => calls.call(`check_metermaid,${one}`))));
  }
  const options = input.section('table_options');
  if (options !== undefined) {
    const { quota, time } = { quota: options.number('quota', 0), time: options.number('quota_time', 0) };
    const calls = new CountedCalls(tableWith({ quota, quota_time: time }));
    const call = `check_metermaid,${input.text('routine')},t,k`;
    const count = input.number('calls_in_300s', 0);
    return computed(callAnswers(Array.from({ length: count }, () => calls.call(call))));
  }
  const grey = input.section('greylist');
  const seconds = input.value('attempts_at');
  if (grey === undefined || !Array.isArray(seconds)) throw new VectorProblem('the vector has no calls');
  const times = ['block_time', 'resubmit_time', 'inactivity_time'].map(
    (name) => [name, secondsOf(grey.text(name))] as const,
  );
  const calls = new CountedCalls(tableWith({ type: 'greylisting', ...Object.fromEntries(times) }));
  const results = seconds.map((second: unknown) => {
    calls.at(Number(second));
    return calls.call('check_metermaid,greylisting,t,k') === null ? 'pass' : 'defer';
  });
  return computed({ results });
};
