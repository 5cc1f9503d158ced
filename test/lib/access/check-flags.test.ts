/*
 * Flags that an access table does not know, or that have no effect there, are found when the configuration is read.
 */
import assert from 'node:assert/strict';
import { checkAccessTemplate, type FlagUse } from '../../../lib/access/check-flags.js';
import { type AccessTable, accessTables } from '../../../lib/access/tables.js';
import type { Diagnostic } from '../../../lib/text/diagnostic.js';
import type { SourceFile } from '../../../lib/text/source.js';

/** Checks a template made of nothing but flags; `:x` tests one. */
function check(table: AccessTable, flags: string, authrewrite = true): readonly Diagnostic[] {
  const source: SourceFile = { name: 'mappings', shortName: 'mappings', text: flags };
  const set: FlagUse[] = [];
  const tested: FlagUse[] = [];
  for (let at = 0; at < flags.length; at += 1) {
    const isTest = flags[at] === ':';
    if (isTest) at += 1;
    (isTest ? tested : set).push({ flag: flags[at] ?? '', span: { source, offset: at, length: 1 } });
  }
  return checkAccessTemplate(table, { set, tested }, { authrewrite });
}

describe('check of an access template', () => {
  const cases: readonly (readonly [AccessTable, string, string, string])[] = [
    ['PORT_ACCESS', 'YT<', '', ''],
    ['PORT_ACCESS', 'nT<>', '', ''],
    ['PORT_ACCESS', 'ND', 'access/unknown-flag', 'PORT_ACCESS has no flag `$D`'],
    ['PORT_ACCESS', 'N:T', 'access/unknown-input-flag', 'the input flag `T` is never set for PORT_ACCESS'],
    ['FROM_ACCESS', 'YBHUJK<>DTAX:A:T:E:L', '', ''],
    ['FROM_ACCESS', 'Y:D', 'access/unknown-input-flag', 'the input flag `D` is never set for FROM_ACCESS'],
    ['SEND_ACCESS', 'NBHU<>DTAX:A:T:E:L:D:F:S', '', ''],
    ['SEND_ACCESS', 'NJ', 'access/unknown-flag', 'SEND_ACCESS has no flag `$J`'],
    ['MAIL_ACCESS', 'Q', 'access/unknown-flag', 'MAIL_ACCESS has no flag `$Q`'],
    ['MAIL_ACCESS', 'Y:X', 'access/unknown-input-flag', 'the input flag `X` is never set for MAIL_ACCESS'],
    [
      'SEND_ACCESS',
      'NI',
      'access/flag-not-provided',
      'the flag `$I`, which checks whether a user belongs to a group, is not supported',
    ],
    [
      'FROM_ACCESS',
      'S',
      'access/flag-not-provided',
      'the flag `$S`, which sets size and recipient limits, is not supported',
    ],
    [
      'ORIG_MAIL_ACCESS',
      'YN',
      'access/permit-and-reject',
      'the template both permits and rejects, so it rejects',
    ],
  ];
  for (const [table, flags, code, message] of cases) {
    it(`${table} \`${flags}\`: ${code || 'nothing'}`, () => {
      const found = check(table, flags);
      assert.deepEqual(
        found.map((one) => [one.code, one.message]),
        code === '' ? [] : [[code, message]],
      );
      for (const one of found) assert.notEqual(one.hint, undefined);
    });
  }

  it('names the tables that know the flag', () => {
    assert.equal(check('SEND_ACCESS', 'J')[0]?.hint, '`$J` is a flag of FROM_ACCESS');
    assert.equal(check('SEND_ACCESS', 'Q')[0]?.hint, 'a literal dollar sign is written `$$`');
  });

  it('points at the flag', () => {
    assert.equal(check('SEND_ACCESS', 'NDQ')[0]?.span.offset, 2);
  });

  it('warns of `$K` if nothing rewrites the sender', () => {
    const found = check('FROM_ACCESS', 'YK', false);
    assert.deepEqual(
      found.map((one) => [one.severity, one.code]),
      [['warning', 'access/flag-without-effect']],
    );
  });

  it('reports every flag that needs something missing', () => {
    for (const { table } of accessTables) {
      for (const letter of ['I', 'G', 'S', ',', 'V', 'Z', '!']) {
        const [found] = check(table, `Y${letter}`);
        assert.equal(found?.severity, 'error', `${table} ${letter}`);
      }
    }
  });
});
