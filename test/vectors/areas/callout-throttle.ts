/*
 * The image conn_throttle.
 *   input     table, probe, exceeded; or routine and rate, with attempts_at (seconds), attempts (numbers by minute: minute1, ...) or
 *             keys, one attempt each
 *   expected  output, flags; or results, eleventh and other ordinals, minute1 and others, apart
 */
import { absent, found } from '../../../lib/engine/lookup.js';
import { type Area, computed } from '../area.js';
import { answerOfTable } from '../engine/asked-table.js';
import { blockedText, type CallResult, CountedCalls, callAnswers } from '../engine/counted-calls.js';
import { isList } from '../json.js';
import { VectorProblem } from '../vector.js';

const client = '192.0.2.7';

export const calloutThrottle: Area = (input, expected) => {
  if (input.has('table')) {
    const isExceeded = input.flag('exceeded');
    return computed(answerOfTable(input, expected, { routine: () => (isExceeded ? found('') : absent) }));
  }
  const calls = new CountedCalls();
  const call = `conn_throttle,${input.textOr('routine', 'throttle')},$0,${input.number('rate', 0)}`;
  if (input.has('keys')) {
    const results = input.texts('keys').map((key) => calls.call(call, key));
    return computed({ ...callAnswers(results), apart: results.every((one) => one === null) });
  }
  const attempts = input.section('attempts');
  if (attempts !== undefined) {
    const minutes = attempts.unread().map((name, index) => {
      calls.at(index * 60);
      const count = attempts.number(name, 0);
      return [name, blockedText(Array.from({ length: count }, () => calls.call(call, client)))] as const;
    });
    return computed(Object.fromEntries(minutes));
  }
  const seconds = input.value('attempts_at');
  if (!isList(seconds ?? null) || !Array.isArray(seconds))
    throw new VectorProblem('the vector has no attempts');
  const results = seconds.map((second): CallResult => {
    calls.at(Number(second));
    return calls.call(call, client);
  });
  const answers = callAnswers(results);
  // An attempt that exceeds the rate gives no text.
  const texts = Object.entries(answers).map(([name, word]) => [
    name,
    word === 'succeeds' && results.every((one) => one === null || one === '') ? 'succeeds, empty text' : word,
  ]);
  return computed(Object.fromEntries(texts));
};
