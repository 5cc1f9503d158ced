/*
 * Filters of searches: what is filled in cannot become part of the filter, and a filter that is not one is refused.
 */
import assert from 'node:assert/strict';
import { splitAddress } from '../../../lib/address/address.js';
import {
  fillDirectoryFilter,
  parseDirectoryFilter,
  usualFilter,
} from '../../../lib/directory/search-filter.js';

const filled: readonly (readonly [filter: string, address: string, result: string | null])[] = [
  ['(uid=$L)', 'ann@example.com', '(uid=ann)'],
  ['(uid=$L)', 'ann+x@example.com', '(uid=ann+x)'],
  ['(mail=$A)', 'ann@example.com', '(mail=ann@example.com)'],
  ['(mail=$A)', 'ann+x@example.com', '(mail=ann+x@example.com)'],
  ['(mail=$A)', '"a b"@example.com', '(mail="a b"@example.com)'],
  ['(&(uid=$U)(o=$H)(dc=$D)(x=$S))', 'ann+x@a.example.com', '(&(uid=ann)(o=a)(dc=a.example.com)(x=x))'],
  ['(&(uid=$U)(x=$S))', 'ann@a.example.com', '(&(uid=ann)(x=))'],
  ['(uid=$L)', '_~ann@example.com', '(uid=ann)'],
  ['(uid=$u)', '"a*)(uid=*"@example.com', '(uid=a\\2a\\29\\28uid=\\2a)'],
  ['(uid=$U)', '"a\\\\b"@example.com', '(uid=a\\5cb)'],
  ['(uid=$U)', '$A@example.com', '(uid=$A)'],
  ['(price=$$1$U)', 'x@example.com', '(price=$1x)'],
  ['(uid=$U)', 'jörg@example.com', '(uid=jörg)'],
  ['(cn=*$S*)', 'ann@example.com', null],
];

const wrong: readonly (readonly [filter: string, message: RegExp])[] = [
  ['', /lacks `\(`/],
  ['uid=$L', /lacks `\(`/],
  ['(uid=$L', /lacks `\)`/],
  ['(uid=$L))', /text follows/],
  ['(uid=$X)', /`\$X` has no meaning/],
  ['(uid=$', /`\$` has no meaning/],
  ['(a=1)(b=2)', /text follows/],
  ['(uid)', /has no `=`/],
  ['(&)', /joins no filters/],
  ['($U=x)', /a value cannot be in the name of an attribute/],
  ['(uid=\\zz)', /two hexadecimal digits/],
];

function parsed(filter: string) {
  const result = parseDirectoryFilter(filter);
  assert.ok('value' in result, filter);
  return result.value;
}

describe('the filter of a directory search', () => {
  for (const [filter, address, result] of filled) {
    it(`${filter} for ${address} is ${result}`, () => {
      const { localPart } = splitAddress(address);
      assert.equal(fillDirectoryFilter(parsed(filter), address, localPart), result);
    });
  }
  for (const [filter, message] of wrong) {
    it(`${filter} is refused`, () => {
      const result = parseDirectoryFilter(filter);
      assert.ok('error' in result);
      assert.match(result.error.message, message);
    });
  }
  it('is usually what its text says', () => assert.deepEqual(usualFilter, parsed(usualFilter.text)));
});
