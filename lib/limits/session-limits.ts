/*
 * Limits on what a client does in a session, by the channel that its mail comes from at the time. Limits that end the session are
 * looked at when the client begins a message or gives one up, so that none is interrupted.
 * Ref: Messaging Server 6.3 Administration Guide 12.10.3
 */
import { reply } from '../smtp/index.js';
import type { LimitedChannel } from './limited-channel.js';
import { type LimitRefusal, lastRefusal, refusal } from './refusal.js';

/** What a client has done in a session so far. */
export interface SessionCounts {
  /** MAIL commands, whatever became of them, the present one included. */
  readonly transactions: number;
  /** Recipients, whatever became of them. */
  readonly recipients: number;
  /** Recipients that were refused for good. */
  readonly rejections: number;
  /** Unknown commands, the present one included. */
  readonly badCommands: number;
}

/** Decides by recipients whether a session ends before the next message. */
function refusalByRecipients(
  { name, limits }: LimitedChannel,
  { recipients, rejections }: SessionCounts,
): LimitRefusal | null {
  if (recipients > limits.recipientsBeforeEnd)
    return lastRefusal('disconnectrecipientlimit', name, 'recipient');
  if (rejections > limits.rejectionsBeforeEnd) return lastRefusal('disconnectrejectlimit', name, 'rejection');
  return null;
}

/** Decides MAIL. */
export function limitMail(channel: LimitedChannel, counts: SessionCounts): LimitRefusal | null {
  const { name, limits } = channel;
  const { transactions } = counts;
  if (transactions > limits.transactionsBeforeEnd) {
    return lastRefusal('disconnecttransactionlimit', name, 'transaction');
  }
  const byRecipients = refusalByRecipients(channel, counts);
  if (byRecipients !== null) return byRecipients;
  if (transactions <= limits.transactions) return null;
  return refusal(
    'transactionlimit',
    name,
    reply(450, '4.5.3', 'number of transactions exceeds allowed maximum'),
  );
}

/** Decides RSET: once nothing more is allowed, the session ends here. */
export function limitReset(channel: LimitedChannel, counts: SessionCounts): LimitRefusal | null {
  const { name, limits } = channel;
  if (counts.transactions >= limits.transactionsBeforeEnd) {
    return lastRefusal('disconnecttransactionlimit', name, 'transaction');
  }
  return refusalByRecipients(channel, counts);
}

/** Decides RCPT; `accepted` recipients of the message come before this one. */
export function limitRecipientByChannel(
  { name, limits }: LimitedChannel,
  { rejections }: SessionCounts,
  accepted: number,
): LimitRefusal | null {
  if (rejections >= limits.rejectionsBeforeDeferral) {
    const text = 'too many recipients were refused in this session; try again later';
    return refusal('deferralrejectlimit', name, reply(450, '4.7.0', text));
  }
  if (accepted < limits.recipients) return null;
  return refusal('recipientlimit', name, reply(452, '4.2.3', 'too many recipients specified'));
}

/** Decides DATA; `tried` recipients of the message were named, whatever became of them. */
export function limitRecipientsTried({ name, limits }: LimitedChannel, tried: number): LimitRefusal | null {
  if (tried <= limits.recipientsTried) return null;
  const text = 'Error ending envelope - Too many recipients specified';
  return refusal('recipientcutoff', name, reply(451, '4.4.5', text));
}

/** Decides an unknown command. */
export function limitBadCommand(
  { name, limits }: LimitedChannel,
  { badCommands }: SessionCounts,
): LimitRefusal | null {
  if (badCommands <= limits.badCommandsBeforeEnd) return null;
  return lastRefusal('disconnectbadcommandlimit', name, 'bad command');
}
