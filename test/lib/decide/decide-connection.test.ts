import assert from 'node:assert/strict';
import { decideConnection, decidePort } from '../../../lib/decide/decide-connection.js';
import type { ConnectionDecision } from '../../../lib/decide/decision.js';
import { failed } from '../../../lib/engine/lookup.js';
import type { Connection, ReverseName } from '../../../lib/policy/session.js';
import { type PolicyText, plainEnvironment, policyOf } from '../policy/policy-of.js';
import { decideNow, exampleFile, sessionOf } from './session-of.js';

const cnf = exampleFile('pmdf.cnf').concat('\ntcp_submit smtp mx switchchannel\nSUBMIT-DAEMON\n');

const named = (name: string): ReverseName => ({ kind: 'confirmed', name });

interface Row {
  readonly it: string;
  readonly client: string;
  readonly name?: ReverseName;
  readonly port?: number;
  readonly yaml?: string;
  readonly expected: Pick<ConnectionDecision, 'channel' | 'switched' | 'relaying'>;
}

const inside = { channel: 'tcp_internal', switched: true, relaying: true };
const outside = { channel: 'tcp_local', switched: false, relaying: false };
const submit = 'listeners: { 587: tcp_submit, 2525: tcp_internal }\n';

const rows: readonly Row[] = [
  { it: 'switches by address', client: '127.0.1.5', expected: inside },
  { it: 'switches by a confirmed name', client: '192.0.2.1', name: named('pc.domain.com'), expected: inside },
  { it: 'leaves a stranger where he is', client: '192.0.2.1', expected: outside },
  {
    it: 'begins at the listener',
    client: '192.0.2.1',
    port: 2525,
    yaml: submit,
    expected: { ...outside, channel: 'tcp_internal' },
  },
  {
    it: 'lets nobody relay who was switched to another channel of strangers',
    client: '192.0.2.1',
    port: 587,
    yaml: submit,
    expected: { channel: 'tcp_local', switched: true, relaying: false },
  },
  { it: 'switches from any listener', client: '127.0.1.5', port: 587, yaml: submit, expected: inside },
  {
    it: 'lets those relay who are listed',
    client: '192.0.2.1',
    yaml: 'relaying_channels: [tcp_local]\n',
    expected: { ...outside, relaying: true },
  },
  {
    it: 'lets nobody relay where nobody is listed',
    client: '127.0.1.5',
    yaml: 'relaying_channels: []\n',
    expected: { ...inside, relaying: false },
  },
];

function connectionOf({ client, name, port }: Pick<Row, 'client' | 'name' | 'port'>): Connection {
  return sessionOf({
    client: { address: client, port: 4000 },
    server: { address: '203.0.113.25', port: port ?? 25 },
    ...(name === undefined ? {} : { reverseName: name }),
  });
}

describe('decide-connection', () => {
  for (const row of rows) {
    it(row.it, () => {
      const text: PolicyText = { cnf, ...(row.yaml === undefined ? {} : { yaml: row.yaml }) };
      const { policy } = policyOf(text);
      const { why, ...decision } = decideNow(decideConnection(policy, connectionOf(row), plainEnvironment()));
      assert.deepEqual(decision, row.expected);
      assert.notEqual(why, '');
    });
  }

  it('throws if a look-up of a rule fails', () => {
    const { policy } = policyOf({ cnf: `[192.0.2.]   $(anyone)$U%[192.0.2.$L]@TCP-INTERNAL\n${cnf}` });
    const work = decideConnection(policy, connectionOf({ client: '192.0.2.1' }), plainEnvironment());
    assert.throws(() => decideNow(work, { anyone: failed('the disk is gone') }), /the disk is gone/);
  });

  it('decides by PORT_ACCESS', () => {
    const mappings = `PORT_ACCESS

  TCP|203.0.113.25|25|192.0.2.1|4000   $N500$ Go$ away
  TCP|*|*|192.0.2.2|*                  $N
`;
    const { policy } = policyOf({ cnf, mappings });
    const decide = (client: string) =>
      decideNow(
        decidePort(policy, { ...connectionOf({ client }), sourceChannel: 'tcp_local' }, plainEnvironment()),
      );
    assert.deepEqual(decide('192.0.2.1').verdict, {
      kind: 'reject',
      place: 'mappings:3',
      reply: { code: 500, enhanced: '', text: 'Go away' },
    });
    assert.equal(decide('192.0.2.2').verdict.kind, 'reject');
    assert.deepEqual(decide('192.0.2.3').verdict, { kind: 'accept', place: null });
  });
});
