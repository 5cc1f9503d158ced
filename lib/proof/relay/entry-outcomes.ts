/*
 * What an entry of an access table that matches may do, whatever its look-ups and chance answer:
 *   refuse    the recipient is rejected or deferred
 *   discard   the message is accepted and goes nowhere: discarded, or held
 *   permit    the table ends and refuses nothing
 *   next      the entry fails, and later ones are tried with the same text
 *   changed   entries are tried with another text, or once more
 * Ref: PMDF 5.3.2, 16.1.1
 */
import { type AccessTable, flagsOf } from '../../access/index.js';
import type { Control, MappingTemplate, TemplateItem } from '../../mapping/index.js';

export type EntryOutcome = 'refuse' | 'discard' | 'permit' | 'next' | 'changed';

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

function endedBy(flags: ReadonlySet<string>, table: AccessTable): EntryOutcome {
  const known = flagsOf(table).filter(({ letter }) => flags.has(letter));
  const isSet = (letter: string): boolean => known.some((one) => one.letter === letter);
  if (isSet('N') || isSet('F') || known.some(({ provided }) => !provided)) return 'refuse';
  return isSet('B') || isSet('H') ? 'discard' : 'permit';
}

function failedAfter(control: Control | null): EntryOutcome {
  if (control === null || control === 'E') return 'permit';
  return control === 'C' ? 'next' : 'changed';
}

/** Finds what may happen; `inputFlags` are those of the session. */
export function entryOutcomes(
  template: MappingTemplate,
  table: AccessTable,
  inputFlags: ReadonlySet<string>,
): ReadonlySet<EntryOutcome> {
  const found = new Set<EntryOutcome>();
  const flags = new Set<string>();
  let control: Control | null = null;
  for (const item of template) {
    if (item.kind === 'stop') return found.add(endedBy(flags, table));
    if (item.kind === 'control') control = item.control;
    if (item.kind === 'flag') flags.add(item.flag);
    const { passes, fails, defers } = resultsOf(item, inputFlags);
    if (fails) found.add(failedAfter(control));
    if (defers) found.add('refuse');
    if (!passes) return found;
  }
  return found.add(control === null || control === 'E' ? endedBy(flags, table) : 'changed');
}

/** Whether later entries, or what the table is asked next, may see a session that the entry matches. */
export function mayPass(outcomes: ReadonlySet<EntryOutcome>): boolean {
  return outcomes.has('permit') || outcomes.has('changed');
}

/** Whether the entry certainly keeps mail from being sent on. */
export function certainlyStops(outcomes: ReadonlySet<EntryOutcome>): boolean {
  return [...outcomes].every((one) => one === 'refuse' || one === 'discard');
}

/** Whether the entry may keep mail from being sent on. */
export function mayStop(outcomes: ReadonlySet<EntryOutcome>): boolean {
  return outcomes.has('refuse') || outcomes.has('discard');
}

/** Whether no later entry, nor the same table again, sees a session that the entry matches. */
export function certainlyEnds(outcomes: ReadonlySet<EntryOutcome>): boolean {
  return !outcomes.has('next') && !outcomes.has('changed');
}

/** The input flags that a template tests. */
export function testedFlags(template: MappingTemplate): readonly string[] {
  return template.flatMap((item) => (item.kind === 'input-flag' ? [item.flag] : []));
}
