/*
 * When each access table is consulted, which form of the recipient it sees, and which input flags it can test.
 */
import assert from 'node:assert/strict';
import { inputFlagsFor } from '../../../lib/access/probe.js';
import { accessTables, findAccessTable, recipientTables } from '../../../lib/access/tables.js';

describe('access tables', () => {
  const moments = [
    ['PORT_ACCESS', 'connect', 'none'],
    ['FROM_ACCESS', 'MAIL FROM', 'none'],
    ['ORIG_SEND_ACCESS', 'RCPT TO', 'before-aliases'],
    ['ORIG_MAIL_ACCESS', 'RCPT TO', 'before-aliases'],
    ['SEND_ACCESS', 'RCPT TO', 'after-aliases'],
    ['MAIL_ACCESS', 'RCPT TO', 'after-aliases'],
  ] as const;

  it('are consulted in this order at these points', () => {
    assert.deepEqual(
      accessTables.map(({ table, phase, recipient }) => [table, phase, recipient]),
      moments,
    );
  });

  for (const [table, phase] of moments) {
    it(`finds ${table} in any case`, () => {
      assert.equal(findAccessTable(table.toLowerCase())?.phase, phase);
    });
  }

  it('knows no other table', () => {
    for (const name of ['FORWARD', '', '__proto__', 'SEND_ACCESS ']) {
      assert.equal(findAccessTable(name), undefined, name);
    }
  });

  it('lists the tables of a recipient', () => {
    assert.deepEqual(recipientTables('before-aliases'), ['ORIG_SEND_ACCESS', 'ORIG_MAIL_ACCESS']);
    assert.deepEqual(recipientTables('after-aliases'), ['SEND_ACCESS', 'MAIL_ACCESS']);
  });
});

describe('input flags', () => {
  const everything = {
    authenticated: true,
    tls: true,
    protocol: 'ESMTP',
    notify: new Set(['DELAY', 'FAILURE', 'SUCCESS']),
  } as const;
  const nothing = { authenticated: false, tls: false, protocol: 'SMTP', notify: new Set<string>() } as const;

  const cases = [
    ['SEND_ACCESS', everything, 'ADEFST'],
    ['ORIG_MAIL_ACCESS', { ...everything, protocol: 'LMTP' }, 'ADFLST'],
    ['MAIL_ACCESS', nothing, ''],
    ['FROM_ACCESS', everything, 'AET'],
    ['PORT_ACCESS', everything, 'A'],
    ['ORIG_SEND_ACCESS', { ...nothing, notify: new Set(['NEVER']) }, ''],
    ['ORIG_SEND_ACCESS', { ...nothing, notify: new Set(['FAILURE']) }, 'F'],
    ['ORIG_SEND_ACCESS', { ...nothing, tls: true }, 'T'],
  ] as const;
  for (const [table, facts, want] of cases) {
    it(`of ${table} are \`${want}\``, () => {
      assert.equal([...inputFlagsFor(table, facts)].sort().join(''), want);
    });
  }
});
