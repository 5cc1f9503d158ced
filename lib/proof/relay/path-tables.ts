/*
 * The tables on a path, asked what a session that was run through the engine says of others: which are stopped, permitted or allowed
 * with it.
 */
import type { Language } from '../language/language.js';
import { type AllowedNote, notesAbove } from './allowed-notes.js';
import { siteRoutinesOf } from './site-routines.js';
import type { EntryTools, TableEntries } from './table-entries.js';
import type { DeliveredTrial, Passed, StoppedBy } from './try-session.js';

export class PathTables {
  readonly #tables: readonly TableEntries[];
  readonly #tools: EntryTools;

  constructor(tables: readonly TableEntries[], tools: EntryTools) {
    this.#tables = tables;
    this.#tools = tools;
  }

  /** Whether an entry may stop some session. */
  mayStop(): boolean {
    return this.#tables.some((table) => table.mayStop());
  }

  #tableFor({ table, pass }: Pick<Passed, 'table' | 'pass'>, place: string): readonly TableEntries[] {
    return this.#tables.filter(
      (one) =>
        one.consultation.table === table && one.consultation.pass === pass && one.entryAt(place) !== null,
    );
  }

  /** The entry that stops a session and its routines of the site, in words; null where it calls none. */
  siteRoutines({ place, ...stop }: StoppedBy): string | null {
    const entry = this.#tableFor(stop, place)[0]?.entryAt(place) ?? null;
    return entry === null ? null : siteRoutinesOf(entry);
  }

  /** Sessions that are certain to be stopped as one is; null where none are. */
  stopped(by: readonly StoppedBy[]): Language | null {
    const { languages } = this.#tools;
    const found = by.flatMap((stop) =>
      stop.entries.flatMap((place) =>
        this.#tableFor(stop, place).flatMap((one) => one.stoppedAt(place) ?? []),
      ),
    );
    return found.length === 0 ? null : languages.union(found);
  }

  /** The sessions that the same entries permit: all where no entry did. */
  permitted(passed: readonly Passed[]): Language {
    const { languages } = this.#tools;
    const matched = passed.flatMap((one) =>
      this.#tableFor(one, one.place).flatMap((table) => table.matchedAt(one.place) ?? []),
    );
    return languages.intersection(matched);
  }

  /** The notes that allow a way: of the entries that decided, each has one, or the path has one at these places and none of them lacks it. */
  notesOf({ passed, rules, matched }: DeliveredTrial, allowedAt: readonly string[]): readonly AllowedNote[] {
    const { notes } = this.#tools;
    const isOpen = passed.some(
      (one) =>
        notes.above(one.place) === undefined &&
        this.#tableFor(one, one.place).some((table) => table.isDecisiveAt(one.place)),
    );
    if (isOpen) return [];
    const fired = new Set([...rules, ...matched]);
    const onPath = allowedAt.filter((place) => fired.has(place));
    return notesAbove(notes, [...passed.map(({ place }) => place), ...onPath]);
  }

  /** The sessions that are certainly allowed as one is, by the entries that it passed; null where that is not known. */
  allowed(passed: readonly Passed[]): Language | null {
    const { languages, notes } = this.#tools;
    const parts: Language[] = [];
    for (const table of this.#tables) {
      const { consultation } = table;
      const noted = passed.find(
        ({ table: name, pass, place }) =>
          name === consultation.table &&
          pass === consultation.pass &&
          table.entryAt(place) !== null &&
          notes.above(place) !== undefined,
      );
      if (noted === undefined) parts.push(languages.complement(table.passedUnallowed()));
      else {
        const ended = table.endedAt(noted.place);
        if (ended === null) return null;
        parts.push(ended);
      }
    }
    return languages.intersection(parts);
  }
}
