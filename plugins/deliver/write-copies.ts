/*
 * Writes the copies of a message that go to the durable queue to disk, before anything is sent directly or acknowledged.
 */
import { ambiguousReply } from '../../lib/directory/index.js';
import { noRecipientNotary } from '../../lib/notary/index.js';
import { isReprocessing, type Policy } from '../../lib/policy/index.js';
import { type Reply, reply } from '../../lib/smtp/index.js';
import { addressLike, type HeldFile, hasEightBit } from '../haraka/index.js';
import { declaredOf, hasEnded, TransactionEnded } from '../support/index.js';
import { senderOf } from './ask-next-hop.js';
import { completeHeader } from './complete-header.js';
import { copiesOf } from './copies.js';
import { type Loop, receivedBody } from './forwarding-loops.js';
import { mailboxKey } from './mailboxes.js';
import { type AskedAddress, withAsked } from './notary/own-asked.js';
import { notesFor, type OwnNotes } from './own-notes.js';
import type { ForwardedBy, PlannedDelivery } from './plan.js';
import type { Sending } from './send-copies.js';
import { discardFiles, holdFile } from './uncommitted-files.js';

/** A message on its way out of a transaction. */
export interface Outgoing extends Sending {
  readonly sourceChannel: string;
}

/** Called after every wait. Throws TransactionEnded when the client has left, since nobody would commit the files. */
export async function stillThere({
  connection,
  transaction,
}: Pick<Outgoing, 'connection' | 'transaction'>): Promise<void> {
  if (connection.transaction === transaction && !hasEnded(transaction)) return;
  await discardFiles(transaction);
  throw new TransactionEnded();
}

/** A queue file to be written. */
export interface ToHold {
  readonly own: OwnNotes;
  readonly addresses: readonly AskedAddress[];
  readonly forwardedBy: ForwardedBy | null;
  /** What is sent directly first; the file is needed if the server does not accept it. */
  readonly insures?: readonly PlannedDelivery[];
}

/** The refusal of a message in a loop. */
export function loopReply({ why }: Loop): Reply {
  return reply(550, '5.4.6', why);
}

/** More are not noted in each file: with many recipients of both kinds, the files would grow with the square. */
const mostDirect = 100;

/** The mailboxes that a message reaches without a second pass. */
export function directMailboxes(deliveries: readonly PlannedDelivery[]): string[] {
  const direct = deliveries.filter(({ route }) => !isReprocessing(route.channel));
  return direct.slice(0, mostDirect).map(({ address, route }) => mailboxKey(route.channel, address));
}

/** A name that is ambiguous: core bounces the file, and the notice has the candidates. */
function refusalOf({ address, candidates }: PlannedDelivery): Partial<OwnNotes> {
  return candidates === undefined ? {} : { refusal: ambiguousReply(address), candidates };
}

/** The files for deliveries by the queue; `direct`: the mailboxes that no second pass is to reach again. */
export function filesOf(
  deliveries: readonly PlannedDelivery[],
  sourceChannel: string,
  direct: readonly string[] = [],
): ToHold[] {
  const withDirect = direct.length === 0 ? {} : { direct };
  return copiesOf(deliveries).map(({ first, deliveries: together }) => ({
    own: {
      channel: first.route.channel,
      address: first.address,
      source: sourceChannel,
      ...(isReprocessing(first.route.channel) ? withDirect : {}),
      ...refusalOf(first),
    },
    addresses: together.map(({ address, notary }) => [address, notary ?? noRecipientNotary] as const),
    forwardedBy: first.forwardedBy,
  }));
}

/** The files for deliveries that are made directly first. */
export function insuringFilesOf(deliveries: readonly PlannedDelivery[], sourceChannel: string): ToHold[] {
  return copiesOf(deliveries).flatMap((copy) =>
    filesOf(copy.deliveries, sourceChannel).map((file) => ({ ...file, insures: copy.deliveries })),
  );
}

/** The files from which core bounces the message for recipients in a loop; it bounces only what is in its queue. */
export function refusalsOf(loops: readonly Loop[], policy: Policy): ToHold[] {
  return loops.map((loop) => {
    const { named, decision, notary } = loop.recipient;
    const channel = decision.channel ?? policy.settings.listeners.default;
    return {
      own: { channel, address: decision.address, refusal: loopReply(loop) },
      addresses: [[named, notary ?? noRecipientNotary] as const],
      forwardedBy: null,
    };
  });
}

/** The files for deliveries that are made directly first. */
export type Insurance = ReadonlyMap<HeldFile, readonly PlannedDelivery[]>;

/** Writes the files. Rejects, and leaves none, when the client has left; leaves those written so far when writing fails. */
export async function holdFiles(outgoing: Outgoing, files: readonly ToHold[]): Promise<Insurance> {
  const { policy, sender, transaction, queue, connection } = outgoing;
  const insurance = new Map<HeldFile, readonly PlannedDelivery[]>();
  completeHeader(transaction);
  await queue.runPreSend(transaction, connection);
  await stillThere(outgoing);
  const { notary, eightBit, smtputf8 } = declaredOf(transaction);
  const declared = { notary, smtputf8, eightBit: eightBit || hasEightBit(transaction) };
  const together = files.length > 1 ? { message: transaction.uuid } : {};
  let count = 0;
  for (const { own, addresses, forwardedBy, insures } of files) {
    count += 1;
    const uuid = `${transaction.uuid}.${count}`;
    const received = receivedBody(forwardedBy, uuid);
    const recipients = addresses.map(([address]) => addressLike(transaction.mail_from, address));
    // By this address the queue delivers it: without a source route.
    const asked = recipients.map(
      ({ address }, at) => [address, addresses[at]?.[1] ?? noRecipientNotary] as const,
    );
    const held = await queue.write(
      {
        domain: recipients[0]?.host ?? '',
        recipients,
        from: senderOf(policy, sender, transaction, own.channel),
        notes: notesFor(withAsked({ ...own, ...together }, asked, declared)),
        uuid,
        header: received === null ? [] : [`Received: ${received}`],
      },
      { text: transaction.message_stream, notes: transaction.notes },
    );
    holdFile(transaction, held);
    if (insures !== undefined) insurance.set(held, insures);
    await stillThere(outgoing);
  }
  await queue.sync();
  await stillThere(outgoing);
  return insurance;
}
