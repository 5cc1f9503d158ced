/*
 * The matrix of who may send where: its answers for policies made of the sample, and that no session through the engine contradicts
 * them.
 */
import assert from 'node:assert/strict';
import { auditSetup, type Delivery, decideSession } from '../../../../lib/decide/index.js';
import { absent, driveNow } from '../../../../lib/engine/lookup.js';
import type { CompiledPolicy } from '../../../../lib/policy/compile-policy.js';
import { type SendingMatrix, sendingMatrix } from '../../../../lib/proof/matrix/sending-matrix.js';
import { exampleFile } from '../../decide/session-of.js';
import { plainEnvironment, policyOf } from '../../policy/policy-of.js';

const cnf = exampleFile('pmdf.cnf');
const block = '  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted\n';
const users = `${cnf.replace(' switchchannel remotehost', ' switchchannel remotehost maysaslserver saslswitchchannel tcp_auth')}
tcp_auth smtp mx mustsaslserver
TCP-AUTH
`;

interface Row {
  readonly name: string;
  readonly cnf?: string;
  readonly mappings: string;
  readonly aliases?: string;
  /** A line for each source: its answers for l, tcp_local and tcp_internal, and tcp_auth where there is one. */
  readonly answers: Readonly<Record<string, string>>;
}

const rows: readonly Row[] = [
  {
    name: 'the sample',
    mappings: `ORIG_SEND_ACCESS\n\n${block}`,
    answers: { tcp_local: 'yes no yes', tcp_internal: 'yes yes yes' },
  },
  {
    name: 'entries for some recipients and senders',
    mappings: `ORIG_SEND_ACCESS\n\n  *|*|l|left@*  $NGone\n  tcp_local|*@partner.example|tcp_local|*  $Y\n${block}`,
    answers: { tcp_local: 'part part yes', tcp_internal: 'part yes yes' },
  },
  {
    name: 'an entry that refuses, after one that permits all',
    mappings: `ORIG_SEND_ACCESS\n\n  tcp_local|*|l|*  $Y\n  *|*|l|*  $NNo\n${block}`,
    answers: { tcp_local: 'yes no yes', tcp_internal: 'no yes yes' },
  },
  {
    name: 'FROM_ACCESS refuses everybody on a channel',
    mappings: `FROM_ACCESS\n\n  *|tcp_internal|*|*  $NNo\n\nORIG_SEND_ACCESS\n\n${block}`,
    answers: { tcp_local: 'yes no yes', tcp_internal: 'no no no' },
  },
  {
    name: 'an entry that discards',
    mappings: `ORIG_SEND_ACCESS\n\n  *|*|tcp_internal|*  $B\n${block}`,
    answers: { tcp_local: 'yes no no', tcp_internal: 'yes yes no' },
  },
  {
    name: 'a channel after AUTH',
    cnf: users,
    mappings: `ORIG_SEND_ACCESS\n\n  tcp_auth|*|tcp_internal|*  $NNo\n${block}`,
    answers: { tcp_local: 'yes no yes none', tcp_internal: 'yes yes yes none', tcp_auth: 'yes yes no none' },
  },
  {
    name: 'an alias that leads outside is not the choice of the sender',
    mappings: `ORIG_SEND_ACCESS\n\n${block}`,
    aliases: 'jane: jane@elsewhere.example\n',
    answers: { tcp_local: 'yes no yes', tcp_internal: 'yes yes yes' },
  },
];

function matrixOf(compiled: CompiledPolicy): SendingMatrix {
  return driveNow(
    sendingMatrix(
      compiled,
      () => plainEnvironment(1_000_000),
      () => [],
    ),
    () => absent,
  );
}

function finals(deliveries: readonly Delivery[]): string[] {
  return deliveries.flatMap((one) => (one.then === undefined ? [one.channel] : finals(one.then)));
}

const clients: Readonly<Record<string, string>> = { tcp_local: '192.0.2.1', tcp_internal: '127.0.1.9' };
const senders = ['', 'stranger@sender.invalid', 'a@partner.example', 'bob@domain.com'];
const recipients = [
  'bob@domain.com',
  'left@domain.com',
  'bob@pc.domain.com',
  'x@[192.0.2.9]',
  'victim@relay.example',
  'left@other.example',
];

/** What the engine does with a session: the channels of its deliveries; null if it is refused. */
function delivered(compiled: CompiledPolicy, source: string, from: string, to: string): string[] | null {
  const { policy } = compiled;
  const request = {
    client: { address: clients[source] ?? '', port: 4000 },
    server: { address: '192.0.2.2', port: 25 },
    reverseName: { kind: 'none', cause: 'no name' },
    helo: 'client.example',
    esmtp: true,
    tls: false,
    authUser: null,
    from,
    to: [to],
  } as const;
  const decided = driveNow(decideSession(auditSetup(policy, plainEnvironment()), request), () => absent);
  assert.equal(decided.client.session.sourceChannel, source);
  const [step] = decided.to;
  if (decided.from.decision.verdict.kind !== 'accept' || step?.decision.verdict.kind !== 'accept')
    return null;
  return step.decision.effects.bitbucket ? null : finals(step.decision.deliveries);
}

describe('who may send where', () => {
  for (const { name, answers, ...text } of rows) {
    const compiled = policyOf({ cnf, ...text });
    const matrix = matrixOf(compiled);

    it(`${name}: the answers`, () => {
      const found = matrix.rows.map(({ channel, cells }) => [
        channel,
        cells.map(({ answer }) => answer).join(' '),
      ]);
      assert.deepEqual(Object.fromEntries(found), answers);
      assert.deepEqual(
        matrix.rows.flatMap(({ doubts }) => doubts),
        [],
      );
    });

    it(`${name}: no session contradicts them`, () => {
      for (const { channel, cells } of matrix.rows) {
        if (clients[channel] === undefined) continue;
        const reached = new Set(
          senders.flatMap((from) => recipients.flatMap((to) => delivered(compiled, channel, from, to) ?? [])),
        );
        for (const { destination, answer, example } of cells) {
          const isAccepted = answer === 'yes' || answer === 'part';
          if (answer === 'no' || answer === 'none')
            assert.ok(!reached.has(destination), `${channel} to ${destination}`);
          assert.equal(example !== null, isAccepted);
          if (example === null) continue;
          const channels = delivered(compiled, channel, example.from, example.to);
          assert.ok(channels?.includes(destination), `${channel}: ${example.from} ${example.to}`);
        }
      }
    });
  }

  it('gives up at its limit of work, cell by cell', () => {
    const patterns = Array.from({ length: 300 }, (_, at) => `  *${at}*|*x*${at}*|*|*${at}*y*  $C$|T;$0|$N\n`);
    const compiled = policyOf({
      cnf,
      mappings: `ORIG_SEND_ACCESS\n\n${patterns.join('')}\nT\n\n  a  b$Y\n`,
    });
    const matrix = matrixOf(compiled);
    for (const { cells } of matrix.rows)
      for (const { answer, example } of cells) assert.equal(answer === 'undecided', example === null);
  });
});
