/*
 * What the general database may answer to the question of a rewrite template. A value whose text does not depend on the address,
 * or only on the parts of it that the key names, is an address that the site itself wrote down. Others are templates to be followed.
 * Ref: PMDF 2.2.6.7
 */
import {
  type ControlItem,
  isControl,
  type OutputItem,
  parseAnswer,
  type RulePattern,
} from '../../rewrite/index.js';
import type { Languages } from '../language/language.js';
import { WorkLimitReached } from '../language/work-limit-reached.js';
import type { DatabaseContents } from './database-contents.js';

type Question = Extract<OutputItem, { kind: 'general' }>;

/** A template that a question may be answered with, and the keys that have it; null where any may. */
export interface Answer {
  readonly output: readonly OutputItem[];
  readonly controls: readonly ControlItem[];
  readonly keys: readonly string[] | null;
}

/** The templates among the values that keep text of the address; null where the values are not known. */
export type GeneralAnswers = readonly Answer[] | null;

/** The parts of the address of which the key says everything. */
function namedParts(key: readonly OutputItem[], pattern: RulePattern): ReadonlySet<OutputItem['kind']> {
  const named = new Set<OutputItem['kind']>();
  if (key.some((item) => item.kind === 'user' && item.part === 'whole')) named.add('user');
  const isOneHost = pattern.kind === 'host' && !pattern.text.includes('[');
  const namesHost = key.some((item) => item.kind === 'host' && item.drop === 0);
  const namesDomain = key.some((item) => item.kind === 'domain' && item.drop === 0);
  const says =
    pattern.kind === 'suffix' || pattern.kind === 'all' || pattern.kind === 'first'
      ? namesHost
      : namesHost && namesDomain;
  if (isOneHost || says) for (const kind of ['host', 'domain', 'label', 'literal'] as const) named.add(kind);
  return named;
}

/** Whether an item makes text that the key does not name, or asks for more. */
function isOpen(item: OutputItem, named: ReadonlySet<OutputItem['kind']>): boolean {
  switch (item.kind) {
    case 'text':
    case 'separator':
    case 'case':
    case 'unique':
    case 'domain-check':
      return false;
    case 'user':
    case 'host':
    case 'domain':
    case 'literal':
    case 'label':
      return !named.has(item.kind);
    case 'general':
    case 'mapping':
    case 'ldap':
    case 'host-name':
      return true;
  }
}

/** The values of each database that are no plain addresses, read once. */
const templatesKnown = new WeakMap<DatabaseContents, readonly Answer[]>();

/** Entries that are as much work as a step of a search. */
const entriesPerStep = 16;
/** With more of them than this nothing is decided. */
const mostTemplates = 10_000;

/** The different values that hold sequences, as templates; null where the values are not known. Throws WorkLimitReached. */
function templatesOf(contents: DatabaseContents, languages: Languages): GeneralAnswers {
  const known = templatesKnown.get(contents);
  if (known !== undefined) return known;
  const entries = contents('general');
  if (entries === null) return null;
  const values = new Map<string, string[]>();
  for (const { key, value } of entries) {
    languages.spend(1 / entriesPerStep);
    if (!value.includes('$')) continue;
    const keys = values.get(value);
    if (keys === undefined) values.set(value, [key]);
    else keys.push(key);
    if (values.size > mostTemplates) throw new WorkLimitReached();
  }
  const templates = [...values].flatMap(([value, keys]) => {
    const items = parseAnswer(value);
    // What cannot be read defers.
    if (items === null) return [];
    const output = items.filter((item): item is OutputItem => !isControl(item));
    return [{ output, controls: items.filter(isControl), keys }];
  });
  templatesKnown.set(contents, templates);
  return templates;
}

/** Reads what a question may be answered with. Throws WorkLimitReached. */
export function generalAnswers(
  question: Question,
  pattern: RulePattern,
  contents: DatabaseContents,
  languages: Languages,
): GeneralAnswers {
  const named = namedParts(question.key, pattern);
  return (
    templatesOf(contents, languages)?.filter(({ output }) => output.some((item) => isOpen(item, named))) ??
    null
  );
}

/** The keys of each database whose values are plain addresses, read once; null for too many. */
const plainKeysKnown = new WeakMap<DatabaseContents, readonly string[] | null>();

/** With more of them than this nothing is said. */
const mostPlainKeys = 1_000;

/** `A%B`, `A@B` or `A%B@C`, without sequences. */
function isPlainAddress(value: string): boolean {
  return /^[^%@$]*(?:[%@][^%@$]+|%[^%@$]+@[^%@$]+)$/.test(value.trim());
}

/** The keys with which a question is certain to make the address that the site wrote down; null where they are not known. */
export function plainKeys(contents: DatabaseContents): readonly string[] | null {
  const known = plainKeysKnown.get(contents);
  if (known !== undefined) return known;
  const found: string[] = [];
  for (const { key, value } of contents('general') ?? []) {
    if (isPlainAddress(value)) found.push(key);
    if (found.length > mostPlainKeys) break;
  }
  const keys = found.length > mostPlainKeys ? null : found;
  plainKeysKnown.set(contents, keys);
  return keys;
}
