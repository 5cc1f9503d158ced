/*
 * Example probes: for each access table the fields of a usual probe, and a probe of that kind that a pattern matches.
 */
import { type AccessTable, findAccessTable } from '../access/index.js';
import { StepBudget } from '../engine/index.js';
import type { CompiledPattern, MappingPattern, PatternElement } from '../mapping/index.js';
import { type BarCounts, exampleText, hasBars, isIncluded } from '../proof/index.js';

const work = 100_000;

/** The sender of a usual probe. */
export const usualSender = 'ann@sender.example';

/** The least that is known of a site. */
export interface ProbeSite {
  /** The channel that connections start with. */
  readonly sourceChannel: string;
  readonly localHost: string;
  /** Whether probes may have one more field. */
  readonly orcpt: boolean;
}

/** The fields of a usual probe. */
export function usualFields(table: AccessTable, { sourceChannel, localHost }: ProbeSite): string[] {
  const port = ['TCP', '192.0.2.1', '25', '192.0.2.7', '4000'];
  const submission = [...port, 'SMTP', 'MAIL'];
  const recipient = [sourceChannel, usualSender, 'l', `bob@${localHost}`];
  switch (table) {
    case 'PORT_ACCESS':
      return port;
    case 'FROM_ACCESS':
      return [...submission, sourceChannel, usualSender, ''];
    case 'ORIG_SEND_ACCESS':
    case 'SEND_ACCESS':
      return recipient;
    case 'ORIG_MAIL_ACCESS':
    case 'MAIL_ACCESS':
      return [...submission, ...recipient];
  }
}

/** How many bars the probes of a table have, by connection or without one; null for a table that anybody may ask. */
export function probeBars(name: string, orcpt: boolean): BarCounts {
  const access = findAccessTable(name)?.table;
  switch (access) {
    case undefined:
      return null;
    case 'PORT_ACCESS':
      return new Set([4]);
    case 'FROM_ACCESS':
      return new Set([9, 5]);
    case 'ORIG_SEND_ACCESS':
    case 'SEND_ACCESS':
      return new Set(orcpt ? [3, 4] : [3]);
    case 'ORIG_MAIL_ACCESS':
    case 'MAIL_ACCESS':
      return new Set([10, 6]);
  }
}

function barsIn(element: PatternElement): number {
  return element.kind === 'literal' ? element.text.split('|').length - 1 : 0;
}

/** What stands for a wildcard: the whole field where it is one, else something like what stands beside it. */
function fillAt(pattern: MappingPattern, index: number, fields: readonly string[]): string {
  const before = pattern[index - 1];
  const after = pattern[index + 1];
  const left = before === undefined ? '|' : before.kind === 'literal' ? before.text.slice(-1) : '';
  const right = after === undefined ? '|' : after.kind === 'literal' ? after.text.charAt(0) : '';
  if (left === '|' && right === '|') {
    const bars = pattern.reduce((sum, element) => sum + barsIn(element), 0);
    // A first wildcard may stand for several fields.
    const missing = Math.max(0, fields.length - bars - 1);
    const field = pattern.slice(0, index).reduce((sum, element) => sum + barsIn(element), 0);
    if (field === 0) return fields.slice(0, missing + 1).join('|');
    return fields[field + missing] ?? '';
  }
  if (right === '@') return 'ann';
  return left === '@' ? 'other.example' : 'x';
}

/** A probe that a pattern of a table matches, as usual as it can be; null when none was found. */
export function exampleProbe(
  table: string,
  pattern: MappingPattern,
  compiled: CompiledPattern,
  site: ProbeSite,
): string | null {
  const access = findAccessTable(table);
  const fields = access === undefined ? [] : usualFields(access.table, site);
  const budget = new StepBudget(work);
  const usual = exampleText(pattern, compiled, (index) => fillAt(pattern, index, fields), budget);
  const bars = probeBars(table, site.orcpt);
  if (usual !== null && hasBars(usual, bars)) return usual;
  const shortest = isIncluded(pattern, [], { left: work }, bars);
  return shortest.kind === 'not-included' ? shortest.text : null;
}
