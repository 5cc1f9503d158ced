/*
 * For which hosts a rewrite template asks for a given key: the host that a key such as `host:$H` was made of.
 * Ref: PMDF 2.2.6.7
 */
import type { OutputItem, RulePattern } from '../../rewrite/index.js';

/** With more keys than this the hosts are not told apart. */
const mostKeys = 1_000;

/** In names that have another spelling. */
const otherSpelling = /[^\x00-\x7f]|xn--/i;

/** The items of a key that are the host of the address, as a pattern cuts it, and what the pattern adds to them. */
function hostItems(
  key: readonly OutputItem[],
  { kind, text }: RulePattern,
): { readonly at: number; readonly count: number; readonly end: string } | null {
  const isPart = (item: OutputItem | undefined, part: 'host' | 'domain'): boolean =>
    item?.kind === part && item.drop === 0;
  const at = key.findIndex(({ kind: one }) => one === 'host');
  if (!isPart(key[at], 'host')) return null;
  if (kind === 'all' || kind === 'first') return { at, count: 1, end: '' };
  if (kind !== 'suffix') return null;
  return isPart(key[at + 1], 'domain') ? { at, count: 2, end: '' } : { at, count: 1, end: text };
}

/** The text of items that are the same for every address; null where one is not. */
function fixedText(items: readonly OutputItem[]): string | null {
  let text = '';
  for (const item of items) {
    if (item.kind === 'text') text += item.text;
    else if (item.kind === 'separator') text += item.mark;
    else if (item.kind !== 'case') return null;
  }
  return text.toLowerCase();
}

/** Finds the hosts for which one of some keys is asked; null where they cannot be told apart. */
export function askedHosts(
  key: readonly OutputItem[],
  pattern: RulePattern,
  keys: readonly string[],
): readonly string[] | null {
  const place = hostItems(key, pattern);
  if (place === null || keys.length > mostKeys || keys.some((one) => otherSpelling.test(one))) return null;
  const before = fixedText(key.slice(0, place.at));
  const after = fixedText(key.slice(place.at + place.count));
  if (before === null || after === null) return null;
  return keys.flatMap((one) => {
    const text = one.toLowerCase();
    const isLonger = text.length > before.length + after.length;
    if (!isLonger || !text.startsWith(before) || !text.endsWith(after)) return [];
    return [text.slice(before.length, text.length - after.length) + place.end];
  });
}
