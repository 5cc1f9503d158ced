/*
 * Tries the template of a rewrite rule on hosts that its pattern matches, substitution by substitution, as rewriting does.
 * A look-up may answer anything.
 * Ref: PMDF 2.2.5, 2.2.6
 */
import {
  examplePartsOf,
  isControl,
  type OutputItem,
  type Probe,
  type RewriteRule,
  substitute,
} from '../rewrite/index.js';

/** What an item gives for one host: text, text that is not known, or nothing, so that the rule fails. */
type Piece = { readonly text: string | null } | { readonly failed: OutputItem };

function pieceOf(item: OutputItem, parts: Probe): Piece {
  switch (item.kind) {
    case 'text':
      return { text: item.text };
    case 'user':
    case 'unique':
      return { text: null };
    case 'host':
    case 'domain':
    case 'literal':
    case 'label': {
      const text = substitute(item, { ...parts, user: 'user', wholeHost: parts.host, from: 'at' });
      return text === undefined ? { failed: item } : { text };
    }
    case 'case':
    case 'separator':
    case 'domain-check':
      return { text: '' };
    case 'general':
    case 'mapping':
    case 'ldap':
    case 'host-name':
      return { text: null };
  }
}

/** A part of a template between two separators. */
interface Part {
  /** Null when it depends on a look-up or the user. */
  readonly text: string | null;
  readonly items: readonly OutputItem[];
}

/** A template tried on one host: the item that makes it fail, or its parts. */
export type Trial = { readonly failed: OutputItem } | { readonly parts: readonly Part[] };

/** The items of the key or argument of a look-up. */
export function innerItems(item: OutputItem): readonly OutputItem[] {
  if (item.kind === 'general') return item.key;
  if (item.kind === 'domain-check') return item.name;
  if (item.kind === 'host-name') return item.address;
  return item.kind === 'mapping' ? item.argument : [];
}

/** The item, or the part of its argument, that is empty for a host. */
function emptyItem(item: OutputItem, parts: Probe): OutputItem | undefined {
  const piece = pieceOf(item, parts);
  if ('failed' in piece) return piece.failed;
  for (const inner of innerItems(item)) {
    const empty = emptyItem(inner, parts);
    if (empty !== undefined) return empty;
  }
  return undefined;
}

function tryOn(output: readonly OutputItem[], parts: Probe): Trial {
  const found: { text: string | null; items: OutputItem[] }[] = [{ text: '', items: [] }];
  for (const item of output) {
    const failed = emptyItem(item, parts);
    if (failed !== undefined) return { failed };
    if (item.kind === 'separator') found.push({ text: '', items: [] });
    const last = found.at(-1);
    const piece = pieceOf(item, parts);
    if (last === undefined || 'failed' in piece || item.kind === 'separator') continue;
    last.items.push(item);
    last.text = last.text === null || piece.text === null ? null : last.text + piece.text;
  }
  const empty = found.slice(1).find(({ text }) => text === '');
  const culprit = empty?.items.find((item) => item.kind !== 'case' && item.kind !== 'domain-check');
  if (empty !== undefined && culprit !== undefined) return { failed: culprit };
  return { parts: found };
}

/** What a rule writes: its template without the controls. */
export function outputOf({ template }: RewriteRule): readonly OutputItem[] {
  return template.items.filter((item): item is OutputItem => !isControl(item));
}

/** Tries a rule on each host that stands for the hosts of its pattern. */
export function trialsOf(rule: RewriteRule): readonly Trial[] {
  const output = outputOf(rule);
  return examplePartsOf(rule.pattern).map((parts) => tryOn(output, parts));
}
