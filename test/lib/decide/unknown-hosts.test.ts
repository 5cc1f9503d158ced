/*
 * Hosts unknown to the rules are outside, whichever channel they are routed to: routing towards them is refused.
 */
import assert from 'node:assert/strict';
import { site } from './forwarding-site.js';

const cnf = (channel: string): string => `domain.com   $U@domain.com
.domain.com  $U%$H$D@TCP-INTERNAL
.            $U%$H@${channel}

defaults noswitchchannel

l
domain.com

tcp_local smtp mx switchchannel
TCP-DAEMON

tcp_internal smtp mx allowswitchchannel
TCP-INTERNAL

tcp_out smtp mx
TCP-OUT
`;

const mappings = `ORIG_SEND_ACCESS

  tcp_local|*|tcp_out|*   $NRelaying$ not$ permitted
`;

const rows: readonly (readonly [channel: string, to: string, verdict: string])[] = [
  ['TCP-OUT', 'victim%evil@host.domain.com', 'reject built-in:strict-1'],
  ['TCP-OUT', 'evil!victim@host.domain.com', 'reject built-in:strict-2'],
  ['TCP-OUT', 'bob%pc.domain.com@host.domain.com', 'accept'],
  ['TCP-OUT', 'bob@host.domain.com', 'accept'],
  ['TCP-INTERNAL', 'victim%evil@host.domain.com', 'reject built-in:strict-1'],
  ['TCP-INTERNAL', 'bob%pc.domain.com@host.domain.com', 'accept'],
  ['TCP-INTERNAL', 'bob@host.domain.com', 'accept'],
];

describe('unknown hosts', () => {
  for (const [channel, to, wanted] of rows) {
    it(`are routed to ${channel}: ${to}`, () => {
      const { verdict } = site({ cnf: cnf(channel), mappings }).recipient(to);
      assert.equal(verdict.kind === 'accept' ? 'accept' : `${verdict.kind} ${verdict.place}`, wanted);
    });
  }

  for (const [to, wanted] of [
    ['victim%evil@host.domain.com', 'reject built-in:strict-1'],
    ['bob%pc.domain.com@host.domain.com', 'accept'],
    ['bob@host.domain.com', 'accept'],
  ] as const) {
    it(`are routed to TCP-INTERNAL by the domain database: ${to}`, () => {
      const withoutCatchAll = cnf('').replace(/^\. .*\n/m, '');
      const text = { cnf: withoutCatchAll, mappings, yaml: 'databases: { domain: domain.txt }' };
      const { verdict } = site(text, { domain: { '.': '$U%$H@TCP-INTERNAL' } }).recipient(to);
      assert.equal(verdict.kind === 'accept' ? 'accept' : `${verdict.kind} ${verdict.place}`, wanted);
    });
  }
});
