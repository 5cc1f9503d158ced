import assert from 'node:assert/strict';
import { decideReprocessed, type Released } from '../../../lib/decide/decide-address.js';
import { decideRecipient } from '../../../lib/decide/decide-recipient.js';
import type { RecipientDecision } from '../../../lib/decide/decision.js';
import { failed } from '../../../lib/engine/lookup.js';
import type { RecipientRequest, Session } from '../../../lib/policy/session.js';
import { type PolicyText, plainEnvironment, policyOf } from '../policy/policy-of.js';
import { decideNow, exampleFile, requestOf, sessionOf } from './session-of.js';

const cnf = exampleFile('pmdf.cnf');
const example = { cnf, mappings: exampleFile('mappings') };
const general = { 'jane.doe': 'jdoe%other.com@PROCESS-DAEMON' };

interface Differences extends Partial<PolicyText> {
  readonly session?: Partial<Session>;
  readonly request?: Partial<RecipientRequest>;
  readonly database?: Parameters<typeof decideNow>[1];
  readonly tables?: boolean;
  readonly bothPasses?: boolean;
}

function decide(to: string, differences: Differences = {}): RecipientDecision {
  const { session, request, database, tables = true, bothPasses = false, ...text } = differences;
  const { policy } = policyOf({ ...example, ...text });
  const work = decideRecipient(
    { policy, session: sessionOf(session), environment: plainEnvironment() },
    'a@client.example',
    requestOf(to, request),
    { tables, bothPasses },
  );
  return decideNow(work, database ?? general);
}

/** A decision in one line. */
function brief({ verdict, deliveries }: RecipientDecision): string {
  if (verdict.kind === 'accept') return deliveries.map((one) => `${one.channel}: ${one.address}`).join(', ');
  const { code, enhanced, text } = verdict.reply;
  return `${verdict.place ?? 'no entry'}: ${code} ${enhanced} ${text}`;
}

const inside = { sourceChannel: 'tcp_internal', client: { address: '127.0.1.5', port: 1 } };

describe('decide-recipient', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['bob@domain.com', 'l: bob@domain.com'],
    ['Bob@Domain.COM', 'l: Bob@domain.com'],
    ['jane.doe@domain.com', 'process: jdoe@other.com'],
    ['bob@other.com', 'mappings:8: 550 5.7.1 Relaying not permitted: bob@other.com'],
    ['x@sub.domain.com', 'tcp_internal: x@sub.domain.com'],
    ['v@process-daemon', 'no entry: 550 5.1.2 no such host: v@process-daemon'],
    ['v@TCP-INTERNAL', 'no entry: 550 5.1.2 no such host: v@tcp-internal'],
    ['v%tcp-internal@domain.com', 'no entry: 550 5.1.2 no such host: v%tcp-internal@domain.com'],
    ['postmaster', 'l: postmaster@domain.com'],
    ['', 'no entry: 550 5.1.3 the null path cannot be a recipient'],
    ['a\ufffd@domain.com', 'no entry: 550 5.1.3 the address is not valid UTF-8'],
  ];
  for (const [to, expected] of rows) {
    it(`of a stranger: <${to}>: ${expected}`, () => assert.equal(brief(decide(to)), expected));
  }

  it('refuses hidden routing and names the entry, whether tables are consulted or not', () => {
    for (const tables of [true, false]) {
      const { verdict, entries } = decide('victim%evil.example@domain.com', { tables });
      assert.equal(verdict.kind, 'reject');
      assert.equal(verdict.place, 'built-in:5');
      assert.deepEqual(entries, ['built-in:5']);
    }
  });

  it('consults no table if none is wanted', () => {
    assert.equal(brief(decide('bob@other.com', { tables: false })), 'tcp_local: bob@other.com');
  });

  it('lets an internal client send to the outside', () => {
    assert.equal(brief(decide('bob@other.com', { session: inside })), 'tcp_local: bob@other.com');
  });

  it('follows the second pass of the process channel for explanations', () => {
    const { deliveries } = decide('jane.doe@domain.com', { bothPasses: true });
    const [first, ...more] = deliveries;
    assert.deepEqual([first?.channel, first?.address, more], ['process', 'jdoe@other.com', []]);
    assert.deepEqual(first?.then, [{ address: 'jdoe@other.com', channel: 'tcp_local' }]);
  });

  it('defers if the database cannot be read', () => {
    const { verdict } = decide('jane.doe@domain.com', {
      database: { 'jane.doe': failed('the disk is gone') },
    });
    assert.ok(verdict.kind === 'defer');
    assert.deepEqual(
      [verdict.reply.code, verdict.reply.enhanced, verdict.cause],
      [451, '4.3.0', 'the disk is gone'],
    );
  });

  it('refuses an address for which rewriting does not terminate', () => {
    const rules = 'a.example   $U%b.example\nb.example   $U%a.example\n';
    const { verdict } = decide('x@a.example', { cnf: `${rules}${cnf}`, session: inside });
    assert.ok(verdict.kind === 'reject');
    assert.deepEqual([verdict.reply.code, verdict.reply.enhanced], [550, '5.4.6']);
  });

  it('refuses a recipient that becomes an address SMTP cannot carry', () => {
    const rules = 'a.example   $U..x%b.example@TCP-DAEMON\n';
    const { verdict } = decide('x@a.example', { cnf: `${rules}${cnf}`, session: inside });
    assert.ok(verdict.kind === 'reject');
    assert.deepEqual([verdict.reply.code, verdict.reply.enhanced], [550, '5.1.3']);
  });

  it('refuses a bare recipient whose completed address SMTP cannot carry', () => {
    const broken = cnf.replace('l\ndomain.com', 'l\ndomain{.com');
    const { verdict } = decide('bob', { cnf: broken });
    assert.ok(verdict.kind === 'reject');
    assert.deepEqual([verdict.reply.code, verdict.reply.enhanced], [550, '5.1.3']);
  });

  it('refuses a host without a channel', () => {
    const { verdict } = decide('x@nowhere.example', { cnf: cnf.replace(/^\. .*\n/m, ''), session: inside });
    assert.ok(verdict.kind === 'reject');
    assert.deepEqual([verdict.reply.code, verdict.reply.enhanced], [550, '5.1.2']);
  });

  describe('the tables', () => {
    const mappings = `ORIG_SEND_ACCESS

  *|*|l|first@domain.com   $YX-One:$ 1$A
  *|*|*|*                  $Y

ORIG_MAIL_ACCESS

  TCP|203.0.113.25|25|192.0.2.1|4000|SMTP|MAIL|tcp_local|a@client.example|l|mail@domain.com   $NORIG_MAIL
  *|first@domain.com   $Y$H

SEND_ACCESS

  tcp_local|a@client.example|process|jdoe@other.com   $NSEND
  *|first@domain.com   $Ygold$T

MAIL_ACCESS

  *|SMTP/client.example|MAIL|*|helo@domain.com   $NHELO
  *|first@domain.com   $Y-5$D
`;

    it('see the rewritten address, and reject with the address as given', () => {
      assert.equal(
        brief(decide('mail@domain.com', { mappings })),
        'mappings:8: 550 5.7.1 ORIG_MAIL: mail@domain.com',
      );
      assert.equal(
        brief(decide('jane.doe@domain.com', { mappings })),
        'mappings:13: 550 5.7.1 SEND: jane.doe@domain.com',
      );
    });

    it('add up their effects, and name every entry', () => {
      const { effects, entries } = decide('first@domain.com', { mappings });
      assert.deepEqual(effects, {
        delay: { hundredths: 5, everyCommand: false },
        headerLines: ['X-One: 1'],
        hold: true,
        bitbucket: false,
        tag: 'gold',
        logLines: [],
      });
      assert.deepEqual(entries, ['mappings:3', 'mappings:9', 'mappings:14', 'mappings:19']);
    });

    it('see the HELO name if the settings say so', () => {
      const yaml = 'access: { app_info: messaging-server }\n';
      assert.equal(decide('helo@domain.com', { mappings, yaml }).verdict.kind, 'reject');
      assert.equal(decide('helo@domain.com', { mappings }).verdict.kind, 'accept');
    });

    it('see ORCPT if the settings say so', () => {
      const orcpt = 'SEND_ACCESS\n\n  *|*|l|bob@domain.com|was@first.example   $N\n';
      const request = { originalRecipient: 'was@first.example' };
      const yaml = 'access: { orcpt: true }\n';
      assert.equal(decide('bob@domain.com', { mappings: orcpt, request, yaml }).verdict.kind, 'reject');
      assert.equal(decide('bob@domain.com', { mappings: orcpt, yaml }).verdict.kind, 'accept');
      assert.equal(decide('bob@domain.com', { mappings: orcpt, request }).verdict.kind, 'accept');
    });
  });

  describe('reprocessed', () => {
    function reprocess(address: string, mappings: string, released?: Released): string {
      const { policy } = policyOf({ cnf, mappings });
      const work = decideReprocessed(
        policy,
        { server: { address: '', port: 0 }, envelopeFrom: 'a@client.example', address, released },
        plainEnvironment(),
      );
      return brief(decideNow(work, general));
    }

    it('goes to the outside, which is not relaying', () => {
      assert.equal(reprocess('jdoe@other.com', example.mappings), 'tcp_local: jdoe@other.com');
    });

    it('is decided with source channel `process` and without a connection', () => {
      const mappings = 'ORIG_MAIL_ACCESS\n\n  ||MAIL|process|*|tcp_local|*@other.com   $NNo\n';
      assert.equal(reprocess('jdoe@other.com', mappings), 'mappings:3: 550 5.7.1 No: jdoe@other.com');
    });

    it('asks no table and holds nothing where the message was held and is released', () => {
      const mappings =
        'ORIG_SEND_ACCESS\n\n  *|*|*|*   $NNo\n\nFORWARD\n\n  bob@domain.com   $I$Y$Djdoe@other.com\n';
      assert.equal(reprocess('bob@domain.com', mappings), 'mappings:3: 550 5.7.1 No: bob@domain.com');
      assert.equal(reprocess('bob@domain.com', mappings, 'named'), 'tcp_local: jdoe@other.com');
      assert.equal(reprocess('bob@domain.com', mappings, 'expanded'), 'l: bob@domain.com');
    });
  });
});
