/*
 * Which names channels may have, and which names mean a role of their own. A hyphen, as in `ims-ms`, is Messaging
 * Server's addition to PMDF's letters, digits, `_` and `$`.
 * Ref: PMDF 2.3.6
 */
import { type Diagnostic, errorAt, warningAt } from '../text/index.js';
import type { Word } from './syntax.js';

const longest = 32;

/** Roles that belong to programs of PMDF. */
const reserved = new Set([
  ...['address', 'circuitcheck', 'conversion', 'd', 'data_to_bitmap', 'defragment', 'fax_to_data'],
  ...['filter_discard', 'g3_to_fax', 'mailserv', 'mime_to_x400', 'mint', 'p', 'pager', 'pipe', 'printer'],
  ...['ps_to_g3', 'text_to_ps', 'subject', 'x400_to_mime', 'x400_local'],
]);

/** Tells whether a channel is the local one: `l`, or a channel of the msgstore or popstore family. */
export function isLocalChannelName(name: string): boolean {
  return (
    name === 'l' ||
    ['msgstore', 'popstore'].some((family) => name === family || name.startsWith(`${family}_`))
  );
}

/** Tells whether a channel is a directory channel, which turns mailboxes of pseudo domains into real addresses. Ref: PMDF 3.2 */
export function isDirectoryChannelName(name: string): boolean {
  return name === 'directory' || name.startsWith('directory_');
}

/** Tells whether PMDF keeps this name for the channel of a program of its own, which does not exist here. */
export function isReservedChannelName(name: string): boolean {
  return reserved.has(name);
}

/** Names of channels that every site may have, and hardly any host. */
const usualNames = new Set(['l', 'process', 'reprocess', 'conversion', 'defragment', 'bitbucket']);

/** Tells whether a word is most likely the name of a channel where one of a host is expected. */
export function isUsualChannelName(word: string): boolean {
  return usualNames.has(word);
}

/** Tells whether text is spelled like the name of a channel. */
export function isChannelName(text: string): boolean {
  return text.length <= longest && /^[a-z0-9_$][a-z0-9_$-]*$/.test(text);
}

/** Tells whether a word begins like a comment, of this language or another, that is not in column 1. */
export function looksLikeComment(text: string): boolean {
  return /^[!#;]/.test(text);
}

export function checkChannelName(name: Word): Diagnostic[] {
  const { text, span } = name;
  if (looksLikeComment(text)) {
    return [
      errorAt(span, 'channel/name', `the channel name \`${text}\` looks like a comment`, {
        hint: 'a comment has a `!` in column 1',
      }),
    ];
  }
  if (text.length > longest) {
    return [
      errorAt(span, 'channel/name', `the channel name \`${text}\` is longer than ${longest} characters`),
    ];
  }
  if (isChannelName(text)) return [];
  const lower = text.toLowerCase();
  if (isChannelName(lower)) {
    return [
      errorAt(span, 'channel/name', `the channel name \`${text}\` has upper-case letters`, {
        hint: `write \`${lower}\`; if it is a host name, remove the blank line before it`,
      }),
    ];
  }
  const message = `the channel name \`${text}\` has characters that no channel name has`;
  const hint = 'use lower-case letters, digits, `_`, `$` and, after the first, `-`';
  return [errorAt(span, 'channel/name', message, { hint })];
}

/** Reports names of channels whose program does not exist here. */
export function checkReservedName(name: Word): Diagnostic[] {
  const { text, span } = name;
  if (!isReservedChannelName(text)) return [];
  const message = `PMDF reserves the channel name \`${text}\` for a program that does not exist here`;
  return [warningAt(span, 'channel/reserved-name', message)];
}
