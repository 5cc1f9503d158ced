/*
 * How an entry of an access table that matches may run, whatever its look-ups and chance answer. Each run ends in one of these:
 *   refuse    the recipient is rejected or deferred, whatever later entries say: flags add up
 *   discard   the message is accepted and goes nowhere: discarded, or held
 *   permit    the table ends and refuses nothing
 *   next      the entry fails, and later ones are tried with the same text
 *   again     entries are tried with the output as the text, from the next one or from the first
 *   unknown   entries are tried once more, in a way that is not followed
 * Ref: PMDF 5.3.2, 16.1.1
 */
import { type AccessTable, flagsOf } from '../../access/index.js';
import {
  type ArgumentItem,
  type Control,
  type MappingTemplate,
  mayControl,
  type TemplateItem,
} from '../../mapping/index.js';

export type RunEnd = 'refuse' | 'discard' | 'permit' | 'next' | 'again' | 'unknown';

/** A call of another table. */
export type TableCall = Extract<TemplateItem, { kind: 'sub-table' }>;

/** One way in which an entry may run. */
export interface EntryRun {
  readonly end: RunEnd;
  /** The keys that the general database has for it. */
  readonly found: readonly (readonly ArgumentItem[])[];
  /** The calls of other tables that are answered for it. */
  readonly called: readonly TableCall[];
  /** Whether it always runs so where the database has these keys and the tables answer. */
  readonly isCertain: boolean;
  /** For `again`: whether from the first entry, and the output; null where that is not known. */
  readonly fromFirst: boolean;
  readonly output: readonly ArgumentItem[] | null;
}

/** How an item may end. */
interface ItemResult {
  readonly passes: boolean;
  readonly fails: boolean;
  readonly defers: boolean;
}

const always: ItemResult = { passes: true, fails: false, defers: false };

function resultsOf(item: TemplateItem, inputFlags: ReadonlySet<string>): ItemResult {
  switch (item.kind) {
    case 'chance':
      return { passes: item.percent > 0, fails: item.percent < 100, defers: false };
    case 'input-flag': {
      const passes = inputFlags.has(item.flag) === item.set;
      return { passes, fails: !passes, defers: false };
    }
    case 'database':
    case 'sub-table':
    case 'ldap':
      return { passes: true, fails: true, defers: true };
    case 'sequence':
      return { passes: true, fails: true, defers: true };
    case 'routine':
      // What it gives may refuse too, which keeps less mail in than passing does.
      return item.run === null
        ? { passes: false, fails: false, defers: true }
        : { passes: true, fails: true, defers: true };
    case 'domain-attribute':
      return { passes: false, fails: false, defers: true };
    case 'literal':
    case 'capture':
    case 'case':
    case 'filter-quoting':
    case 'control':
    case 'stop':
    case 'flag':
      return always;
  }
}

function endedBy(flags: ReadonlySet<string>, table: AccessTable): 'refuse' | 'discard' | 'permit' {
  const known = flagsOf(table).filter(({ letter }) => flags.has(letter));
  const isSet = (letter: string): boolean => known.some((one) => one.letter === letter);
  if (isSet('N') || isSet('F') || known.some(({ provided }) => !provided)) return 'refuse';
  return isSet('B') || isSet('H') ? 'discard' : 'permit';
}

function failedAfter(control: Control | null): RunEnd {
  if (control === null || control === 'E') return 'permit';
  return control === 'C' ? 'next' : 'unknown';
}

/** Finds the runs of an entry; `inputFlags` are those of the session. */
export function entryRuns(
  template: MappingTemplate,
  table: AccessTable,
  inputFlags: ReadonlySet<string>,
): readonly EntryRun[] {
  const runs: EntryRun[] = [];
  const flags = new Set<string>();
  const found: (readonly ArgumentItem[])[] = [];
  const called: TableCall[] = [];
  let control: Control | null = null;
  let isCertain = true;
  let output: ArgumentItem[] | null = [];
  const add = (end: RunEnd, certain: boolean, how: Partial<EntryRun> = {}): void => {
    const before = { found: [...found], called: [...called] };
    const run = { end, ...before, isCertain: certain, fromFirst: false, output: null, ...how };
    runs.push(run);
  };
  for (const item of template) {
    if (item.kind === 'stop') {
      control = 'E';
      break;
    }
    if (item.kind === 'control') control = item.control;
    if (item.kind === 'flag') flags.add(item.flag);
    const { passes, fails, defers } = resultsOf(item, inputFlags);
    if (fails) add(failedAfter(control), isCertain && !passes);
    if (defers) add('refuse', isCertain && !passes && !fails);
    if (item.kind === 'routine' && item.run !== null && mayControl(item.run)) add('permit', false);
    if (!passes) return runs;
    if (item.kind === 'sub-table') called.push(item);
    else if (item.kind === 'database') found.push(item.key);
    else if (fails || defers) isCertain = false;
    if (item.kind === 'literal' || item.kind === 'capture') output?.push(item);
    else if (item.kind === 'case' || item.kind === 'filter-quoting' || isAsking(item)) output = null;
  }
  const end = endedBy(flags, table);
  if (end !== 'permit' || control === null || control === 'E') add(end, isCertain);
  else if (control === 'L') add('unknown', isCertain);
  else add('again', isCertain, { fromFirst: control === 'R', output });
  return runs;
}

function isAsking({ kind }: TemplateItem): boolean {
  return (
    kind === 'database' ||
    kind === 'sub-table' ||
    kind === 'ldap' ||
    kind === 'sequence' ||
    kind === 'routine'
  );
}

/** Whether later entries are tried with the same text after some run. */
export function mayGoOn(runs: readonly EntryRun[]): boolean {
  return runs.some(({ end }) => end === 'next');
}

/** Whether a run certainly keeps mail from being sent on. */
export function stops({ end }: EntryRun): boolean {
  return end === 'refuse' || end === 'discard';
}

/** Whether the entry may keep mail from being sent on. */
export function mayStop(runs: readonly EntryRun[]): boolean {
  return runs.some(stops);
}

/** Whether no later entry, nor the same table again, sees a session that the entry matches. */
export function endsTable(runs: readonly EntryRun[]): boolean {
  return runs.every((run) => run.end === 'permit' || stops(run));
}

/** The input flags that a template tests. */
export function testedFlags(template: MappingTemplate): readonly string[] {
  return template.flatMap((item) => (item.kind === 'input-flag' ? [item.flag] : []));
}
