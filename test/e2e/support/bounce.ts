/*
 * Reads the delivery report of a bounce.
 */

import type { SinkMessage } from './sink-session.js';

/** The fields of a bounce that matter to a sender. */
export interface Bounce {
  readonly to: readonly string[];
  /** Of the first recipient that it is about, as are `action` and `status`. */
  readonly finalRecipient: string;
  /** Of all, sorted. */
  readonly finalRecipients: readonly string[];
  readonly action: string;
  readonly status: string;
  readonly text: string;
}

/** Text with folded lines as one. */
export function unfolded(text: string): string {
  return text.replace(/\r\n[ \t]+/g, ' ');
}

/** Reads a message as a bounce; throws when its envelope From is not the null sender. */
export function bounceOf({ envelopeFrom, envelopeTo, raw }: SinkMessage): Bounce {
  if (envelopeFrom !== '') throw new Error(`a bounce comes from <>, not from ${envelopeFrom}`);
  const text = raw.toString('latin1');
  const field = (name: string): string =>
    new RegExp(`^${name}: *(.*?)\r?$`, 'm').exec(text)?.[1] ?? `no ${name}`;
  return {
    to: envelopeTo,
    finalRecipient: field('Final-Recipient').replace(/; */, ';'),
    finalRecipients: [...text.matchAll(/^Final-Recipient: *(.*?)\r?$/gm)]
      .map(([, address = '']) => address.replace(/; */, ';'))
      .sort(),
    action: field('Action'),
    status: field('Status'),
    text,
  };
}
