/*
 * Entries of mapping tables that never match, since the entries above take everything that their pattern matches, or since
 * no probe of the table looks like it. The answer is exact; an entry for which it is not known is only counted.
 * Ref: PMDF 5.3.2
 */
import { findAccessTable } from '../../access/index.js';
import { StepBudget } from '../../engine/index.js';
import { matchesText, type ShadowedEntry } from '../../proof/index.js';
import { placeOf } from '../../text/index.js';
import { exampleProbe, ordinaryFields } from '../example-probe.js';
import { type Finding, relatedPlaces, type WrittenRule } from '../rule.js';
import type { LintTable } from '../tables.js';

/** Findings for one table; the cause of the others is mostly the same. */
const mostFindings = 20;
const matchWork = 100_000;

function listOf(places: readonly string[]): string {
  const quoted = places.map((place) => `\`${place}\``);
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} and ${last}`;
}

/** A probe that the entry would match, and the entry that takes it. */
function exampleOf(table: LintTable, { entry, takenBy }: ShadowedEntry): string | null {
  const { written, compiled, site } = table;
  const given = written.entries[entry];
  const own = compiled.entries[entry];
  if (given === undefined || own === undefined) return null;
  const probe = exampleProbe(written.name, given.pattern, own.pattern, site);
  if (probe === null) return null;
  const taker = takenBy.find((one) => {
    const candidate = compiled.entries[one];
    const budget = new StepBudget(matchWork);
    return candidate !== undefined && matchesText(candidate.pattern, probe, budget) === true;
  });
  const span = taker === undefined ? undefined : written.entries[taker]?.span;
  return span === undefined ? null : `\`${probe}\` is taken by \`${placeOf(span)}\``;
}

/** What to do about an entry that no probe can match. */
function fieldsHint({ written, site }: LintTable): string {
  const access = findAccessTable(written.name);
  if (access === undefined) return 'correct the pattern, or remove the entry';
  const fields = ordinaryFields(access.table, site);
  return `it is consulted with ${fields.length} fields, for example \`${fields.join('|')}\``;
}

function findingFor(table: LintTable, shadowed: ShadowedEntry, others: number): Finding[] {
  const { entries, name } = table.written;
  const span = entries[shadowed.entry]?.span;
  if (span === undefined) return [];
  const takers = shadowed.takenBy.flatMap((one) => entries[one]?.span ?? []);
  const more = others === 0 ? '' : `; nor do ${others} more entries of \`${name}\``;
  if (takers.length === 0) {
    const message = `this entry never matches: the table \`${name}\` is never consulted with a text of this form${more}`;
    return [{ span, message, hint: fieldsHint(table) }];
  }
  const example = exampleOf(table, shadowed);
  const verb = takers.length === 1 ? 'takes everything that it matches' : 'take everything that it matches';
  const message = `this entry never matches: ${listOf(takers.map(placeOf))} above it ${verb}${more}`;
  const hint = `${example === null ? '' : `for example ${example}; `}move this entry up, or remove it`;
  const places = takers.map((taker) => ({ span: taker }));
  return [{ span, message, hint, related: relatedPlaces(places, () => 'this entry matches first') }];
}

export const entryNeverMatches = {
  code: 'lint/entry-never-matches',
  about:
    'An entry of a mapping table has no effect: the entries above it take everything that its pattern matches, or the table is never consulted with a text of the form of its pattern. Move it up, correct its pattern, or remove it.',
  check({ neverMatching }) {
    return neverMatching.tables.flatMap(({ table, never }) => {
      const shown = never.slice(0, mostFindings);
      const others = never.length - shown.length;
      return shown.flatMap((one, index) => findingFor(table, one, index === mostFindings - 1 ? others : 0));
    });
  },
} as const satisfies WrittenRule;
