/*
 * Reports of success that are due when the client gets 250: `relayed` for what went to a server that does not report itself,
 * `expanded` for a recipient that became several addresses.
 * Ref: RFC 3461 5.2.2 (b), 5.2.7.3 (c)
 */
import type { RecipientDecision } from '../../../lib/decide/index.js';
import { noRecipientNotary, wantsSuccess } from '../../../lib/notary/index.js';
import type { Notice, NoticeRecipient } from '../../../lib/notice/index.js';
import type { Reply } from '../../../lib/smtp/index.js';
import {
  causeOf,
  type HarakaPlugin,
  type HarakaTransaction,
  type OutboundQueue,
} from '../../haraka/index.js';
import { sendNotice } from '../notices/send-notice.js';
import type { PlannedDelivery, Recipient } from '../plan.js';
import { declaredOf } from './asked.js';

/** A notice, and the channel that it is about. */
export interface DueNotice {
  readonly notice: Notice;
  readonly channel: string;
}

const due = Symbol('due notices');

/** A transaction with its notices, which are kept in it. */
interface WithDue {
  [due]?: DueNotice[];
}

function note(transaction: HarakaTransaction & WithDue, one: DueNotice): void {
  transaction[due] = [...(transaction[due] ?? []), one];
}

const success = '2.0.0';

/** The words of a report on a recipient whose message went to a server that does not report itself. */
export function relayedRecipient(
  { address, notary }: Pick<PlannedDelivery, 'address' | 'notary'>,
  server: string | null,
  given: Reply | null,
): NoticeRecipient {
  const { code, enhanced, text } = given ?? { code: 250, enhanced: '', text: '' };
  return {
    address,
    notary: notary ?? noRecipientNotary,
    status: enhanced.startsWith('2.') ? enhanced : success,
    remoteServer: server,
    reply: given === null ? null : [String(code), enhanced, text].filter(Boolean).join(' '),
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
  const recipients = wanted.map((one) => relayedRecipient(one, server, replyTo(one)));
  const message = declaredOf(transaction).notary;
  note(transaction, {
    notice: { action: 'relayed', envelopeFrom, message, recipients },
    channel: first.route.channel,
  });
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
  const notice: Notice = {
    action: 'expanded',
    envelopeFrom,
    message: declaredOf(transaction).notary,
    recipients: [expandedRecipient(recipient)],
  };
  note(transaction, { notice, channel: recipient.decision.channel ?? '' });
}

/** Writes the notices of a transaction that is about to be acknowledged. One that cannot be written is logged and missing. */
export async function sendDueNotices(
  plugin: HarakaPlugin,
  queue: OutboundQueue,
  transaction: HarakaTransaction & WithDue,
): Promise<void> {
  const notices = transaction[due] ?? [];
  delete transaction[due];
  for (const { notice, channel } of notices) {
    const original = { text: transaction.message_stream, notes: transaction.notes };
    try {
      await sendNotice(plugin, queue, { notice, channel, original });
    } catch (error) {
      plugin.logerror(`a notice (${notice.action}) could not be written: ${causeOf(error)}`);
    }
  }
}

/** Whether notices of a transaction are due. */
export function hasDueNotices(transaction: HarakaTransaction & WithDue): boolean {
  return (transaction[due]?.length ?? 0) > 0;
}
