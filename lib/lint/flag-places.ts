/*
 * Flags of access tables that do not stand where they were meant to: a letter behind a dollar in the middle of a text,
 * which is a blank that was forgotten as a rule, a text without a flag, and arguments that reach another flag than the one they were written
 * for, since they are taken in the order of the flag list.
 * Ref: PMDF 16.1.1
 */
import { type AccessTable, findAccessTable, flagsOf, readAccessOutcome } from '../access/index.js';
import type { Entry, MappingTemplate, TemplateItem } from '../mapping/index.js';
import type { CompiledPolicy } from '../policy/index.js';
import { handsOn } from '../proof/index.js';
import { type Diagnostic, warningAt } from '../text/index.js';
import { lintTables } from './tables.js';

function letterOf(item: TemplateItem | undefined): string | null {
  if (item?.kind === 'flag' && /[A-Z]/.test(item.flag)) return item.flag;
  return item?.kind === 'control' ? item.control : null;
}

/** A flag between two pieces of text without a blank or a bar: `Relaying$not$ permitted`. */
function lintInText({ template }: Entry): Diagnostic[] {
  return template.flatMap((item, index) => {
    const before = template[index - 1];
    const after = template[index + 1];
    const letter = letterOf(item);
    if (letter === null || before?.kind !== 'literal' || after?.kind !== 'literal') return [];
    if (!/[A-Za-z,.;:!?]$/.test(before.text) || !/^[a-z]/.test(after.text)) return [];
    const written = item.span.source.text.slice(item.span.offset, item.span.offset + 2);
    const sign = /^\$[A-Za-z]$/.test(written) ? written : `$${letter}`;
    const what = item.kind === 'flag' ? `sets the flag ${letter}` : `is the control \`$${letter}\``;
    const message = `\`${sign}\` in the middle of a text ${what}, and the text lacks a letter`;
    return [
      warningAt(item.span, 'lint/flag-in-text', message, {
        hint: `write \`$ ${sign.slice(1)}\` for a blank and the letter; flags stand before or behind the text`,
      }),
    ];
  });
}

/** The output of a template that is made of text alone; null when a wildcard or look-up takes part. */
function fixedText(template: MappingTemplate): string | null {
  const texts: string[] = [];
  for (const item of template) {
    if (item.kind === 'literal') texts.push(item.text);
    else if (item.kind !== 'flag' && item.kind !== 'control' && item.kind !== 'input-flag') return null;
  }
  return texts.join('');
}

/** A text without any flag: it permits, and nobody sees the text. */
function lintNoFlag({ template }: Entry): Diagnostic[] {
  const text = template.find((item) => item.kind === 'literal' && /[A-Za-z]/.test(item.text));
  const isForSomebody = template.some((item) => item.kind === 'flag') || handsOn(template);
  if (text === undefined || isForSomebody) return [];
  return [
    warningAt(
      text.span,
      'lint/text-without-flag',
      'this template sets no flag: it permits, and nobody sees the text',
      {
        hint: 'write `$N` in front of it to reject, `$Y` alone to permit',
      },
    ),
  ];
}

function lintArguments(table: AccessTable, { template, span }: Entry): Diagnostic[] {
  const output = fixedText(template);
  const set = new Set(template.flatMap((item) => (item.kind === 'flag' ? [item.flag] : [])));
  const taking = flagsOf(table).filter(({ letter, pieces }) => set.has(letter) && pieces > 0);
  const [first] = taking;
  if (output === null || first === undefined) return [];
  const result = { matched: true, output, flags: set, entries: [], failed: null };
  const [problem] = readAccessOutcome(table, result).problems;
  if (problem === undefined) return [];
  const letters = taking.map(({ letter }) => `\`$${letter}\``);
  const place = template.find((item) => item.kind === 'flag' && problem.includes(`$${item.flag}\``));
  return [
    warningAt(place?.span ?? span, 'lint/flag-argument', problem, {
      hint: `arguments stand in the text in the order ${letters.join(', ')}, each with a \`|\` behind it, then the text itself`,
    }),
  ];
}

/** Finds flags in the wrong place. */
export function lintFlagPlaces(compiled: CompiledPolicy): Diagnostic[] {
  return lintTables(compiled).flatMap(({ written }) => {
    const access = findAccessTable(written.name);
    if (access === undefined) return [];
    return written.entries.flatMap((entry) => {
      // A flag that was none takes an argument that was none.
      const inText = lintInText(entry);
      return inText.length > 0 ? inText : [...lintNoFlag(entry), ...lintArguments(access.table, entry)];
    });
  });
}
