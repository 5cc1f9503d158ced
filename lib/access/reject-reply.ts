/*
 * What a rejected client is told.
 *   address tables   550 5.7.1 text: address     the code is that of `$X`; class 4 makes it a temporary reply
 *   PORT_ACCESS      the text as it is; it brings its own code
 * Ref: PMDF 11.5, 16.1.1; RFC 5321 4.2; RFC 3463
 */
import { releaseBars } from '../address/index.js';
import { type Reply, reply } from '../smtp/index.js';
import type { AccessOutcome } from './outcome.js';

const usualText = 'you are not allowed to use this address';
const defaultPortText = 'you are not allowed to connect';

/**
 * Makes the reply to MAIL FROM or RCPT TO of a rejection. `address` is the one that the client gave, without brackets;
 * the null envelope From is named `<>`. `defaultText` is the text where an entry has none.
 */
export function rejectReply(outcome: AccessOutcome, address: string, defaultText = usualText): Reply {
  const enhanced = outcome.enhancedCode ?? '5.7.1';
  const named = address === '' ? '<>' : releaseBars(address);
  return reply(enhanced.startsWith('4') ? 450 : 550, enhanced, `${outcome.text ?? defaultText}: ${named}`);
}

/** Tells whether a text begins with the code of a rejection, such as `500 `. */
export function hasReplyCode(text: string): boolean {
  return /^[45][0-5]\d(?:[ -]|$)/.test(text);
}

/** Makes the reply with which a connection is closed; a text without a code of its own gets 554 5.7.1. */
export function portRejectReply(outcome: AccessOutcome): Reply {
  const text = outcome.text ?? defaultPortText;
  if (!hasReplyCode(text)) return reply(554, '5.7.1', text);
  const rest = text.slice(4);
  const code = Number(text.slice(0, 3));
  const enhanced = /^[45]\.\d{1,3}\.\d{1,3}(?= |$)/.exec(rest)?.[0];
  if (enhanced === undefined || enhanced[0] !== text[0]) return reply(code, '', rest);
  return reply(code, enhanced, rest.slice(enhanced.length));
}
