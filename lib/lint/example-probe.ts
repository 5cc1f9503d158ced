/*
 * Example probes: for each access table a probe with ordinary values in its fields, and one that a pattern matches.
 */
import { type AccessTable, findAccessTable, type ProbeField, probeFields } from '../access/index.js';
import { StepBudget } from '../engine/index.js';
import type { CompiledPattern, MappingPattern, PatternElement } from '../mapping/index.js';
import type { Policy } from '../policy/index.js';
import { type BarCounts, exampleText, hasBars, isIncluded } from '../proof/index.js';

const work = 100_000;

/** The envelope From of an ordinary probe. */
export const ordinarySender = 'ann@sender.example';

export interface ProbeSite {
  /** The initial channel. */
  readonly sourceChannel: string;
  readonly localHost: string;
  /** Whether probes of SEND_ACCESS and ORIG_SEND_ACCESS may have the original recipient as a further field. */
  readonly orcpt: boolean;
}

export function probeSite({ settings, localHost }: Policy): ProbeSite {
  return { sourceChannel: settings.listeners.default, localHost, orcpt: settings.access.orcpt };
}

/** An ordinary value of each field. */
function exampleValues({ sourceChannel, localHost }: ProbeSite): Readonly<Record<ProbeField, string>> {
  return {
    transport: 'TCP',
    serverAddress: '192.0.2.1',
    serverPort: '25',
    clientAddress: '192.0.2.7',
    clientPort: '4000',
    application: 'SMTP',
    submitType: 'MAIL',
    sourceChannel,
    from: ordinarySender,
    destinationChannel: 'l',
    to: `bob@${localHost}`,
    orcpt: `bob@${localHost}`,
    authenticatedFrom: '',
  };
}

/** The usual form of probes. */
const usual = { overTcp: true, orcpt: false };

export function ordinaryFields(table: AccessTable, site: ProbeSite): readonly string[] {
  const values = exampleValues(site);
  return probeFields(table, usual).map((field) => values[field]);
}

/** The position of a field in an ordinary probe, from 0; -1 where the table does not have it. */
export function fieldPosition(table: AccessTable, field: ProbeField): number {
  return probeFields(table, usual).indexOf(field);
}

/** The numbers of bars that probes of a table can have; null for a table that is not an access table. */
export function probeBars(name: string, { orcpt }: ProbeSite): BarCounts {
  const table = findAccessTable(name)?.table;
  if (table === undefined) return null;
  const forms = [
    usual,
    { ...usual, orcpt },
    ...(table === 'PORT_ACCESS' ? [] : [{ ...usual, overTcp: false }]),
  ];
  return new Set(forms.map((form) => probeFields(table, form).length - 1));
}

export function barsIn(element: PatternElement): number {
  return element.kind === 'literal' ? element.text.split('|').length - 1 : 0;
}

function barsOf(pattern: MappingPattern): number {
  return pattern.reduce((sum, element) => sum + barsIn(element), 0);
}

/** The text for a wildcard: a whole field where it is one, otherwise something that suits the text around it. */
function textForWildcard(pattern: MappingPattern, index: number, fields: readonly string[]): string {
  const before = pattern[index - 1];
  const after = pattern[index + 1];
  const left = before === undefined ? '|' : before.kind === 'literal' ? before.text.slice(-1) : '';
  const right = after === undefined ? '|' : after.kind === 'literal' ? after.text.charAt(0) : '';
  if (left === '|' && right === '|') {
    // A first wildcard may match several fields.
    const missing = Math.max(0, fields.length - barsOf(pattern) - 1);
    const field = barsOf(pattern.slice(0, index));
    if (field === 0) return fields.slice(0, missing + 1).join('|');
    return fields[field + missing] ?? '';
  }
  if (right === '@') return 'ann';
  return left === '@' ? 'other.example' : 'x';
}

/** A probe of a table that a pattern matches, as ordinary as possible; null when none is found. */
export function exampleProbe(
  table: string,
  pattern: MappingPattern,
  compiled: CompiledPattern,
  site: ProbeSite,
): string | null {
  const access = findAccessTable(table);
  const fields = access === undefined ? [] : ordinaryFields(access.table, site);
  const budget = new StepBudget(work);
  const ordinary = exampleText(pattern, compiled, (index) => textForWildcard(pattern, index, fields), budget);
  const bars = probeBars(table, site);
  if (ordinary !== null && hasBars(ordinary, bars)) return ordinary;
  const shortest = isIncluded(pattern, [], { left: work }, bars);
  return shortest.kind === 'not-included' ? shortest.text : null;
}
