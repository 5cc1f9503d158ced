/*
 * Example probes: for each access table a probe with ordinary values in its fields, and one that a pattern matches.
 */
import { type AccessTable, findAccessTable } from '../access/index.js';
import { StepBudget } from '../engine/index.js';
import type { CompiledPattern, MappingPattern, PatternElement } from '../mapping/index.js';
import type { Policy } from '../policy/index.js';
import { type BarCounts, exampleText, hasBars, isIncluded } from '../proof/index.js';

const work = 100_000;

/** The envelope From of an ordinary probe. */
export const ordinarySender = 'ann@sender.example';

/** What the probes of a site depend on. */
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

/** A field of a probe by its name, with an ordinary value. */
type Field = readonly [name: string, value: string];

function fieldsOfTable(table: AccessTable, { sourceChannel, localHost }: ProbeSite): readonly Field[] {
  const port: readonly Field[] = [
    ['transport', 'TCP'],
    ['serverAddress', '192.0.2.1'],
    ['serverPort', '25'],
    ['clientAddress', '192.0.2.7'],
    ['clientPort', '4000'],
  ];
  const submission: readonly Field[] = [...port, ['application', 'SMTP'], ['submitType', 'MAIL']];
  const from: readonly Field[] = [
    ['sourceChannel', sourceChannel],
    ['from', ordinarySender],
  ];
  const to: readonly Field[] = [
    ['destinationChannel', 'l'],
    ['to', `bob@${localHost}`],
  ];
  switch (table) {
    case 'PORT_ACCESS':
      return port;
    case 'FROM_ACCESS':
      return [...submission, ...from, ['authenticatedFrom', '']];
    case 'ORIG_SEND_ACCESS':
    case 'SEND_ACCESS':
      return [...from, ...to];
    case 'ORIG_MAIL_ACCESS':
    case 'MAIL_ACCESS':
      return [...submission, ...from, ...to];
  }
}

/** The fields of an ordinary probe. */
export function ordinaryFields(table: AccessTable, site: ProbeSite): readonly string[] {
  return fieldsOfTable(table, site).map(([, value]) => value);
}

/** The position of a field in the probes of a table, from 0; -1 where the table does not have it. */
export function fieldPosition(table: AccessTable, name: string, site: ProbeSite): number {
  return fieldsOfTable(table, site).findIndex(([one]) => one === name);
}

/** The numbers of bars that probes of a table can have, with and without a connection; null for a table of another name. */
export function probeBars(name: string, site: ProbeSite): BarCounts {
  const table = findAccessTable(name)?.table;
  if (table === undefined) return null;
  const bars = ordinaryFields(table, site).length - 1;
  if (table.endsWith('SEND_ACCESS')) return new Set(site.orcpt ? [bars, bars + 1] : [bars]);
  // Without a connection the five fields of the ports are one.
  return new Set(table === 'PORT_ACCESS' ? [bars] : [bars, bars - 4]);
}

/** How many bars an element of a pattern has. */
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
