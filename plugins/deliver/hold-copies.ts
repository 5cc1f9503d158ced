/*
 * Writes the copies of a message that go to the durable queue to disk, before anything is handed on or acknowledged.
 */
import type { Policy } from '../../lib/policy/index.js';
import { type Reply, reply } from '../../lib/smtp/index.js';
import type { HeldFile } from '../haraka/queue/outbound-queue.js';
import { hasEnded } from '../support/ended-transactions.js';
import { addressLike } from '../support/session.js';
import { senderOf } from './ask-next-hop.js';
import { completeHeader } from './complete-header.js';
import { copiesOf } from './copies.js';
import { type Loop, receivedBody } from './forwarding-loops.js';
import { discardFiles, heldBy, holdFile } from './hold.js';
import { notesFor, type OwnNotes } from './own-notes.js';
import type { ForwardedBy, PlannedDelivery } from './plan.js';
import type { HandedCopy, Handing } from './send-copies.js';

/** A message on its way out of a transaction. */
export interface Outgoing extends Handing {
  readonly sourceChannel: string;
}

/** After every wait: a client that left has had its transaction reset, and nobody will commit. */
export async function stillThere({ connection, transaction }: Outgoing): Promise<void> {
  if (connection.transaction === transaction && !hasEnded(transaction)) return;
  await discardFiles(transaction);
  throw new Error('the client went away');
}

/** One queue file to be. */
export interface ToHold {
  readonly own: OwnNotes;
  readonly addresses: readonly string[];
  readonly forwardedBy: ForwardedBy | null;
  /** The copy that is handed on first; the file is for the case that it is not taken. */
  readonly insures?: HandedCopy;
}

export function loopReply({ why }: Loop): Reply {
  return reply(550, '5.4.6', why);
}

export function filesOf(deliveries: readonly PlannedDelivery[], sourceChannel: string): ToHold[] {
  return copiesOf(deliveries).map(({ first, deliveries: together }) => ({
    own: { channel: first.route.channel, address: first.address, source: sourceChannel },
    addresses: together.map(({ address }) => address),
    forwardedBy: first.forwardedBy,
  }));
}

/** Core bounces only what is in its queue. */
export function refusalsOf(loops: readonly Loop[], policy: Policy): ToHold[] {
  return loops.map((loop) => {
    const { named, decision } = loop.recipient;
    const channel = decision.channel ?? policy.settings.listeners.default;
    return {
      own: { channel, address: decision.address, refusal: loopReply(loop) },
      addresses: [named],
      forwardedBy: null,
    };
  });
}

/** The files of copies that are handed on first. */
export type Insurance = ReadonlyMap<HandedCopy, readonly HeldFile[]>;

export async function holdFiles(outgoing: Outgoing, files: readonly ToHold[]): Promise<Insurance> {
  const { policy, sender, transaction, queue, connection } = outgoing;
  const insurance = new Map<HandedCopy, HeldFile[]>();
  completeHeader(transaction);
  await queue.runPreSend(transaction, connection);
  await stillThere(outgoing);
  let count = 0;
  for (const { own, addresses, forwardedBy, insures } of files) {
    count += 1;
    const uuid = `${transaction.uuid}.${count}`;
    const received = receivedBody(forwardedBy, uuid);
    const recipients = addresses.map((address) => addressLike(transaction.mail_from, address));
    const held = await queue.write(
      {
        domain: recipients[0]?.host ?? '',
        recipients,
        from: senderOf(policy, sender, transaction, own.channel),
        notes: notesFor(own),
        uuid,
        header: received === null ? [] : [`Received: ${received}`],
      },
      { text: transaction.message_stream, notes: transaction.notes },
    );
    holdFile(transaction, held);
    if (insures !== undefined) insurance.set(insures, [...(insurance.get(insures) ?? []), held]);
    await stillThere(outgoing);
  }
  await queue.sync(heldBy(transaction));
  await stillThere(outgoing);
  return insurance;
}
