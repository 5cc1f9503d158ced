/*
 * The table of channel keywords; their rows are in the files keywords-*.ts.
 * Keywords are looked up without regard to case; only their first 32 characters count.
 * Ref: PMDF 2.3.4
 */
import type { Keyword } from './keyword.js';
import { addressKeywords } from './keywords-address.js';
import { contentKeywords } from './keywords-content.js';
import { messagingServerKeywords } from './keywords-messaging-server.js';
import { queueingKeywords } from './keywords-queueing.js';
import { sessionKeywords } from './keywords-session.js';
import { smtpKeywords } from './keywords-smtp.js';

/** Every keyword there is. */
export const keywords: readonly Keyword[] = [
  ...addressKeywords,
  ...sessionKeywords,
  ...smtpKeywords,
  ...queueingKeywords,
  ...contentKeywords,
  ...messagingServerKeywords,
];

const significantLength = 32;

const byName = new Map<string, Keyword>(
  keywords.flatMap((one) => [one.name, ...one.aliases].map((name) => [name, one] as const)),
);

/** Every name of a keyword, other names included. */
export const keywordNames: readonly string[] = [...byName.keys()];

/** The keywords in force by default. */
export const defaultKeywords: readonly Keyword[] = keywords.filter((one) => one.isDefault);

/** The compound keywords: each means two others. */
export const compoundKeywords: readonly Keyword[] = keywords.filter((one) => one.halves.length > 0);

/** Finds the keyword that a word of a channel block means; undefined when it is not one. */
export function findKeyword(word: string): Keyword | undefined {
  return byName.get(word.slice(0, significantLength).toLowerCase());
}
