/*
 * Whether an edit may let mail through that was stopped. An edit of an access table may not, where each probe that is answered
 * differently was let through before, or is stopped now.
 */
import { type AccessTable, findAccessTable } from '../../access/index.js';
import type { Entry } from '../../mapping/index.js';
import { entryRuns, stops, testedFlags } from '../relay/entry-runs.js';
import type { OpenEdit } from './collect-edits.js';
import type { Region } from './entry-regions.js';

/** The input flags that sessions may have, as far as an entry tests them. */
function inputFlagSets({ template }: Entry): ReadonlySet<string>[] {
  return [...new Set(testedFlags(template))].reduce<ReadonlySet<string>[]>(
    (sets, flag) => sets.flatMap((one) => [one, new Set([...one, flag])]),
    [new Set()],
  );
}

function alwaysStops(table: AccessTable, entry: Entry | null): boolean {
  if (entry === null) return false;
  return inputFlagSets(entry).every((flags) => entryRuns(entry.template, table, flags).every(stops));
}

function alwaysPermits(table: AccessTable, entry: Entry | null): boolean {
  if (entry === null) return true;
  return inputFlagSets(entry).every((flags) =>
    entryRuns(entry.template, table, flags).every(({ end }) => end === 'permit'),
  );
}

/** Whether an entry gives the tables after it another sender. */
function replacesSender(entry: Entry | null): boolean {
  return entry?.template.some((item) => item.kind === 'flag' && item.flag === 'J') === true;
}

function isLooser(table: AccessTable, { before, now }: Region): boolean {
  if (replacesSender(before) || replacesSender(now)) return true;
  return !alwaysStops(table, now) && !alwaysPermits(table, before);
}

/** Whether an edit may let something through. */
export function mayLoosen({ known, part, name, uncertain, regions }: OpenEdit): boolean {
  if (known !== null) return false;
  const table = part === 'tables' ? findAccessTable(name)?.table : undefined;
  if (table === undefined || uncertain !== null) return true;
  return regions.some((region) => isLooser(table, region));
}

/** Whether an edit changes nothing but what access tables answer to their probes. */
export function isOfAccessTable({ known, part, name, uncertain }: OpenEdit): boolean {
  return known !== null || (part === 'tables' && findAccessTable(name) !== undefined && uncertain === null);
}
