/*
 * `pmdf test match`: puts a string to one pattern of a mapping entry. Needs no configuration.
 * Ref: PMDF 32 (pmdf test -match)
 */
import {
  compilePattern,
  defaultSettings,
  describePattern,
  hasErrors,
  type MappingPattern,
  matchPattern,
  parseEntry,
  StepBudget,
} from '../lib/index.js';
import { ConfigError } from '../runtime/policy-store.js';
import type { Arguments } from './support/arguments.js';
import type { Command, Report } from './support/command.js';
import { brief } from './support/visible.js';

/** Throws ConfigError for a malformed pattern. */
function readPattern(text: string): MappingPattern {
  const source = { name: 'pattern', shortName: 'pattern', text };
  const spanAt = (offset: number, length: number) => ({ source, offset, length });
  const parsed = parseEntry(
    { pattern: { text, at: spanAt }, template: { text: '', at: spanAt } },
    spanAt(0, text.length),
  );
  if (hasErrors(parsed.diagnostics)) throw new ConfigError(parsed.diagnostics);
  return parsed.value.pattern;
}

async function run(given: Arguments): Promise<Report> {
  const [text = '', probe = ''] = given.words;
  const pattern = readPattern(text);
  const match = matchPattern(compilePattern(pattern), probe, new StepBudget(defaultSettings.limits.steps));
  const captures = match?.captures ?? [];
  return {
    exitCode: 0,
    json: { match: match !== null, captures },
    text: (paint) => [
      ...describePattern(pattern).map((line) => paint.dim(brief(line))),
      match === null ? paint.doubtful('No match.') : paint.good('Match.'),
      ...captures.map((capture, index) => `${index} - ${brief(capture)}`),
    ],
  };
}

/** `pmdf test match` */
export const testMatch: Command = {
  name: 'test match',
  summary: 'put a string to one pattern of a mapping table',
  operands: 'PATTERN STRING',
  words: { least: 2, most: 2 },
  options: [],
  about: [
    'Shows the elements of the pattern, whether it matches the whole string, and the text of each saved',
    'wildcard. No configuration is read. Exit code 0 whether it matches or not; 2 for a malformed pattern.',
    "PMDF's spelling: pmdf test -match PATTERN STRING",
  ],
  run,
};
