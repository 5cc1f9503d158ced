/*
 * How often the log tells of a DNS list that does not answer.
 */
import assert from 'node:assert/strict';
import { ListTroubles } from '../../../runtime/names/list-troubles.js';
import { ManualClock } from '../../support/manual-clock.js';

it('a list that does not answer is told of at once, and then at most once a minute with the number of failures', () => {
  const clock = new ManualClock();
  const told: string[] = [];
  const troubles = new ListTroubles(clock, (message) => told.push(message));
  const fail = (list: string): void => troubles.failed(list, 'no answer');
  fail('one.example');
  fail('one.example');
  fail('two.example');
  clock.advance(59_999);
  fail('one.example');
  clock.advance(1);
  fail('one.example');
  clock.advance(60_000);
  fail('one.example');
  assert.deepEqual(told, [
    'the list one.example is not asked: no answer',
    'the list two.example is not asked: no answer',
    'the list one.example is not asked: no answer, and 2 times before',
    'the list one.example is not asked: no answer',
  ]);
});
