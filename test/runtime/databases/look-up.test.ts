/*
 * A domain is looked up in A-labels, and then in U-labels if nothing is found.
 */
import assert from 'node:assert/strict';
import { absent, failed, found, type LookupAnswer } from '../../../lib/engine/lookup.js';
import { lookUp } from '../../../runtime/databases/database.js';

function tableOf(entries: Readonly<Record<string, LookupAnswer>>) {
  const asked: string[] = [];
  const get = (key: string): LookupAnswer => {
    asked.push(key);
    return entries[key] ?? absent;
  };
  return { asked, get };
}

describe('lookUp', () => {
  const rows: readonly (readonly [
    what: string,
    entries: Readonly<Record<string, LookupAnswer>>,
    key: string,
    answer: LookupAnswer,
    questions: number,
  ])[] = [
    ['the key as it is', { 'a@xn--tda.example': found('x') }, 'a@xn--tda.example', found('x'), 1],
    ['it in U-labels', { 'a@ü.example': found('x') }, 'a@xn--tda.example', found('x'), 2],
    ['a domain alone', { '.ü.example': found('x') }, '.xn--tda.example', found('x'), 2],
    ['no other key', {}, 'a@b.example', absent, 1],
    [
      'no local part differently',
      { ü: found('x'), 'ü@a.example': found('x') },
      'xn--tda@a.example',
      absent,
      1,
    ],
    ['no word differently', { ü: found('x') }, 'xn--tda', absent, 1],
    ['nothing more after a failure', { 'a@xn--tda.x': failed('broken') }, 'a@xn--tda.x', failed('broken'), 1],
  ];
  for (const [what, entries, key, answer, questions] of rows) {
    it(`looks up ${what}`, () => {
      const table = tableOf(entries);
      assert.deepEqual(lookUp(table, key), answer);
      assert.equal(table.asked.length, questions);
    });
  }
});
