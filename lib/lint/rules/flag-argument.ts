/*
 * Arguments of flags that reach another flag than the one they were written for: they are read from the text in the order
 * of the flag list, whatever the order of the flags.
 * Ref: PMDF 16.1.1
 */
import { flagsOf, readAccessOutcome } from '../../access/index.js';
import type { MappingTemplate } from '../../mapping/index.js';
import { flagsIn } from '../../proof/index.js';
import type { Finding, WrittenRule } from '../rule.js';
import type { AccessEntry } from '../tables.js';
import { flagsInText } from './flag-in-text.js';

/** The output of a template; null when it depends on a wildcard or a look-up. */
function fixedText(template: MappingTemplate): string | null {
  const texts: string[] = [];
  for (const item of template) {
    if (item.kind === 'literal') texts.push(item.text);
    else if (item.kind !== 'flag' && item.kind !== 'control' && item.kind !== 'input-flag') return null;
  }
  return texts.join('');
}

function findingFor({ table, entry }: AccessEntry): Finding[] {
  const { template, span } = entry;
  const output = fixedText(template);
  const flags = flagsIn(template);
  const withArgument = flagsOf(table).filter(({ letter, pieces }) => flags.has(letter) && pieces > 0);
  // The argument of a flag that was not meant as one is not an argument either.
  if (output === null || withArgument.length === 0 || flagsInText(entry).length > 0) return [];
  const result = { matched: true, output, flags: new Set(flags), entries: [], failed: null };
  const [problem] = readAccessOutcome(table, result).problems;
  if (problem === undefined) return [];
  const letters = withArgument.map(({ letter }) => `\`$${letter}\``);
  const place = template.find((item) => item.kind === 'flag' && problem.includes(`$${item.flag}\``));
  const hint = `write the arguments in the order ${letters.join(', ')}, each followed by \`|\`, then the text`;
  return [{ span: place?.span ?? span, message: problem, hint }];
}

export const flagArgument = {
  code: 'lint/flag-argument',
  about:
    'The argument of a flag is not of the right kind. Arguments are read from the text in the order of the flag list, whatever the order in which the flags are written. Write them in the order that the hint shows.',
  check: ({ accessEntries }) => accessEntries.flatMap(findingFor),
} as const satisfies WrittenRule;
