/*
 * A whole session in the gateway's order, where the order or an earlier step matters.
 */
import assert from 'node:assert/strict';
import {
  decideSession,
  everyPlugin,
  firstRefusal,
  type PluginName,
  type SessionDecision,
  type SessionRequest,
} from '../../../lib/decide/index.js';
import type { Verdict } from '../../../lib/smtp/index.js';
import { plainEnvironment, policyOf } from '../policy/policy-of.js';
import { decideNow } from './session-of.js';

const cnf = `domain.com    $U@domain.com
[10.1.]       $U%[10.1.$L]@TCP-INTERNAL$E$R
[10.2.]       $U%[10.2.$L]@TCP-MAYSASL$E$R
[10.3.]       $U%[10.3.$L]@TCP-MUSTTLS$E$R
[10.4.]       $U%[10.4.$L]@TCP-FEW$E$R
.domain.com   $U%$H$D@TCP-INTERNAL
.             $U%$H@TCP-DAEMON

l
domain.com

tcp_local smtp mx switchchannel tlsswitchchannel tcp_tls
TCP-DAEMON

tcp_internal smtp mx
TCP-INTERNAL

tcp_maysasl smtp mx maysaslserver saslswitchchannel tcp_auth
TCP-MAYSASL

tcp_musttls smtp mx musttls
TCP-MUSTTLS

tcp_submit smtp mx mustsaslserver
TCP-SUBMIT

tcp_tls smtp mx
TCP-TLS

tcp_auth smtp mx
TCP-AUTH

tcp_few smtp mx holdlimit 2 expandlimit 1
TCP-FEW

reprocess
REPROCESS-DAEMON
`;

const mappings = `PORT_ACCESS

  TCP|*|*|*.66|*   $N554$ Go$ away

ORIG_SEND_ACCESS

  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted

SEND_ACCESS

  *|*|l|closed@domain.com   $NClosed
`;

function decided(
  different: Partial<SessionRequest>,
  how: { readonly shadow?: string; readonly plugins?: readonly PluginName[] } = {},
): SessionDecision {
  const shadow = how.shadow === undefined ? '' : `shadow: { channels: [${how.shadow}] }\n`;
  const { policy } = policyOf({ cnf, mappings, yaml: `listeners: { 587: tcp_submit }\n${shadow}` });
  const setup = {
    policy,
    plugins: how.plugins === undefined ? everyPlugin : new Set(how.plugins),
    bothPasses: false,
    traced: false,
    onError: 'defer' as const,
    newEnvironment: () => plainEnvironment(),
  };
  const request: SessionRequest = {
    client: { address: '192.0.2.1', port: 4000 },
    server: { address: '203.0.113.25', port: 25 },
    reverseName: { kind: 'none', cause: 'it has none' },
    helo: 'client.example',
    esmtp: true,
    tls: false,
    authUser: null,
    from: 'a@client.example',
    to: ['bob@domain.com'],
    ...different,
  };
  return decideNow(decideSession(setup, request));
}

function word(verdict: Verdict): string {
  return verdict.kind === 'accept' ? 'accept' : String(verdict.reply.code);
}

/** `tcp_local: accept accept | 550 accept`: the channel, the verdicts for client and sender, then the recipients. */
function short({ client, from, to }: SessionDecision): string {
  const before = [client, from].map(({ decision }) => word(decision.verdict)).join(' ');
  return `${client.decision.channel}: ${before} | ${to.map(({ decision }) => word(decision.verdict)).join(' ')}`;
}

const at = (address: string): Partial<SessionRequest> => ({ client: { address, port: 4000 } });
const submission = { server: { address: '203.0.113.25', port: 587 } };
const outside = { to: ['bob@other.com'] };
const unanswered = { reverseName: { kind: 'none', cause: 'no answer', unanswered: 'any' } } as const;

const rows: readonly (readonly [string, ...Parameters<typeof decided>, string])[] = [
  ['a client that PORT_ACCESS refuses', at('10.1.0.66'), {}, 'tcp_internal: 554 accept | accept'],
  [
    'PORT_ACCESS in shadow for the channel that the connection switches to',
    at('10.1.0.66'),
    { shadow: 'tcp_internal' },
    'tcp_internal: accept accept | accept',
  ],
  [
    'PORT_ACCESS not in shadow for the channel that AUTH switches to later',
    { ...at('10.2.0.66'), tls: true, authUser: 'jane' },
    { shadow: 'tcp_auth' },
    'tcp_auth: 554 accept | accept',
  ],
  [
    'PORT_ACCESS not in shadow for the channel that STARTTLS switches to later',
    { ...at('192.0.2.66'), tls: true },
    { shadow: 'tcp_tls' },
    'tcp_tls: 554 accept | accept',
  ],
  [
    'PORT_ACCESS in shadow for the channel of TLS from the first byte',
    { ...at('192.0.2.66'), tls: true, server: { address: '203.0.113.25', port: 465 } },
    { shadow: 'tcp_tls' },
    'tcp_tls: accept accept | accept',
  ],
  ['TLS that is required', at('10.3.0.1'), {}, 'tcp_musttls: accept 530 | accept'],
  [
    'TLS that is required, without pmdf/maytls',
    at('10.3.0.1'),
    { plugins: ['switchchannel', 'access', 'deliver'] },
    'tcp_musttls: accept accept | accept',
  ],
  ['AUTH that is required', submission, {}, 'tcp_submit: accept 530 | accept'],
  [
    'AUTH that is required, without pmdf/auth',
    submission,
    { plugins: ['switchchannel', 'access', 'deliver'] },
    'tcp_submit: accept 550 | accept',
  ],
  ['a malformed sender', { from: 'no such' }, {}, 'tcp_local: accept 501 | accept'],
  ['a malformed recipient', { to: ['a@b@c'] }, {}, 'tcp_local: accept accept | 501'],
  ['a name that is not answered for', { ...outside, ...unanswered }, {}, 'tcp_local: accept accept | 451'],
  [
    'mail outside without pmdf/access',
    outside,
    { plugins: ['switchchannel', 'deliver'] },
    'tcp_local: accept accept | 550',
  ],
  [
    'mail outside without pmdf/access, and a name that is not answered for',
    { ...outside, ...unanswered },
    { plugins: ['switchchannel', 'deliver'] },
    'tcp_local: accept accept | 451',
  ],
  [
    'recipients within expandlimit and beyond',
    { ...at('10.4.0.1'), to: ['closed@domain.com', 'closed@domain.com'] },
    {},
    'tcp_few: accept accept | 550 accept',
  ],
];

describe('a session', () => {
  for (const [what, request, how, expected] of rows)
    it(`decides ${what}`, () => assert.equal(short(decided(request, how)), expected));

  it('holds the recipients beyond holdlimit', () => {
    const held = (count: number): boolean[] => {
      const to = Array.from({ length: count }, (_, index) => `u${index}@domain.com`);
      return decided({ ...at('10.4.0.1'), to }).to.map(({ decision }) => decision.effects.hold);
    };
    assert.deepEqual(held(2), [false, false]);
    assert.deepEqual(held(3), [true, true, true]);
  });

  it('answers a recipient with the first refusal that its mail meets', () => {
    const answer = (different: Partial<SessionRequest>): string => {
      const session = decided({ ...outside, ...different });
      const [recipient] = session.to;
      assert.ok(recipient !== undefined);
      const { part, verdict } = firstRefusal(session, recipient);
      return `${part} ${word(verdict)}`;
    };
    assert.equal(answer(at('10.1.0.66')), 'client 554');
    assert.equal(answer(submission), 'from 530');
    assert.equal(answer({}), 'to 550');
  });
});
