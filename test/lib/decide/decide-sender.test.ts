import assert from 'node:assert/strict';
import { decideSender } from '../../../lib/decide/decide-sender.js';
import type { SenderDecision } from '../../../lib/decide/decision.js';
import { failed } from '../../../lib/engine/lookup.js';
import type { Session } from '../../../lib/policy/session.js';
import { type PolicyText, plainEnvironment, policyOf } from '../policy/policy-of.js';
import { decideNow, exampleFile, pathOf, sessionOf } from './session-of.js';

const cnf = exampleFile('pmdf.cnf');

function decide(
  from: string,
  {
    session,
    database,
    ...text
  }: Partial<PolicyText> & {
    readonly session?: Partial<Session>;
    readonly database?: Parameters<typeof decideNow>[1];
  } = {},
): SenderDecision {
  const { policy } = policyOf({ cnf, ...text });
  const work = decideSender(policy, sessionOf(session), pathOf(from), { tables: true }, plainEnvironment());
  return decideNow(work, database);
}

describe('decide-sender', () => {
  const completions: readonly (readonly [string, Partial<Session>, string])[] = [
    ['what the client said', {}, 'postmaster@client.example'],
    [
      'its confirmed name',
      { reverseName: { kind: 'confirmed', name: 'mx.client.example' } },
      'postmaster@mx.client.example',
    ],
    [
      'not with an unconfirmed one',
      { reverseName: { kind: 'unconfirmed', name: 'forged.example', cause: 'it leads elsewhere' } },
      'postmaster@client.example',
    ],
    ['its address when it said nothing', { helo: null }, 'postmaster@[192.0.2.1]'],
    ['its address when it said no domain', { helo: 'a|b' }, 'postmaster@[192.0.2.1]'],
    ['its address when that has no form', { helo: 'evil.example（.x' }, 'postmaster@[192.0.2.1]'],
    ['a name in A-labels', { helo: 'Bücher.example' }, 'postmaster@xn--bcher-kva.example'],
    [
      'its IPv6 address',
      { helo: null, client: { address: '2001:db8::7', port: 1 } },
      'postmaster@[IPv6:2001:db8::7]',
    ],
    ['our host without remotehost', { sourceChannel: 'tcp_internal' }, 'postmaster@domain.com'],
  ];
  for (const [what, session, from] of completions) {
    it(`completes a bare sender with ${what}`, () => {
      assert.equal(decide('postmaster', { session }).envelopeFrom, from);
    });
  }

  it('keeps the null sender', () => {
    const { verdict, envelopeFrom } = decide('');
    assert.deepEqual([verdict.kind, envelopeFrom], ['accept', '']);
  });

  it('rewrites in the backward direction', () => {
    const rules = 'old.example   $E$R$U@new.example\n';
    assert.equal(decide('a@old.example', { cnf: `${rules}${cnf}` }).envelopeFrom, 'a@old.example');
    const both = 'old.example   $U%new.example@TCP-DAEMON\n';
    assert.equal(decide('a@old.example', { cnf: `${both}${cnf}` }).envelopeFrom, 'a@new.example');
  });

  it('keeps a sender that would become an address SMTP cannot carry', () => {
    const rules = 'old.example   $U..x%new.example@TCP-DAEMON\n';
    assert.equal(decide('a@old.example', { cnf: `${rules}${cnf}` }).envelopeFrom, 'a@old.example');
  });

  it('removes a source route', () => {
    assert.equal(decide('@a.example:b@c.example').envelopeFrom, 'b@c.example');
  });

  it('defers if a look-up of a rule fails', () => {
    const rules = 'db.example   $(anyone)$U@db.example\n';
    const { verdict } = decide('a@db.example', {
      cnf: `${rules}${cnf}`,
      database: { anyone: failed('the disk is gone') },
    });
    assert.ok(verdict.kind === 'defer');
    assert.equal(verdict.cause, 'the disk is gone');
  });

  const refusals: readonly (readonly [string, string, string])[] = [
    ['damaged', 'a\ufffd@client.example', 'the address is not valid UTF-8'],
    ['too long', `${'a'.repeat(300)}@client.example`, 'the address is too long'],
  ];
  for (const [what, from, text] of refusals) {
    it(`refuses a sender that is ${what}`, () => {
      const { verdict } = decide(from, { yaml: 'limits: { address: 256 }\n' });
      assert.ok(verdict.kind === 'reject');
      assert.deepEqual(verdict.reply, { code: 550, enhanced: '5.1.7', text });
    });
  }

  describe('FROM_ACCESS', () => {
    const mappings = `FROM_ACCESS

  TCP|203.0.113.25|25|192.0.2.1|4000|SMTP|MAIL|tcp_local|no@client.example|   $NNo
  *|user@client.example|jane   $Yjane@domain.com$J
  *|broken@client.example|*    $Yno$ address$J
  *|boss@client.example|*      $Yowner@client.example$K
  *|empty@client.example|*     $N
`;
    const authrewrite = cnf.replace('remotehost', 'remotehost authrewrite');

    it('refuses', () => {
      assert.deepEqual(decide('no@client.example', { mappings }).verdict, {
        kind: 'reject',
        place: 'mappings:3',
        reply: { code: 550, enhanced: '5.7.1', text: 'No: no@client.example' },
      });
    });

    it('uses the text of the settings if an entry has none', () => {
      const yaml = 'access: { default_text: not today }\n';
      const { verdict } = decide('empty@client.example', { mappings, yaml });
      assert.ok(verdict.kind === 'reject');
      assert.equal(verdict.reply.text, 'not today: empty@client.example');
    });

    it('sees the authenticated user, and replaces the sender', () => {
      const { envelopeFrom, replaced } = decide('user@client.example', {
        mappings,
        session: { authUser: 'jane' },
      });
      assert.deepEqual([envelopeFrom, replaced], ['jane@domain.com', true]);
      assert.equal(decide('user@client.example', { mappings }).replaced, false);
    });

    it('defers if the sender would be replaced by an invalid address', () => {
      assert.equal(decide('broken@client.example', { mappings }).verdict.kind, 'defer');
    });

    it('replaces the Sender header under authrewrite only', () => {
      assert.equal(decide('boss@client.example', { mappings }).senderHeader, null);
      const { senderHeader } = decide('boss@client.example', { mappings, cnf: authrewrite });
      assert.equal(senderHeader, 'owner@client.example');
    });

    it('completes a user without a domain by the name of the local host', () => {
      const session = { authUser: 'jane' };
      const own = 'FROM_ACCESS\n\n  *|*@client.example|*   $Y$J$2\n';
      assert.equal(decide('x@client.example', { mappings: own, session }).envelopeFrom, 'jane@domain.com');
    });

    for (const [authUser, wanted] of [
      ['jane', 'jane@domain.com'],
      ['jane@other.com', 'jane@other.com'],
      ['not an address', null],
      [null, null],
    ] as const) {
      it(`names ${authUser} as Sender under authrewrite`, () => {
        const options = { mappings, session: { authUser } };
        const asked = decide('x@client.example', { ...options, cnf: authrewrite });
        assert.equal(asked.senderHeader, wanted);
        assert.equal(decide('x@client.example', options).senderHeader, null);
      });
    }
  });
});
