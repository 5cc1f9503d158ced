/*
 * Templates of access tables that are a text without a flag. They permit, and nobody sees the text.
 * Ref: PMDF 16.1.1
 */
import type { Entry } from '../../mapping/index.js';
import { flagsIn, passesOutputOn } from '../../proof/index.js';
import type { Finding, WrittenRule } from '../rule.js';

function findingFor({ template }: Entry): Finding[] {
  const text = template.find((item) => item.kind === 'literal' && /[A-Za-z]/.test(item.text));
  if (text === undefined || flagsIn(template).size > 0 || passesOutputOn(template)) return [];
  const message = 'this template sets no flag, so it permits, and nobody sees its text';
  const hint = 'write `$N` before the text to reject, or `$Y` alone to permit';
  return [{ span: text.span, message, hint }];
}

export const textWithoutFlag = {
  code: 'lint/text-without-flag',
  about:
    'A template of an access table has a text but no flag, so the entry permits and the text is not used. To reject with this text, write `$N` before it.',
  check: ({ accessEntries }) => accessEntries.flatMap(({ entry }) => findingFor(entry)),
} as const satisfies WrittenRule;
