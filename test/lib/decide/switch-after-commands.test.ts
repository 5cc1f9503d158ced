import assert from 'node:assert/strict';
import { switchAfterCommands } from '../../../lib/decide/switch-after-commands.js';
import type { TraceEvent } from '../../../lib/engine/trace.js';
import { policyOf } from '../policy/policy-of.js';

const text = `.  $U%$H@TCP-DAEMON

l
domain.com

tcp_local smtp switchchannel tlsswitchchannel tcp_tls saslswitchchannel tcp_auth
TCP-DAEMON

tcp_tls smtp saslswitchchannel tcp_tls_auth
TCP-TLS

tcp_auth smtp
TCP-AUTH

tcp_tls_auth smtp
TCP-TLS-AUTH
`;

const before = { channel: 'tcp_local', why: 'it is', switched: false, relaying: false };

describe('switch-after-commands', () => {
  const rows: readonly (readonly [boolean, string | null, string, number])[] = [
    [false, null, 'tcp_local', 0],
    [true, null, 'tcp_tls', 1],
    [false, 'bob', 'tcp_auth', 1],
    [true, 'bob', 'tcp_tls_auth', 2],
  ];
  for (const [tls, authUser, channel, events] of rows) {
    it(`tls ${tls}, user ${authUser}: ${channel}`, () => {
      const trace: TraceEvent[] = [];
      const { policy } = policyOf({ cnf: text });
      const after = switchAfterCommands(policy, before, { tls, authUser }, (event) => trace.push(event));
      assert.equal(after.channel, channel);
      assert.equal(after.switched, events > 0);
      assert.equal(after.relaying, events > 0);
      assert.equal(trace.length, events);
    });
  }

  it('sets relaying by the setting', () => {
    const { policy } = policyOf({ cnf: text, yaml: 'relaying_channels: [tcp_auth]\n' });
    assert.equal(switchAfterCommands(policy, before, { tls: true, authUser: null }).relaying, false);
    assert.equal(switchAfterCommands(policy, before, { tls: false, authUser: 'bob' }).relaying, true);
  });
});
