/*
 * A whole access table is checked entry by entry.
 */
import assert from 'node:assert/strict';
import { checkAccessTable } from '../../../lib/access/check-table.js';
import type { AccessTable } from '../../../lib/access/tables.js';
import { placeOf } from '../../../lib/text/places.js';
import { type Pair, tableOf } from './tables-of.js';

function check(table: AccessTable, pairs: readonly Pair[]): (readonly [string, string])[] {
  const found = checkAccessTable(table, tableOf(table, pairs), { authrewrite: true });
  return found.map((one) => [placeOf(one.span), one.code] as const);
}

describe('check of an access table', () => {
  it('finds flags in every entry, at their place', () => {
    const pairs: readonly Pair[] = [
      ['a', '$Y'],
      ['b', '$Q'],
      ['c', '$N$Gtags|No'],
      ['d', '$C$:Q$Y$E'],
      ['e', 'seen|$<$|T;$0|'],
      ['f', '$N$,5|No'],
    ];
    const withWildcard = pairs.map(([pattern, template]) => [`${pattern}*`, template] as const);
    assert.deepEqual(check('SEND_ACCESS', withWildcard), [
      ['mappings:2', 'access/unknown-flag'],
      ['mappings:3', 'access/flag-not-provided'],
      ['mappings:4', 'access/unknown-input-flag'],
      ['mappings:6', 'access/flag-not-provided'],
    ]);
  });

  it('finds nothing in the shapes that the manuals show', () => {
    assert.deepEqual(
      check('PORT_ACCESS', [
        ['TCP|*|25|123.45.6.78|*', '$C$?25?$Y'],
        ['TCP|*|25|123.45.6.78|*', '$N452$ 4.3.2$ Try$ again$ later'],
        ['TCP|*|25|192.168.1.9|*', '$N500$ 5.7.1$ Blocked'],
        ['TCP|*|25|*|*', 'from$ $1|$<$N550$ No'],
      ]),
      [],
    );
    assert.deepEqual(check('FROM_ACCESS', [['*|SMTP|*|tcp_auth|*|*', '$Y$J$3']]), []);
  });

  it('refuses a routine at the port that adds a header line', () => {
    const pairs: readonly Pair[] = [['*', '$C$[dns_verify,dns_verify_domain_warn,192.0.2.7,list.example]$E']];
    assert.deepEqual(check('PORT_ACCESS', pairs), [['mappings:1', 'access/unknown-flag']]);
    assert.deepEqual(check('ORIG_MAIL_ACCESS', pairs), []);
  });

  const texts: readonly (readonly [string, boolean])[] = [
    ['$NGo$ away', true],
    ['Go$ away$F', true],
    ['$N45s$ 4.40$ Later', true],
    ['$N500$ 5.7.1$ Go$ away', false],
    ['$N', false],
    ['$N$0', false],
    ['$YEXTERNAL', false],
  ];
  for (const [template, warned] of texts) {
    it(`${warned ? 'warns of' : 'leaves'} the text of \`${template}\` at the port`, () => {
      const want = warned ? [['mappings:1', 'access/port-text-without-code']] : [];
      assert.deepEqual(check('PORT_ACCESS', [['*', template]]), want);
      assert.deepEqual(check('SEND_ACCESS', [['*', template]]), []);
    });
  }
});
