/*
 * Entries of mapping tables that can never run, since the entries above take whatever they match. It is decided on the
 * patterns, exactly; an entry for which that cannot be done is counted, and nothing is said of it.
 * Ref: PMDF 5.3.2
 */
import { findAccessTable } from '../access/index.js';
import { StepBudget } from '../engine/index.js';
import type { MappingTable } from '../mapping/index.js';
import type { CompiledPolicy } from '../policy/index.js';
import { findShadowed, matchesText, outcomesOf, type ShadowedEntry, type WorkLimit } from '../proof/index.js';
import { type Diagnostic, DiagnosticList, placeOf, warningAt } from '../text/index.js';

import { exampleProbe, usualFields } from './probe-text.js';
import { type LintTable, lintTables, siteOf } from './tables.js';

/** What was found, and how many entries were passed over without an answer. */
export interface EntryFindings {
  readonly diagnostics: readonly Diagnostic[];
  readonly undecided: number;
}

/** All the work for one policy; a hundred thousand entries that have nothing to do with each other need a fifth of it. */
const wholeWork = 5_000_000;
/** Findings for one table; what is wrong with the others is the same as a rule. */
const mostFindings = 20;
const matchWork = 100_000;

function listOf(places: readonly string[]): string {
  const quoted = places.map((place) => `\`${place}\``);
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} and ${last}`;
}

/** An example of what the entry would match, and who takes it. */
function exampleOf(
  compiled: CompiledPolicy,
  { written, compiled: table }: LintTable,
  { entry, takenBy }: ShadowedEntry,
): string | null {
  const given = written.entries[entry];
  const own = table.entries[entry];
  if (given === undefined || own === undefined) return null;
  const probe = exampleProbe(written.name, given.pattern, own.pattern, siteOf(compiled));
  if (probe === null) return null;
  const taker = takenBy.find((one) => {
    const candidate = table.entries[one];
    const budget = new StepBudget(matchWork);
    return candidate !== undefined && matchesText(candidate.pattern, probe, budget) === true;
  });
  const span = taker === undefined ? undefined : written.entries[taker]?.span;
  return span === undefined ? null : `\`${probe}\` goes to \`${placeOf(span)}\``;
}

function findingOf(
  compiled: CompiledPolicy,
  table: LintTable,
  shadowed: ShadowedEntry,
  others: number,
): Diagnostic[] {
  const { entries, name } = table.written;
  const span = entries[shadowed.entry]?.span;
  if (span === undefined) return [];
  const takers = shadowed.takenBy.flatMap((one) => entries[one]?.span ?? []);
  const more = others === 0 ? '' : `, and ${others} further entries of \`${table.written.name}\` never match`;
  if (takers.length === 0) {
    const access = findAccessTable(name);
    const usual = access === undefined ? null : usualFields(access.table, siteOf(compiled));
    return [
      warningAt(span, 'lint/entry-never-matches', `no probe of \`${name}\` can match this pattern${more}`, {
        hint:
          usual === null
            ? 'take the entry out'
            : `its probes have ${usual.length} fields, such as \`${usual.join('|')}\``,
      }),
    ];
  }
  const example = exampleOf(compiled, table, shadowed);
  const verb = takers.length === 1 ? 'takes all that it matches' : 'together take all that it matches';
  return [
    warningAt(
      span,
      'lint/entry-never-matches',
      `this entry never matches: ${listOf(takers.map(placeOf))} ${verb}${more}`,
      {
        hint: `${example === null ? '' : `for example ${example}; `}put this entry in front, or take it out`,
        related: takers.map((taker) => ({ message: 'taken here', span: taker })),
      },
    ),
  ];
}

/** Whether an entry takes others by failing: that is a finding of its own, with another mend. */
function endsByFailing({ entries }: MappingTable, entry: number): boolean {
  const template = entries[entry]?.template;
  return template !== undefined && outcomesOf(template).endsByFailing.length > 0;
}

/** Finds the entries that never run. */
export function lintNeverRunningEntries(compiled: CompiledPolicy): EntryFindings {
  const limit: WorkLimit = { left: wholeWork };
  const diagnostics = new DiagnosticList();
  let undecided = 0;
  for (const table of lintTables(compiled)) {
    const { written } = table;
    const report = findShadowed(written.entries, table.compiled, limit, table.bars);
    undecided += report.undecided + report.leftOut;
    const own = report.shadowed.filter(({ takenBy }) => !takenBy.some((one) => endsByFailing(written, one)));
    const shown = own.slice(0, mostFindings);
    const others = own.length - shown.length;
    for (const [index, shadowed] of shown.entries()) {
      diagnostics.append(findingOf(compiled, table, shadowed, index === mostFindings - 1 ? others : 0));
    }
    if (report.leftOut > 0) {
      const message = `${report.leftOut} entries of \`${written.name}\` were not compared with those above them`;
      const hint = 'the table is too large to be looked through; many entries that begin alike cost the most';
      diagnostics.push(warningAt(written.span, 'lint/entries-left-out', message, { hint }));
    }
  }
  return { diagnostics: diagnostics.all, undecided };
}
