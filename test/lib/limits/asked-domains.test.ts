/*
 * What DNS is asked about the domain of a sender or a client: a domain beyond ASCII in its A-labels.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { StepBudget } from '../../../lib/engine/environment.js';
import { limitsOf } from '../../../lib/limits/channel-limits.js';
import { verifySenderDomain } from '../../../lib/limits/sender-domain.js';
import { verifySenderPolicy } from '../../../lib/limits/sender-policy.js';
import { tableOf } from '../channel/channel-text.js';

const channel = tableOf('l\nh\n\ntcp_x smtp\nTCP-X').value.channels.get('tcp_x');
assert.ok(channel !== undefined);
const limited = { name: 'tcp_x', limits: limitsOf(channel) };
const environment = { random: () => 0.5, uniqueString: () => 'unique', budget: new StepBudget(1_000) };
const settings = {
  fail: 'reject',
  softfail: 'accept',
  permerror: 'reject',
  temperror: 'defer',
  maxRecursion: 10,
  maxDnsQueries: 10,
} as const;

const domains: readonly (readonly [given: string, asked: string])[] = [
  ['example.net', 'example.net'],
  ['b\u00fccher.example', 'xn--bcher-kva.example'],
];

describe('the domain that DNS is asked about', () => {
  for (const [given, asked] of domains) {
    it(`mailfromdnsverify: ${given}`, () => {
      const address = `a@${given}`;
      const { value } = verifySenderDomain(limited, { domain: given, address }, environment).next();
      assert.deepEqual(value, { kind: 'mail-domain', name: asked });
    });

    for (const keyword of ['spfhelo', 'spfmailfrom', 'spfrcptto'] as const) {
      it(`${keyword}: ${given}`, () => {
        const client = { address: '192.0.2.1', helo: given, sender: `a@${given}`, domain: given };
        const { value } = verifySenderPolicy(keyword, limited, client, { environment, settings }).next();
        assert.ok(value !== undefined && value.kind === 'spf');
        assert.equal(value.domain, asked);
        assert.equal(value.helo, asked);
        assert.equal(value.sender, `${keyword === 'spfhelo' ? 'postmaster' : 'a'}@${asked}`);
      });
    }
  }
});
