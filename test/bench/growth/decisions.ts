/*
 * The time of decisions by the engine alone, for policies and transactions of a given size. Nothing is found in databases.
 */
import { parsePath } from '../../../lib/address/index.js';
import { decideConnection, decideRecipient, decideSender } from '../../../lib/decide/index.js';
import type { LookupAnswer } from '../../../lib/engine/index.js';
import type { Policy, Session } from '../../../lib/policy/index.js';
import { microsecondsPerCall } from '../measure.js';
import { networkPrefix, runNow } from '../policy-fixture.js';

const calls = 5_000;
const stranger = '203.0.113.9';

function absent(): LookupAnswer {
  return { kind: 'absent' };
}

function pathOf(text: string) {
  const parsed = parsePath(text);
  if (parsed.kind !== 'path') throw new Error(`not a path: ${text}`);
  return parsed.path;
}

function connectionFrom(address: string) {
  return {
    client: { address, port: 4000 },
    server: { address: '192.0.2.1', port: 25 },
    reverseName: { kind: 'none', cause: 'not looked up' },
  } as const;
}

function sourceChannelOf(policy: Policy, address: string): string {
  const connection = connectionFrom(address);
  return runNow(policy, absent, (environment) => decideConnection(policy, connection, environment)).channel;
}

/** Microseconds to choose the channel of a client; every second client is in one of the policy's networks. */
export function connectionTime(policy: Policy, networks: number): number {
  return microsecondsPerCall(calls, (index) => {
    const inside = `${networkPrefix((index * 7919) % networks)}7`;
    sourceChannelOf(policy, index % 2 === 0 ? inside : stranger);
  });
}

/** The size of transactions, and of the policy that they meet. */
export interface Transactions {
  readonly recipients: number;
  readonly entries: number;
}

/** Microseconds of a transaction for each of its recipients; every second sender is blocked by an entry of its own. */
export function recipientTime(policy: Policy, { recipients, entries }: Transactions): number {
  const session: Session = {
    ...connectionFrom(stranger),
    sourceChannel: sourceChannelOf(policy, stranger),
    helo: 'client.example',
    esmtp: true,
    tls: false,
    authUser: null,
  };
  const to = Array.from({ length: recipients }, (_, index) => pathOf(`<user${index}@domain.com>`));
  const options = { tables: true, bothPasses: false };
  const transaction = (index: number): void => {
    const host = index % 2 === 0 ? `spam${(index * 7919) % entries}.example` : 'other.example';
    const from = pathOf(`<somebody@${host}>`);
    const sender = runNow(policy, absent, (environment) =>
      decideSender({ policy, session, environment }, from, { tables: true }),
    );
    for (const path of to) {
      const request = { to: path, originalRecipient: null, notify: new Set<string>() };
      runNow(policy, absent, (environment) =>
        decideRecipient({ policy, session, environment }, sender.envelopeFrom, request, options),
      );
    }
  };
  return microsecondsPerCall(Math.max(2, calls / recipients), transaction) / recipients;
}
