/*
 * A letter after a dollar sign in the middle of a text: `Relaying$not$ permitted`. It sets a flag, and the blank that was
 * meant is missing.
 * Ref: PMDF 16.1.1
 */
import type { Entry, MappingTemplate, TemplateItem } from '../../mapping/index.js';
import type { Finding, WrittenRule } from '../rule.js';

function letterOf(item: TemplateItem): string | null {
  if (item.kind === 'flag' && /[A-Z]/.test(item.flag)) return item.flag;
  return item.kind === 'control' ? item.control : null;
}

function isInText(template: MappingTemplate, index: number): boolean {
  const before = template[index - 1];
  const after = template[index + 1];
  if (before?.kind !== 'literal' || after?.kind !== 'literal') return false;
  return /[A-Za-z,.;:!?]$/.test(before.text) && /^[a-z]/.test(after.text);
}

/** The flags in the middle of a text. */
export function flagsInText({ template }: Entry): readonly Finding[] {
  return template.flatMap((item, index) => {
    const letter = letterOf(item);
    if (letter === null || !isInText(template, index)) return [];
    const written = item.span.source.text.slice(item.span.offset, item.span.offset + 2);
    const sequence = /^\$[A-Za-z]$/.test(written) ? written : `$${letter}`;
    const effect = item.kind === 'flag' ? `sets the flag ${letter}` : `is the control \`$${letter}\``;
    const message = `\`${sequence}\` in the middle of a text ${effect}, and the letter is missing from the text`;
    const hint = `for a blank and the letter write \`$ ${sequence.slice(1)}\`; write flags before or after the text`;
    return [{ span: item.span, message, hint }];
  });
}

export const flagInText = {
  code: 'lint/flag-in-text',
  about:
    'A dollar sign and a letter in the middle of a text set a flag, where a blank was probably meant. A blank is written `$ `, a dollar sign and a blank.',
  check: ({ accessEntries }) => accessEntries.flatMap(({ entry }) => flagsInText(entry)),
} as const satisfies WrittenRule;
