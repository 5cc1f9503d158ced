/*
 * The sessions for which an entry runs as it does, by what it asks: the general database has its keys, and the tables that it calls
 * answer.
 */
import { holdBars } from '../../../address/index.js';
import {
  type ArgumentItem,
  type Entry,
  type MappingFile,
  type MappingPattern,
  otherSpellings,
} from '../../../mapping/index.js';
import type { Bound } from '../../inclusion/pattern-automaton.js';
import type { Language, Languages } from '../../language/language.js';
import type { DatabaseContents } from '../database-contents.js';
import type { EntryRun, TableCall } from '../entry-runs.js';
import { calledParts } from './called-patterns.js';
import { certainForm } from './certain-captures.js';
import { type Captures, foundKeys } from './found-keys.js';

/** An entry, and how its probes are matched. */
export interface RunQuestion {
  readonly entry: Entry;
  /** Of the probe. */
  readonly fieldCount: number;
  readonly tools: {
    readonly languages: Languages;
    readonly contents: DatabaseContents;
    readonly mappings: MappingFile;
  };
  /** The sessions that some patterns match, all or only such; null where a pattern cannot be taken apart. */
  readonly matched: (patterns: readonly MappingPattern[], bound: Bound) => Language | null;
}

/** A pattern with texts in place of some of its wildcards. */
function withTexts(pattern: MappingPattern, captures: Captures): MappingPattern {
  let capture = -1;
  return pattern.map((element) => {
    if (element.kind === 'literal' || !element.saved) return element;
    capture += 1;
    const text = captures.get(capture);
    return text === undefined ? element : { kind: 'literal', text: holdBars(text), span: element.span };
  });
}

/** The same where the wildcards certainly match these texts; none where they do not. */
function certainlyWithTexts(
  pattern: MappingPattern,
  captures: Captures,
  fieldCount: number,
): readonly MappingPattern[] {
  if (otherSpellings(pattern).length > 0) return [];
  const form = certainForm(pattern, new Set(captures.keys()), fieldCount);
  if (form === null) return [];
  const isCut = [...captures].some(([capture, text]) => form.afterSign.has(capture) && text.includes('@'));
  return isCut ? [] : [withTexts(form.pattern, captures)];
}

/** The sessions for which the database has a key; null where they are not known. */
function foundRegion(
  key: readonly ArgumentItem[],
  bound: Bound,
  { entry: { pattern }, fieldCount, tools, matched }: RunQuestion,
): Language | null {
  const keys = foundKeys(key, tools.contents);
  if (keys === null) return null;
  const patterns = keys.flatMap((captures) =>
    bound === 'all'
      ? [pattern, ...otherSpellings(pattern)].map((one) => withTexts(one, captures))
      : certainlyWithTexts(pattern, captures, fieldCount),
  );
  return matched(patterns, bound);
}

/** The sessions for which a call may be answered, and perhaps more; null where they are not known. */
function mayAnswerRegion(
  call: TableCall,
  { entry, fieldCount, tools, matched }: RunQuestion,
): Language | null {
  const { languages, mappings } = tools;
  const calls = calledParts(entry.pattern, call, mappings, fieldCount);
  if (calls === null) return null;
  const answered: Language[] = [];
  const refused: Language[] = [];
  for (const { all, certain, mayAnswer, decides } of calls) {
    if (mayAnswer) {
      const here = matched(all, 'all') ?? languages.everything;
      answered.push(refused.length === 0 ? here : languages.difference(here, languages.union(refused)));
    } else if (decides && certain !== null) refused.push(matched([certain], 'only') ?? languages.nothing);
  }
  return languages.union(answered);
}

/** Sessions for which a call is certain to be answered; null where they are not known. */
function answeredRegion(
  call: TableCall,
  { entry, fieldCount, tools, matched }: RunQuestion,
): Language | null {
  const { languages, mappings } = tools;
  const answered: Language[] = [];
  const open: Language[] = [];
  const calls = calledParts(entry.pattern, call, mappings, fieldCount) ?? [];
  for (const { all, certain, mayAnswer, decides } of calls) {
    if (!mayAnswer || !decides) open.push(matched(all, 'all') ?? languages.everything);
    else if (certain !== null) {
      const here = matched([certain], 'only') ?? languages.nothing;
      answered.push(languages.difference(here, languages.union(open)));
    }
  }
  return answered.length === 0 ? null : languages.union(answered);
}

/**
 * Finds them: a language for each question, all or only such sessions. With `all` a question of which nothing is known has none;
 * with `only` the result is then null.
 */
export function answeredRegions(
  { found, called }: EntryRun,
  bound: Bound,
  question: RunQuestion,
): readonly Language[] | null {
  const regions = [
    ...found.map((key) => foundRegion(key, bound, question)),
    ...called.map((call) =>
      bound === 'all' ? mayAnswerRegion(call, question) : answeredRegion(call, question),
    ),
  ];
  const known = regions.filter((region) => region !== null);
  return bound === 'only' && known.length < regions.length ? null : known;
}
