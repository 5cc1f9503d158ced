/*
 * Filters of searches: what is filled in cannot become part of the filter.
 */
import assert from 'node:assert/strict';
import { splitAddress } from '../../../lib/address/address.js';
import { fillFilter, wrongInFilter } from '../../../lib/directory/search-filter.js';

const filled: readonly (readonly [filter: string, address: string, result: string])[] = [
  ['(uid=$L)', 'ann@example.com', '(uid=ann)'],
  ['(mail=$A)', 'ann@example.com', '(mail=ann@example.com)'],
  ['(mail=$A)', 'ann+x@example.com', '(mail=ann+x@example.com)'],
  ['(&(uid=$U)(o=$H)(dc=$D)(x=$S))', 'ann+x@a.example.com', '(&(uid=ann)(o=a)(dc=a.example.com)(x=x))'],
  ['(uid=$L)', '_~ann@example.com', '(uid=ann)'],
  ['(uid=$u)', '"a*)(uid=*"@example.com', '(uid=a\\2a\\29\\28uid=\\2a)'],
  ['(uid=$U)', '"a\\\\b"@example.com', '(uid=a\\5cb)'],
  ['(uid=$U)', '$A@example.com', '(uid=$A)'],
  ['(price=$$1$U)', 'x@example.com', '(price=$1x)'],
  ['(uid=$U)', 'jörg@example.com', '(uid=jörg)'],
];

const wrong: readonly (readonly [filter: string, offset: number])[] = [
  ['uid=$L', 0],
  ['(uid=$L', 0],
  ['(uid=$L))', 7],
  ['(uid=$X)', 5],
  ['(uid=$', 5],
  ['(a=1)(b=2)', 4],
];

describe('the filter of a directory search', () => {
  for (const [filter, address, result] of filled) {
    it(`${filter} for ${address} is ${result}`, () => {
      assert.equal(wrongInFilter(filter), null);
      assert.equal(fillFilter(filter, address, splitAddress(address).localPart), result);
    });
  }
  for (const [filter, offset] of wrong) {
    it(`${filter} is wrong at ${offset}`, () => assert.equal(wrongInFilter(filter)?.offset, offset));
  }
});
