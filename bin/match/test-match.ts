/*
 * `pmdf test match`: matches a string against one pattern of a mapping entry. Needs no configuration.
 * Ref: PMDF 32 (pmdf test -match)
 */
import { defaultSettings } from '../../lib/config/index.js';
import { StepBudget } from '../../lib/engine/index.js';
import {
  type CompiledPattern,
  compilePattern,
  describePattern,
  matchPattern,
  otherSpellings,
  parseEntry,
} from '../../lib/mapping/index.js';
import { hasErrors } from '../../lib/text/index.js';
import { ConfigError } from '../../runtime/index.js';
import {
  type Arguments,
  brief,
  type Command,
  fromInput,
  inputsOf,
  type Paint,
  type Report,
  type Result,
  reportOf,
  resultsOf,
} from '../support/index.js';

/** A pattern, ready to be matched. */
export interface PatternToTest {
  /** In every spelling of its domains, the written one first. */
  readonly compiled: readonly CompiledPattern[];
  /** Its elements as PMDF prints them. */
  readonly elements: readonly string[];
}

/** Reads a pattern as in a mapping file. Throws ConfigError for a malformed one. */
export function readPattern(text: string): PatternToTest {
  const source = { name: 'pattern', shortName: 'pattern', text };
  const spanAt = (offset: number, length: number) => ({ source, offset, length });
  const parsed = parseEntry(
    { pattern: { text, at: spanAt }, template: { text: '', at: spanAt } },
    spanAt(0, text.length),
  );
  if (hasErrors(parsed.diagnostics)) throw new ConfigError(parsed.diagnostics);
  const { pattern } = parsed.value;
  return {
    compiled: [pattern, ...otherSpellings(pattern)].map(compilePattern),
    elements: describePattern(pattern),
  };
}

/** Matches a string against a pattern; null when it does not match. */
export function capturesOf({ compiled }: PatternToTest, target: string): readonly string[] | null {
  const budget = new StepBudget(defaultSettings.limits.steps);
  for (const pattern of compiled) {
    const match = matchPattern(pattern, target, budget);
    if (match !== null) return match.captures;
  }
  return null;
}

export function elementLines({ elements }: PatternToTest, paint: Paint): string[] {
  return elements.map((line) => paint.dim(brief(line)));
}

export function outcomeLines(captures: readonly string[] | null, paint: Paint): string[] {
  if (captures === null) return [paint.doubtful('No match.')];
  return [paint.good('Match.'), ...captures.map((capture, index) => `${index} - ${brief(capture)}`)];
}

function answer(pattern: PatternToTest, target: string): Result {
  const captures = capturesOf(pattern, target);
  return {
    exitCode: 0,
    json: { match: captures !== null, captures: captures ?? [] },
    text: (paint) => outcomeLines(captures, paint),
  };
}

/** A result with the elements of the pattern before it. */
function withElements(pattern: PatternToTest, result: Result, gap: readonly string[]): Result {
  return { ...result, text: (paint) => [...elementLines(pattern, paint), ...gap, ...result.text(paint)] };
}

/** The results for strings from standard input, with the elements of the pattern before the first. */
async function* resultsFor(pattern: PatternToTest): AsyncGenerator<Result> {
  let isFirst = true;
  for await (const result of resultsOf(inputsOf([fromInput]), async (input) => answer(pattern, input))) {
    yield isFirst ? withElements(pattern, result, ['']) : result;
    isFirst = false;
  }
}

/** Runs `pmdf test match` for a command line. */
export async function runMatch(given: Arguments): Promise<Report> {
  const [text = '', target = ''] = given.words;
  const pattern = readPattern(text);
  if (target === fromInput) return reportOf(resultsFor(pattern));
  return withElements(pattern, answer(pattern, target), []);
}

export const testMatch: Command = {
  name: 'test match',
  summary: 'match a string against one pattern of a mapping table',
  operands: 'PATTERN STRING',
  words: { least: 2, most: 2 },
  options: [],
  about: [
    'Shows the elements of the pattern, whether it matches the whole string, and the text that each saved wildcard',
    'matched. With `-` in place of STRING, strings are read from standard input, one per line. No configuration is',
    'read. The exit code is 0 whether it matches or not; it is 2 for a malformed pattern.',
    "PMDF's own command, with its prompts: pmdf test -match",
  ],
  run: runMatch,
};
