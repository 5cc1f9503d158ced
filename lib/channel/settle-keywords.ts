/*
 * Which keywords are in force: the defaults of PMDF, then those written, in order; of the keywords that decide
 * one setting the last one stays. A compound keyword is in force when both its halves are.
 * Ref: PMDF 2.3.5
 */
import type { KeywordInForce } from './channel.js';
import { compoundKeywords, defaultKeywords, findKeyword } from './keywords.js';
import { type KeywordItem, unquoted } from './syntax.js';

type Settings = Map<string, KeywordInForce>;

function apply(settings: Settings, item: KeywordItem): void {
  const keyword = item.kind === 'keyword' ? findKeyword(item.keyword) : undefined;
  if (item.kind !== 'keyword' || keyword === undefined) return;
  const { span } = item.word;
  keyword.settings.forEach((setting, index) => {
    const name = keyword.halves[index] ?? keyword.name;
    settings.set(setting, { keyword: name, arguments: item.arguments.map(unquoted), span });
  });
}

/** Settles the keywords written, earliest first, into keywords in force by their canonical names. */
export function settleKeywords(written: readonly KeywordItem[]): ReadonlyMap<string, KeywordInForce> {
  const settings: Settings = new Map();
  for (const { name, settings: decided } of defaultKeywords) {
    for (const setting of decided) settings.set(setting, { keyword: name, arguments: [], span: null });
  }
  for (const item of written) apply(settings, item);

  const inForce = new Map([...settings.values()].map((one) => [one.keyword, one]));
  for (const { name, halves } of compoundKeywords) {
    const [server, client] = halves.map((half) => inForce.get(half));
    if (server === undefined || client === undefined) continue;
    inForce.set(name, { keyword: name, arguments: [], span: server.span ?? client.span });
  }
  return inForce;
}
