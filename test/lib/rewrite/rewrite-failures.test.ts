import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { failed } from '../../../lib/engine/lookup.js';
import type { TraceEvent } from '../../../lib/engine/trace.js';
import { brief, channel, compiled, hostTable, rewrite } from './fixture.js';
import { backward, local, tcpLocal } from './rows.js';

describe('look-ups that fail', () => {
  const general = new Map([['jane', failed('database gone')]]);
  const rules = compiled('domain.com $($U)$E$F', 'domain.com $U@domain.com');

  it('make the whole rewrite fail', () => {
    assert.equal(brief(rewrite(rules, 'jane@domain.com', { general })), 'failed: database gone');
  });

  it('are not done by a rule whose conditions fail', () => {
    const result = rewrite(rules, 'jane@domain.com', { general, context: backward });
    assert.equal(brief(result), 'jane@domain.com via domain.com: no channel');
  });

  it('in the domain database and in mapping tables too', () => {
    const domains = new Map([['.com', failed('no domains')]]);
    assert.equal(brief(rewrite(compiled(), 'u@a.com', { domains })), 'failed: no domains');
    const tables = new Map([['T', () => ({ output: '', flags: 'Y' })]]);
    const result = rewrite(compiled('a.com $U@x${T,$U}'), 'u@a.com', { tables, tableFailure: 'no table' });
    assert.equal(brief(result), 'failed: no table');
  });

  const broken = [
    ['jdoe', 'the template gives no host'],
    ['a%b%c@D', 'the template became `a` with separators `%%@`, which is not a valid form'],
    ['$Y', 'the general database entry `jane` cannot be read: `$Y` has no meaning in a rewrite template'],
  ] as const;
  for (const [value, cause] of broken) {
    it(`and an entry \`${value}\` cannot be used`, () => {
      const result = rewrite(rules, 'jane@domain.com', { general: new Map([['jane', value]]) });
      assert.equal(brief(result), `failed: ${cause}`);
    });
  }

  it('and an entry with a look-up in it fails only its rule', () => {
    const result = rewrite(rules, 'jane@domain.com', { general: new Map([['jane', '$(x)@b']]) });
    assert.equal(brief(result), 'jane@domain.com via domain.com: no channel');
  });
});

describe('the worked file of the manual', () => {
  // Ref: PMDF 2.4.1, Table 2-9
  const a = channel('a_channel');
  const b = channel('b_channel', { addressForm: '733' });
  const hosts = hostTable(['local-host', local], ['a', a], ['e', a, 'a'], ['b', b], ['f', b, 'b']);
  const rules = compiled('! test.cnf', 'a     $U@a', 'b     $U@b', 'c     $U%c@b', 'd     $U%d@a');
  const rows = [
    ['u@a', 'u@a via a on a_channel'],
    ['u@b', 'u@b via b on b_channel'],
    ['u@c', 'u@c via b on b_channel'],
    ['u@d', 'u@d via a on a_channel'],
    ['u@e', 'u@a via a on a_channel'],
    ['u@f', 'u@b via b on b_channel'],
  ] as const;
  for (const [address, wanted] of rows) {
    it(`sends ${address} to ${wanted}`, () => {
      assert.equal(brief(rewrite(rules, address, { hosts, localHost: 'local-host' })), wanted);
    });
  }
});

describe('a forwarded address', () => {
  // Ref: PMDF 2.2.6.5
  const hosts = hostTable(
    ['local-host', local],
    ['TCP-DAEMON', tcpLocal],
    ['PROCESS-DAEMON', channel('process')],
  );
  const rules = compiled(
    'domain.com  $($U)',
    'domain.com  $U%domain.com@LOCAL-HOST',
    '.com $U%$H$D@TCP-DAEMON',
  );

  it('goes straight out with the old entry', () => {
    const general = new Map([['jane.doe', 'jdoe%other.com']]);
    const result = rewrite(rules, 'Jane.Doe@domain.com', { hosts, general });
    assert.equal(brief(result), 'jdoe@other.com via TCP-DAEMON on tcp_local');
  });

  it('goes through the process channel with the new entry', () => {
    const general = new Map([['jane.doe', 'jdoe%other.com@PROCESS-DAEMON']]);
    const result = rewrite(rules, 'Jane.Doe@domain.com', { hosts, general });
    assert.equal(brief(result), 'jdoe@other.com via PROCESS-DAEMON on process');
    const second = rewrite(rules, 'jdoe@other.com', {
      hosts,
      general,
      context: { sourceChannel: channel('process') },
    });
    assert.equal(brief(second), 'jdoe@other.com via TCP-DAEMON on tcp_local');
  });
});

describe('the trace of a rewrite', () => {
  it('shows what was tried and why it failed', () => {
    const events: TraceEvent[] = [];
    const rules = compiled('! note', 'domain.com $($U)$E$F', 'domain.com $U%domain.com@L-HOST$Nx', '.x $U@y');
    rewrite(rules, 'bob@domain.com', {
      hosts: hostTable(['l-host', local]),
      trace: (event) => events.push(event),
    });
    assert.deepEqual(events, [
      { kind: 'rewrite-begins', address: 'bob@domain.com', direction: 'forward', sourceChannel: 'tcp_local' },
      { kind: 'host-extracted', host: 'domain.com', from: 'at' },
      {
        kind: 'lookup',
        request: { kind: 'database', database: 'general', key: 'bob' },
        answer: { kind: 'absent' },
      },
      {
        kind: 'rule-tried',
        place: 'pmdf.cnf:2',
        pattern: 'domain.com',
        host: 'domain.com',
        fired: false,
        failed: 'the general database has no `bob`',
      },
      { kind: 'rule-tried', place: 'pmdf.cnf:3', pattern: 'domain.com', host: 'domain.com', fired: true },
      { kind: 'rewrite-ends', address: 'bob@domain.com', routingSystem: 'L-HOST', channel: 'l' },
    ]);
  });

  it('ends with the reason if there is no channel', () => {
    const events: TraceEvent[] = [];
    rewrite(compiled(), 'u%b', { trace: (event) => events.push(event) });
    assert.deepEqual(events.slice(1), [
      { kind: 'host-extracted', host: 'b', from: 'percent' },
      { kind: 'host-extracted', host: 'localhost', from: 'at' },
      {
        kind: 'rewrite-ends',
        address: 'u%b@localhost',
        routingSystem: 'localhost',
        channel: null,
        error: '5.1.2 illegal host or domain name',
      },
    ]);
  });
});
