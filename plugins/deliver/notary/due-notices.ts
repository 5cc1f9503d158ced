/*
 * Reports of success that are due when the client gets 250: `relayed` for what went to a server that does not report itself,
 * `expanded` for a recipient that became several addresses.
 * Ref: RFC 3461 5.2.2 (b), 5.2.7.3 (c)
 */
import type { RecipientDecision } from '../../../lib/decide/index.js';
import { noRecipientNotary, wantsSuccess } from '../../../lib/notary/index.js';
import type { Notice, NoticeRecipient } from '../../../lib/notice/index.js';
import { type Reply, replyLine } from '../../../lib/smtp/index.js';
import {
  addressLike,
  causeOf,
  type HarakaPlugin,
  type HarakaTransaction,
  type OutboundQueue,
} from '../../haraka/index.js';
import { declaredOf } from '../../support/index.js';
import { sendNotice } from '../notices/send-notice.js';
import type { PlannedDelivery, Recipient } from '../plan.js';

/** Notices of one kind about one channel, which become one report. */
interface DueNotice {
  readonly notice: Omit<Notice, 'recipients'>;
  readonly channel: string;
  /** Each recipient once, however often the client names it. */
  readonly recipients: Map<string, NoticeRecipient>;
}

const due = Symbol('due notices');

/** A transaction with its notices, which are kept in it. */
interface WithDue {
  [due]?: Map<string, DueNotice>;
}

function note(transaction: HarakaTransaction & WithDue, channel: string, notice: Notice): void {
  const notices = transaction[due] ?? new Map<string, DueNotice>();
  transaction[due] = notices;
  const key = [notice.action, channel, notice.envelopeFrom].join('\0');
  const one = notices.get(key) ?? { notice, channel, recipients: new Map<string, NoticeRecipient>() };
  notices.set(key, one);
  for (const recipient of notice.recipients) {
    const { orcpt } = recipient.notary;
    const named = [recipient.address, orcpt?.type ?? '', orcpt?.address ?? ''].join('\0');
    if (!one.recipients.has(named)) one.recipients.set(named, recipient);
  }
}

const success = '2.0.0';

/** The words of a report on a recipient whose message went to a server that does not report itself. */
export function relayedRecipient(
  { address, notary }: Pick<PlannedDelivery, 'address' | 'notary'>,
  server: string | null,
  given: Reply | null,
): NoticeRecipient {
  const enhanced = given?.enhanced ?? '';
  return {
    address,
    notary: notary ?? noRecipientNotary,
    status: enhanced.startsWith('2.') ? enhanced : success,
    remoteServer: server,
    reply: given === null ? null : replyLine(given),
    reason: 'the message was passed on to a mail server that does not report on its delivery',
  };
}

/** What happened to a message on the way to one server. */
export interface Relayed {
  readonly envelopeFrom: string;
  readonly deliveries: readonly PlannedDelivery[];
  readonly server: string | null;
  /** What the server said of each delivery; null where another plugin talked to it. */
  readonly replyTo: (delivery: PlannedDelivery) => Reply | null;
}

/** Notes that a message went to a server that does not report on it. */
export function noteRelayed(
  transaction: HarakaTransaction,
  { envelopeFrom, deliveries, server, replyTo }: Relayed,
): void {
  const wanted = deliveries.filter(({ notary }) => wantsSuccess(notary ?? noRecipientNotary));
  const [first] = wanted;
  if (first === undefined) return;
  const recipients = wanted.map((one) => {
    // The server did not see a source route.
    const { address } = addressLike(transaction.mail_from, one.address);
    return relayedRecipient({ ...one, address }, server, replyTo(one));
  });
  const message = declaredOf(transaction).notary;
  note(transaction, first.route.channel, { action: 'relayed', envelopeFrom, message, recipients });
}

/** A report that a recipient became several addresses. */
export function expandedRecipient({ named, notary }: Pick<Recipient, 'named' | 'notary'>): NoticeRecipient {
  return {
    address: named,
    notary: notary ?? noRecipientNotary,
    status: success,
    remoteServer: null,
    reply: null,
    reason: 'the message was passed on to several addresses, of which only failures are reported',
  };
}

/** Notes that a recipient became several addresses, where the sender wants to hear of success. */
export function noteExpanded(
  transaction: HarakaTransaction,
  envelopeFrom: string,
  recipient: { readonly named: string; readonly decision: Pick<RecipientDecision, 'channel'> } & Recipient,
): void {
  if (!wantsSuccess(recipient.notary ?? noRecipientNotary)) return;
  note(transaction, recipient.decision.channel ?? '', {
    action: 'expanded',
    envelopeFrom,
    message: declaredOf(transaction).notary,
    recipients: [expandedRecipient(recipient)],
  });
}

/** Writes the notices of a transaction that is about to be acknowledged. One that cannot be written is logged and missing. */
export async function sendDueNotices(
  plugin: HarakaPlugin,
  queue: OutboundQueue,
  transaction: HarakaTransaction & WithDue,
): Promise<void> {
  const notices = [...(transaction[due]?.values() ?? [])];
  delete transaction[due];
  for (const { notice: common, channel, recipients } of notices) {
    const notice: Notice = { ...common, recipients: [...recipients.values()] };
    const original = { text: transaction.message_stream, notes: transaction.notes };
    try {
      await sendNotice(plugin, queue, { notice, channel, arrival: new Date(), original });
    } catch (error) {
      plugin.logerror(`a notice (${notice.action}) could not be written: ${causeOf(error)}`);
    }
  }
}

/** Whether notices of a transaction are due. */
export function hasDueNotices(transaction: HarakaTransaction & WithDue): boolean {
  return (transaction[due]?.size ?? 0) > 0;
}
