/*
 * Templates as an administrator writes them, through the mapping engine to verdict, text and delay.
 */
import assert from 'node:assert/strict';
import { decideTable } from '../../../lib/access/decide-access.js';
import { rejectReply } from '../../../lib/access/reject-reply.js';
import type { AccessTable } from '../../../lib/access/tables.js';
import { holdBars } from '../../../lib/address/bar.js';
import { run } from './answers.js';
import { applyPairs, type Pair } from './tables-of.js';

function ask(table: AccessTable, pairs: readonly Pair[], probe: string, inputFlags = '') {
  const apply = applyPairs(table, pairs);
  return run(decideTable(apply, { table, probe, inputFlags: new Set(inputFlags), address: 'x@y' }));
}

describe('templates of access tables', () => {
  const delayed = [
    '$N$D30|Relaying$ not$ allowed',
    '30|Relaying$ not$ allowed$D$N',
    '$N30|Relaying$ not$ allowed$D',
    '30|$N$DRelaying$ not$ allowed',
    '$n$d30|Relaying$ not$ allowed',
    '$F$D30|Relaying$ not$ allowed',
  ];
  for (const template of delayed) {
    it(`${template}`, () => {
      const { verdict, outcome } = ask('SEND_ACCESS', [['*', template]], 'a|b|c|d');
      assert.equal(verdict.kind, 'reject');
      assert.equal(outcome.text, 'Relaying not allowed');
      assert.deepEqual(outcome.delay, { hundredths: 30, everyCommand: true });
    });
  }

  it('log a line with `logme|$<`', () => {
    const { verdict, logLines } = ask('SEND_ACCESS', [['*', 'logme|$<']], 'a|b|c|d');
    assert.equal(verdict.kind, 'accept');
    assert.deepEqual(logLines, ['logme']);
  });

  it('count from the top: the first entry that matches decides', () => {
    const pairs: readonly Pair[] = [
      ['*|Elvis1@sesta.com|*|*', '$Y'],
      ['*|*@sesta.com|*|*', '$NMail$ Blocked'],
    ];
    const joe = ask('SEND_ACCESS', pairs, 'tcp_local|joe@sesta.com|l|x@y');
    assert.deepEqual([joe.verdict.kind, joe.verdict.place], ['reject', 'mappings:2']);
    assert.deepEqual(rejectReply(joe.outcome, 'x@y').text, 'Mail Blocked: x@y');
    const elvis = ask('SEND_ACCESS', pairs, 'tcp_local|elvis1@SESTA.com|l|x@y');
    assert.deepEqual([elvis.verdict.kind, elvis.verdict.place], ['accept', 'mappings:1']);
  });

  it('replace the envelope From by the authenticated one', () => {
    const pairs: readonly Pair[] = [['TCP|*|SMTP|MAIL|*|*|*', '$Y$J$3']];
    const probe = 'TCP|1|25|2|3|SMTP|MAIL|tcp_auth|boss@x|joe@x';
    const { verdict, outcome } = ask('FROM_ACCESS', pairs, probe);
    assert.equal(verdict.kind, 'accept');
    assert.equal(outcome.replaceEnvelopeFrom, 'joe@x');
    const nobody = ask('FROM_ACCESS', pairs, 'TCP|1|25|2|3|SMTP|MAIL|tcp_auth|boss@x|');
    assert.equal(nobody.verdict.kind, 'defer');
  });

  it('close a connection with their own code', () => {
    const pairs: readonly Pair[] = [
      ['TCP|*|25|192.168.1.9|*', '$N500$ 5.7.1$ Blocked'],
      ['TCP|*|25|$(192.168.0.0/16)|*', '$Y'],
    ];
    const blocked = ask('PORT_ACCESS', pairs, 'TCP|192.0.2.1|25|192.168.1.9|4000');
    assert.deepEqual(blocked.verdict.kind === 'reject' && blocked.verdict.reply, {
      code: 500,
      enhanced: '5.7.1',
      text: 'Blocked',
    });
    const permitted = ask('PORT_ACCESS', pairs, 'TCP|192.0.2.1|25|192.168.1.10|4000');
    assert.equal(permitted.outcome.explicitPermit, true);
  });

  it('test whether the client authenticated', () => {
    const pairs: readonly Pair[] = [
      ['*', '$C$:A$Y$E'],
      ['*', '$NLog$ in$ first'],
    ];
    assert.equal(ask('SEND_ACCESS', pairs, 'a|b|c|d', 'A').verdict.kind, 'accept');
    assert.equal(ask('SEND_ACCESS', pairs, 'a|b|c|d').verdict.kind, 'reject');
  });

  it('keep a bar inside an address out of the arguments and show it in the text', () => {
    const pairs: readonly Pair[] = [['*|*|*|*', '$N$X$<from$ $1|5.7.2|not$ to$ $3']];
    const probe = `tcp_local|${holdBars('"a|b"@x')}|l|${holdBars('"c|d"@y')}`;
    const { outcome, logLines } = ask('SEND_ACCESS', pairs, probe);
    assert.equal(outcome.text, 'not to "c|d"@y');
    assert.equal(outcome.enhancedCode, '5.7.2');
    assert.deepEqual(logLines, ['from "a|b"@x']);
  });
});
