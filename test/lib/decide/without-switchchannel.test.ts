/*
 * A configuration without `switchchannel`, where the Tech Tip begins: strangers come in on the channel of the listener,
 * and it is protected like any other.
 */
import assert from 'node:assert/strict';
import { absent, driveNow } from '../../../lib/engine/lookup.js';
import { openRelay } from '../../../lib/lint/rules/open-relay.js';
import { deliveryRoute } from '../../../lib/policy/delivery-route.js';
import {
  facesOutside,
  goesOutside,
  isOutsideRecipient,
  isStranger,
  leadsOutside,
} from '../../../lib/policy/outside.js';
import { honestAddresses, honestHops } from '../../e2e/relay/honest-addresses.js';
import { findByRequests, relayFindings, subjectOf } from '../lint/subject-of.js';
import { type PolicyText, plainEnvironment, policyOf } from '../policy/policy-of.js';
import { auditOf } from '../proof/audit/audit-of.js';
import { brief, Site } from './decide-as.js';
import { sessionOf } from './session-of.js';

const start = `domain.com  $U@domain.com
.           $U%$H@TCP-DAEMON

l
domain.com

tcp_local smtp single_sys mx
TCP-DAEMON
`;

const tipTable = 'ORIG_SEND_ACCESS\n\n  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted\n';

/** The entries in the Tip, which PMDF has built in, and the one that it adds. */
const tipTableInFull = `ORIG_SEND_ACCESS

  tcp_local|*|*|*$%*.domain.com@*      tcp_local|$0|$1|$2@$4$R
  tcp_local|*|*|*$%domain.com@*        tcp_local|$0|$1|$2@$3$R
  tcp_local|*|*|*$%*.*@*               $NRelaying$ not$ permitted
  tcp_local|*|*|*.*!*@*                $NRelaying$ not$ permitted
  tcp_local|*|tcp_local|*              $NRelaying$ not$ permitted
`;

/** All mail comes in and leaves by one channel, mail for our own hosts too. */
const oneChannel = start.replace('.           ', '.domain.com  $U%$H$D@TCP-DAEMON\n.           ');

/** Internal clients have a channel, but nothing switches them to it. */
const withInside = `[10.]  $U%[10.$L]@TCP-INTERNAL$E$R\n.domain.com  $U%$H$D@TCP-INTERNAL\n${start}
tcp_internal smtp allowswitchchannel
TCP-INTERNAL
`;

const byTls = `${start.replace('mx\n', 'mx tlsswitchchannel tcp_tls\n')}\ntcp_tls smtp\nTLS-DAEMON\n`;

const submission: PolicyText = {
  cnf: `${withInside.replace('mx\n', 'mx switchchannel\n')}\ntcp_submit smtp mustsaslserver\nSUBMIT-DAEMON\n`,
  mappings: tipTable,
  yaml: 'listeners: { 587: tcp_submit, 588: tcp_internal }\n',
};

function lint(text: PolicyText): string[] {
  const found = findByRequests(subjectOf(policyOf(text)), () => absent, [openRelay]);
  return found.map(({ message, hint }) => `${message}; ${hint}`);
}

describe('a configuration without switchchannel', () => {
  describe('which channels face the outside', () => {
    const rows: readonly (readonly [string, PolicyText, readonly string[], readonly string[]])[] = [
      ['one channel', { cnf: start }, ['tcp_local'], ['tcp_local']],
      ['a channel inside that nothing switches to', { cnf: withInside }, ['tcp_local'], ['tcp_local']],
      ['after STARTTLS', { cnf: byTls }, ['tcp_local', 'tcp_tls'], ['tcp_local']],
      [
        'the channel of another port, and one inside that a port begins with',
        submission,
        ['tcp_local', 'tcp_internal', 'tcp_submit'],
        ['tcp_local'],
      ],
      [
        'no rule names the channel for all hosts',
        { cnf: start.replace('@TCP-DAEMON', '@$($H)') },
        ['tcp_local'],
        ['tcp_local'],
      ],
      [
        'mail leaves by a channel that nothing comes in on',
        { cnf: `${start.replace('@TCP-DAEMON', '@TCP-OUT')}\ntcp_out smtp\nTCP-OUT\n` },
        ['tcp_local'],
        [],
      ],
    ];
    for (const [name, text, facing, leaving] of rows) {
      it(name, () => {
        const { policy } = policyOf(text);
        const channels = [...policy.channels.channels.keys()];
        assert.deepEqual(
          channels.filter((channel) => facesOutside(policy, channel)),
          facing,
        );
        assert.deepEqual(
          channels.filter((channel) => goesOutside(policy, channel)),
          leaving,
        );
      });
    }

    it('a client that authenticated on one is not a stranger, unless others are switched away from it', () => {
      const { policy } = policyOf(submission);
      const rowsOfClients = [
        ['tcp_local', null, true],
        ['tcp_local', 'ann', true],
        ['tcp_submit', null, true],
        ['tcp_submit', 'ann', false],
        ['l', null, false],
      ] as const;
      for (const [sourceChannel, authUser, expected] of rowsOfClients) {
        assert.equal(isStranger(policy, sessionOf({ sourceChannel, authUser })), expected, sourceChannel);
      }
    });
  });

  describe('an open relay is reported', () => {
    it('without a table', () => {
      assert.deepEqual(lint({ cnf: start }), [
        'this is an open relay: mail from strangers on the channel `tcp_local` goes out again through `tcp_local`; give `tcp_local` the keyword `switchchannel`, so that your own clients come in on another channel, and add the entry `tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted` to the table ORIG_SEND_ACCESS, or, if every client may relay, set `open_relay: allowed` in pmdf.yaml',
      ]);
      assert.equal(lint({ cnf: withInside }).length, 1);
      assert.equal(lint({ cnf: oneChannel }).length, 1);
    });

    it('but not with one of the tables of the Tip', () => {
      for (const mappings of [tipTable, tipTableInFull]) {
        for (const cnf of [start, withInside, oneChannel]) assert.deepEqual(lint({ cnf, mappings }), []);
      }
    });

    it('on the channel that only STARTTLS leads to', () => {
      const [only, ...others] = lint({ cnf: byTls, mappings: tipTable });
      assert.match(
        only ?? '',
        /strangers on the channel `tcp_tls`.*every stranger can get there by STARTTLS/,
      );
      assert.deepEqual(others, []);
    });

    it('on a submission port, unless AUTH is required', () => {
      const open = { ...submission, cnf: (submission.cnf ?? '').replace(' mustsaslserver', '') };
      assert.match(lint({ ...open, yaml: 'listeners: { 587: tcp_submit }\n' })[0] ?? '', /mustsaslserver/);
      assert.deepEqual(lint({ ...submission, yaml: 'listeners: { 587: tcp_submit }\n' }), []);
    });

    it('if a rule switches every client to an internal channel', () => {
      const cnf = `[]  $U%[$L]@TCP-INTERNAL$E$R\n${withInside.replace('mx\n', 'mx switchchannel\n')}`;
      assert.deepEqual(lint({ cnf, mappings: tipTable }), [
        'this is an open relay: rewrite rules switch every client on `tcp_local` to `tcp_internal`, from where mail goes out through `tcp_local`; let only rules for the addresses of your own clients lead to `tcp_internal`, or, if every client may relay, set `open_relay: allowed` in pmdf.yaml',
      ]);
      const some = cnf.replace('[]  $U%[$L]', '[192.0.2.]  $U%[192.0.2.$L]');
      assert.deepEqual(lint({ cnf: some, mappings: tipTable }), []);
    });

    it('if a rule switches every IPv6 client, or every client with a name below a top-level domain', () => {
      const rows: readonly (readonly [rule: string, who: RegExp | null])[] = [
        ['[IPv6:]  $U%[$L]@TCP-INTERNAL', /switch every IPv6 client on `tcp_local` to `tcp_internal`/],
        ['.com  $U%$H.com@TCP-INTERNAL', /switch clients with a name such as `client\.sender\.com` on/],
        ['.lan  $U%$H.lan@TCP-INTERNAL', null],
        ['[IPv6:2001:db8:]  $U%[$L]@TCP-INTERNAL', null],
      ];
      for (const [rule, who] of rows) {
        const cnf = `${rule}$E$R\n${withInside.replace('mx\n', 'mx switchchannel\n')}`;
        const [found, ...others] = lint({ cnf, mappings: tipTable });
        assert.deepEqual(others, []);
        if (who === null) assert.equal(found, undefined);
        else assert.match(found ?? '', who);
      }
    });
  });

  describe('the audit', () => {
    it('tries the channel of the listener', () => {
      for (const cnf of [start, withInside, oneChannel]) {
        const compiled = policyOf({ cnf, mappings: tipTable });
        const [audit, ...others] = auditOf(compiled).channels;
        assert.equal(audit?.channel, 'tcp_local');
        assert.deepEqual(others, []);
        assert.ok((audit?.forms ?? 0) > 400, `${audit?.forms} forms`);
        assert.deepEqual(relayFindings(compiled, auditOf(compiled)), []);
      }
    });

    it('finds the hole without the built-in entries', () => {
      const compiled = policyOf({ cnf: start, mappings: tipTable, yaml: 'built_in_source_routes: off\n' });
      const [finding] = relayFindings(compiled, auditOf(compiled));
      assert.equal(finding?.code, 'lint/relay-hole');
    });
  });

  describe('the built-in entries', () => {
    const refused = [
      '"v@evil.org"@domain.com',
      'v%evil.org@domain.com',
      'v%evil@domain.com',
      'evil.org!v@domain.com',
      'evil!v@domain.com',
      '@domain.com:v@evil.org',
      '"v%evil"@domain.com',
    ];
    for (const mappings of [tipTable, tipTableInFull, '']) {
      for (const cnf of [start, withInside, oneChannel]) {
        it('refuse routing towards the outside, and permit legitimate addresses', () => {
          const site = new Site({ cnf, mappings });
          for (const to of refused) assert.match(brief(site.recipient(`<${to}>`)), /^550 5\.7\.1/, to);
          for (const to of ['bob@domain.com', '"us er"@domain.com', 'bob+tag@domain.com', 'postmaster']) {
            assert.match(brief(site.recipient(`<${to}>`)), / on l$/, to);
          }
        });
      }
    }

    it('permit the legitimate addresses of the relay tests', () => {
      const honest = [...honestAddresses, ...honestHops];
      const rowsOfSites: readonly (readonly [string, string, (channel: string) => boolean])[] = [
        [start, '', () => true],
        [oneChannel, '', () => true],
        [withInside, '', () => true],
        [withInside, tipTable, (channel) => channel !== 'tcp_local'],
        // Without an internal channel, the entry rejects all mail that leaves by tcp_local.
        [start, tipTable, (channel) => channel === 'l'],
        [oneChannel, tipTable, (channel) => channel === 'l'],
      ];
      for (const [cnf, mappings, isMeant] of rowsOfSites) {
        const site = new Site({ cnf, mappings });
        const refusedOnes = honest.filter(
          ({ asked, channel }) =>
            isMeant(channel) &&
            !asked.toLowerCase().includes('jane.doe') &&
            site.recipient(`<${asked}>`).verdict.kind !== 'accept',
        );
        assert.deepEqual(
          refusedOnes.map(({ asked }) => asked),
          [],
        );
      }
    });

    it('permit routing between our own hosts', () => {
      for (const cnf of [withInside, oneChannel]) {
        const site = new Site({ cnf });
        assert.equal(site.recipient('<bob%pc.domain.com@domain.com>').verdict.kind, 'accept');
      }
    });

    it('apply to strangers after STARTTLS, and not to authenticated clients', () => {
      const tls = new Site({ cnf: byTls });
      assert.match(brief(tls.recipient('<v%evil@domain.com>', { source: 'tcp_tls' })), /^550 5\.7\.1/);
      const inside = new Site({ cnf: withInside });
      assert.equal(
        inside.recipient('<v%evil.org@domain.com>', { source: 'tcp_internal' }).verdict.kind,
        'accept',
      );
    });
  });

  it('distinguishes outside hosts from our own', () => {
    const rows: readonly (readonly [string, string, boolean])[] = [
      [start, 'evil.org', true],
      [start, 'evil', true],
      [start, 'domain.com', false],
      [start, 'pc.domain.com', false],
      [oneChannel, 'pc.domain.com', false],
      [oneChannel, 'xdomain.com', true],
      [withInside, 'pc.domain.com', false],
      [`partner.example  $U%partner.example@TCP-DAEMON\n${start}`, 'partner.example', true],
    ];
    for (const [cnf, host, expected] of rows) {
      const { policy } = policyOf({ cnf });
      const outside = driveNow(leadsOutside(policy, 'tcp_local', host, plainEnvironment()), () => absent);
      assert.equal(outside, expected, host);
    }
  });

  it('accepts no outside recipient if no table is consulted', () => {
    const out = `${start.replace('@TCP-DAEMON', '@TCP-OUT')}\ntcp_out smtp\nTCP-OUT\n`;
    const rows: readonly (readonly [string, string, string, boolean])[] = [
      [start, 'evil.org', 'tcp_local', true],
      [start, 'domain.com', 'l', false],
      [out, 'evil.org', 'tcp_out', true],
      [oneChannel, 'pc.domain.com', 'tcp_local', false],
      [withInside, 'pc.domain.com', 'tcp_internal', false],
      [start, '', 'l', false],
    ];
    for (const [cnf, host, channel, expected] of rows) {
      const { policy } = policyOf({ cnf });
      const work = isOutsideRecipient(policy, 'tcp_local', { host, channel }, plainEnvironment());
      assert.equal(
        driveNow(work, () => absent),
        expected,
        `${host} ${channel}`,
      );
    }
  });

  it('queues mail to the outside', () => {
    assert.equal(deliveryRoute(policyOf({ cnf: start }).policy, 'tcp_local').method, 'queue');
    assert.equal(deliveryRoute(policyOf({ cnf: withInside }).policy, 'tcp_internal').method, 'through');
    assert.equal(deliveryRoute(policyOf(submission).policy, 'tcp_internal').method, 'through');
  });
});
