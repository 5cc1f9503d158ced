/*
 * The static check of a whole access table: the flags of each template, and the text with which PORT_ACCESS rejects.
 * Sub-tables are not checked: their flags do not reach the table that calls them.
 * Ref: PMDF 11.5, 16.1.1
 */
import { addsHeaderLine, type MappingTable, type MappingTemplate } from '../mapping/index.js';
import { type Diagnostic, errorAt, warningAt } from '../text/index.js';
import { checkAccessTemplate, type FlagSurroundings } from './check-flags.js';
import { hasReplyCode } from './reject-reply.js';
import type { AccessTable } from './tables.js';

function checkPortText(template: MappingTemplate): Diagnostic[] {
  const flags = new Set(template.filter((item) => item.kind === 'flag').map((item) => item.flag));
  const rejects = flags.has('N') || flags.has('F');
  // After the argument of another flag, or after text from the probe, the beginning is not known.
  const first = template.find((item) => item.kind !== 'flag' && item.kind !== 'control');
  if (!rejects || flags.has('<') || flags.has('>') || first?.kind !== 'literal') return [];
  if (hasReplyCode(first.text)) return [];
  const message = 'the text of a rejection has no SMTP code';
  const hint = 'begin it with a code, such as `500$ 5.7.1$ `';
  return [warningAt(first.span, 'access/port-text-without-code', message, { hint })];
}

function checkPortRoutines(template: MappingTemplate): Diagnostic[] {
  return template.flatMap((item) => {
    if (item.kind !== 'routine' || item.run === null || !addsHeaderLine(item.run)) return [];
    const message = 'the routine adds a header line, and PORT_ACCESS has no flag `$A`';
    const hint =
      'write the entry into ORIG_MAIL_ACCESS or FROM_ACCESS, or refuse by `dns_verify_domain_port`';
    return [errorAt(item.span, 'access/unknown-flag', message, { hint })];
  });
}

/** Checks all entries of an access table; the findings are in the order of the entries. */
export function checkAccessTable(
  table: AccessTable,
  { entries }: MappingTable,
  around: FlagSurroundings,
): readonly Diagnostic[] {
  return entries.flatMap(({ template }) => [
    ...checkAccessTemplate(
      table,
      {
        set: template.filter((item) => item.kind === 'flag'),
        tested: template.filter((item) => item.kind === 'input-flag'),
      },
      around,
    ),
    ...(table === 'PORT_ACCESS' ? [...checkPortText(template), ...checkPortRoutines(template)] : []),
  ]);
}
