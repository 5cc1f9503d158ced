import assert from 'node:assert/strict';
import { type KeyPart, type KeyTemplate, keyParts } from '../../../lib/config/index.js';
import { parseKeyTemplate } from '../../../lib/config/settings/stores/key-template.js';
import { printFilter } from '../../../lib/ldap/filter.js';
import { listFilter } from '../../../lib/ldap/list-filter.js';
import { parseFilter, withParentheses } from '../../../lib/ldap/url.js';

function listed(written: string): string | null {
  const template: KeyTemplate | null = parseKeyTemplate(written);
  assert.ok(template !== null);
  const parsed = parseFilter<KeyPart>(withParentheses(keyParts(template)));
  assert.ok('value' in parsed);
  const found = listFilter<KeyPart>(parsed.value, 'key');
  return found === null ? null : `${printFilter(found.filter)} ${found.attributes.join(',')}`;
}

describe('the filter that lists all entries', () => {
  for (const [written, wanted] of [
    ['mail=%s', '(mail=*) mail'],
    ['(mail=%s)', '(mail=*) mail'],
    ['(|(mail=%s)(alias=%s))', '(|(mail=*)(alias=*)) mail,alias'],
    ['(&(objectClass=person)(mail=%s))', '(&(objectClass=person)(mail=*)) mail'],
    [
      '(&(|(mail=%s)(uid=%s))(!(status=off))(x>=1)(y=a*))',
      '(&(|(mail=*)(uid=*))(!(status=off))(x>=1)(y=a*)) mail,uid',
    ],
    // A value that one of these finds need not be one that the whole filter finds.
    ['(&(mail=%s)(uid=%s))', null],
    ['(|(mail=%s)(kind=all))', null],
    ['(|(&(kind=a)(mail=%s))(uid=%s))', null],
    ['(!(mail=%s))', null],
    ['(mail=%u)', null],
    ['(mail=%s@example.com)', null],
    ['(mail=%s*)', null],
    ['(mail~=%s)', null],
    ['(mail:caseExactMatch:=%s)', null],
    ['(&(mail=%s)(kind=%d))', null],
    ['(objectClass=person)', null],
  ] as const) {
    it(`${wanted === null ? 'is none for' : 'is made of'} ${written}`, () =>
      assert.equal(listed(written), wanted));
  }
});
