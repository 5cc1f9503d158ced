/*
 * Limits on the size of a message, by the channels that it comes from and goes to.
 * Ref: PMDF 2.3.4; RFC 1870 6; RFC 3463 3.4
 */
import { type Reply, reply } from '../smtp/index.js';
import type { LimitedChannel } from './limited-channel.js';
import { type LimitRefusal, refusal } from './refusal.js';

/** The size of a message; what is not known yet counts as 0. */
export interface MessageSize {
  readonly octets: number;
  readonly lines: number;
}

function tooLarge(octets: number, most: number): Reply {
  const kilobytes = (count: number): number => Math.ceil(count / 1024);
  const text = `a message of ${kilobytes(octets)} kB exceeds the limit of ${kilobytes(most)} kB`;
  return reply(552, '5.3.4', text);
}

/** Decides whether a message is too large for the channel that it comes from. */
export function limitReceived(
  { name, limits }: LimitedChannel,
  { octets }: MessageSize,
): LimitRefusal | null {
  if (octets <= limits.octetsReceived) return null;
  return refusal('sourceblocklimit', name, tooLarge(octets, limits.octetsReceived));
}

/** Decides whether a message is too large for a channel that it goes to. */
export function limitSent({ name, limits }: LimitedChannel, size: MessageSize): LimitRefusal | null {
  const { octets, lines } = size;
  if (octets > limits.octetsSent) return refusal('blocklimit', name, tooLarge(octets, limits.octetsSent));
  if (lines <= limits.linesSent) return null;
  const text = `a message of ${lines} lines exceeds the limit of ${limits.linesSent} lines`;
  return refusal('linelimit', name, reply(552, '5.3.4', text));
}

/** Decides whether a message may have lines that are longer than SMTP allows. */
export function limitLines({ name, limits }: LimitedChannel, hasLongLines: boolean): LimitRefusal | null {
  if (!hasLongLines || !limits.refusesLongLines) return null;
  const text = 'lines longer than SMTP allows encountered; message rejected';
  return refusal('rejectsmtplonglines', name, reply(550, '5.6.0', text));
}
