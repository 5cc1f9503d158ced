/*
 * The entries of one access table as they are consulted about sets of sessions: which sessions an entry is certain to stop, since no
 * entry before it can let one of them pass.
 */
import type { AccessTable } from '../../access/index.js';
import type { Entry, MappingFile, MappingPattern, MappingTable } from '../../mapping/index.js';
import { otherSpellings } from '../../mapping/index.js';
import { placeOf } from '../../text/index.js';
import type { WorkLimit } from '../inclusion/inclusion.js';
import type { Bound } from '../inclusion/pattern-automaton.js';
import { findText } from '../language/find-text.js';
import type { Language, Languages } from '../language/language.js';
import type { PatternBoxes } from '../language/pattern-boxes.js';
import type { AllowedNotes } from './allowed-notes.js';
import { answeredRegions, type RunQuestion } from './asked/answered-regions.js';
import type { DatabaseContents } from './database-contents.js';
import { type EntryRun, endsTable, entryRuns, mayGoOn, mayStop, stops } from './entry-runs.js';
import { nextProbe } from './next-probe.js';
import {
  type Consultation,
  fixedTexts,
  type ProbePart,
  type ProbeStyle,
  probeParts,
  type SessionSpace,
} from './session-space.js';

/** What is shared by all consultations of one proof. */
export interface EntryTools {
  readonly languages: Languages;
  readonly boxes: PatternBoxes;
  readonly style: ProbeStyle;
  readonly contents: DatabaseContents;
  readonly mappings: MappingFile;
  readonly work: WorkLimit;
  readonly notes: AllowedNotes;
}

interface KnownEntry {
  readonly entry: Entry;
  readonly number: number;
  readonly runs: readonly EntryRun[];
}

/** The entries of a table as they run in sessions with certain input flags. */
interface KnownTable {
  readonly entries: readonly KnownEntry[];
  /** Those of a place: there may be several in one line of YAML. */
  readonly byPlace: ReadonlyMap<string, readonly KnownEntry[]>;
  /** The number of the last entry that may stop a session; -1 for none. */
  readonly lastStop: number;
}

const tablesKnown = new WeakMap<MappingTable, Map<string, KnownTable>>();

function knownTable(table: MappingTable, name: AccessTable, inputFlags: ReadonlySet<string>): KnownTable {
  const byUse = tablesKnown.get(table) ?? new Map<string, KnownTable>();
  tablesKnown.set(table, byUse);
  const key = [name, ...[...inputFlags].sort()].join();
  const known = byUse.get(key);
  if (known !== undefined) return known;
  const byPlace = new Map<string, KnownEntry[]>();
  const entries = table.entries.map((entry, number) => {
    const one = { entry, number, runs: entryRuns(entry.template, name, inputFlags) };
    const place = placeOf(entry.span);
    const same = byPlace.get(place);
    if (same === undefined) byPlace.set(place, [one]);
    else same.push(one);
    return one;
  });
  const lastStop = entries.findLast(({ runs }) => mayStop(runs))?.number ?? -1;
  const made = { entries, byPlace, lastStop };
  byUse.set(key, made);
  return made;
}

/** Entries that go on with another text more often than this are not followed. */
const mostTexts = 4;

/** The entries of a table in one consultation. */
export class TableEntries {
  readonly consultation: Consultation;
  readonly #tools: EntryTools;
  readonly #space: SessionSpace;
  readonly #entries: readonly KnownEntry[];
  readonly #byPlace: ReadonlyMap<string, readonly KnownEntry[]>;
  readonly #lastStop: number;
  readonly #isOfRecipients: boolean;
  /** Those that may let a session pass, with the sessions that they match; found as far as they were needed. */
  readonly #passing = new Map<number, Language>();

  constructor(
    table: MappingTable,
    consultation: Consultation,
    inputFlags: ReadonlySet<string>,
    space: SessionSpace,
    tools: EntryTools,
  ) {
    this.consultation = consultation;
    this.#tools = tools;
    this.#space = space;
    const { entries, byPlace, lastStop } = knownTable(table, consultation.table, inputFlags);
    this.#entries = entries;
    this.#byPlace = byPlace;
    this.#lastStop = lastStop;
    this.#isOfRecipients = consultation.destination !== '';
  }

  get #parts(): readonly ProbePart[] {
    return probeParts(this.consultation, this.#tools.style);
  }

  /** The sessions that an entry matches, all or only such; null where its pattern cannot be taken apart. */
  #matches({ entry }: KnownEntry, bound: Bound, parts = this.#parts): Language | null {
    return this.#matched([entry.pattern, ...otherSpellings(entry.pattern)], bound, parts);
  }

  #matched(patterns: readonly MappingPattern[], bound: Bound, parts: readonly ProbePart[]): Language | null {
    const { languages, boxes, work } = this.#tools;
    const found: Language[] = [];
    for (const pattern of patterns) {
      work.left -= pattern.length;
      const made = boxes.of(pattern, fixedTexts(parts), bound);
      if (made === null) return null;
      for (const box of made) found.push(this.#space.inBox(box, parts));
    }
    return languages.union(found);
  }

  /** The sessions that run so, all or only such; null where they are not known. */
  #running(known: KnownEntry, run: EntryRun, bound: Bound, parts = this.#parts): Language | null {
    const { languages } = this.#tools;
    const question: RunQuestion = {
      entry: known.entry,
      fieldCount: parts.length,
      tools: this.#tools,
      matched: (patterns, of) => this.#matched(patterns, of, parts),
    };
    const regions = answeredRegions(run, bound, question);
    if (regions === null) return null;
    const matched = this.#matches(known, bound, parts);
    if (matched === null) return bound === 'only' ? null : languages.intersection(regions);
    return languages.intersection([matched, ...regions]);
  }

  #at(place: string): readonly KnownEntry[] {
    return this.#byPlace.get(place) ?? [];
  }

  /** The sessions of which an entry at a place is certain, once they come to it, unless an earlier one lets them pass; null for none. */
  #certainAt(place: string, certain: (known: KnownEntry) => Language | null): Language | null {
    const found = this.#at(place).flatMap((known) => {
      const sessions = certain(known);
      return sessions === null ? [] : [this.#withoutEarlier(known, sessions)];
    });
    return found.length === 0 ? null : this.#tools.languages.union(found);
  }

  /** All sessions that the entries at a place match; null if the place has no entry. */
  matchedAt(place: string): Language | null {
    const { languages } = this.#tools;
    const known = this.#at(place);
    if (known.length === 0) return null;
    return languages.union(known.map((one) => this.#matches(one, 'all') ?? languages.everything));
  }

  /** The first entry at a place. */
  entryAt(place: string): Entry | null {
    return this.#at(place)[0]?.entry ?? null;
  }

  /** Sessions that an entry at a place is certain to stop; null where none is certain of any. */
  stoppedAt(place: string): Language | null {
    return this.#certainAt(place, (known) => this.#stopped(known));
  }

  /** Sessions without those that an entry before may let pass. */
  #withoutEarlier(known: KnownEntry, sessions: Language): Language {
    const { languages } = this.#tools;
    const before: Language[] = [];
    for (const one of this.#entries) {
      if (one.number === known.number) break;
      const passed = this.#passedBy(one);
      if (passed !== languages.nothing) before.push(passed);
    }
    return languages.difference(sessions, languages.union(before));
  }

  /** Sessions that an entry is certain to stop once they come to it. */
  #stopped(known: KnownEntry): Language | null {
    const { languages } = this.#tools;
    if (!mayGoOn(known.runs)) {
      const matched = this.#matches(known, 'only');
      return matched === null ? null : languages.difference(matched, this.#passedBy(known));
    }
    const certain = known.runs.flatMap((run) =>
      run.isCertain && stops(run) ? (this.#running(known, run, 'only') ?? []) : [],
    );
    return certain.length === 0 ? null : languages.union(certain);
  }

  /** Whether an entry at a place decides that a recipient passes: later ones may stop it. */
  isDecisiveAt(place: string): boolean {
    return this.#at(place).some((known) => this.#isDecisive(known));
  }

  #isDecisive({ number }: KnownEntry): boolean {
    return this.#isOfRecipients && number < this.#lastStop;
  }

  /** The sessions that an entry at a place is certain to end the table for; null where none is certain of any. */
  endedAt(place: string): Language | null {
    return this.#certainAt(place, (known) => this.#ended(known));
  }

  /** Sessions for which an entry is certain to end the table once they come to it; null where it is not certain of any. */
  #ended(known: KnownEntry): Language | null {
    if (endsTable(known.runs)) return this.#matches(known, 'only');
    const certain = known.runs.flatMap((run) =>
      run.isCertain && (stops(run) || run.end === 'permit') ? (this.#running(known, run, 'only') ?? []) : [],
    );
    return certain.length === 0 ? null : this.#tools.languages.union(certain);
  }

  /** The sessions that a decisive entry may let pass which the site does not allow. */
  passedUnallowed(): Language {
    const { languages, notes } = this.#tools;
    const found = this.#entries.filter(
      (one) => this.#isDecisive(one) && notes.above(placeOf(one.entry.span)) === undefined,
    );
    return languages.union(found.map((one) => this.#passedBy(one)));
  }

  /** Whether some session of the space may be stopped by an entry: false only if none is. */
  mayStop(): boolean {
    const { languages, work } = this.#tools;
    let left = this.#space.whole;
    for (const known of this.#entries) {
      if (known.runs.every(({ end }) => end === 'permit')) {
        left = languages.difference(left, this.#matches(known, 'only') ?? languages.nothing);
      } else if (known.runs.some((run) => stops(run) || run.end === 'again' || run.end === 'unknown')) {
        const matched = this.#matches(known, 'all') ?? this.#space.whole;
        if (findText(languages, languages.intersection([left, matched]), work) !== null) return true;
      }
    }
    return false;
  }

  /** The sessions that an entry may let pass, it or one that it goes on to. */
  #passedBy(known: KnownEntry): Language {
    const { languages, work } = this.#tools;
    if (known.runs.every((run) => stops(run) || run.end === 'next')) return languages.nothing;
    const made = this.#passing.get(known.number);
    if (made !== undefined) return made;
    const here = this.#passed(known, this.#parts, 0);
    // Most entries are for other sessions than these.
    const common = languages.intersection([this.#space.whole, here]);
    const passed = findText(languages, common, work) === null ? languages.nothing : here;
    this.#passing.set(known.number, passed);
    return passed;
  }

  /** The same for a probe of any parts, after so many texts. */
  #passed(known: KnownEntry, parts: readonly ProbePart[], texts: number): Language {
    const { languages } = this.#tools;
    const passed: Language[] = [];
    for (const run of known.runs) {
      if (stops(run) || run.end === 'next') continue;
      const region = this.#running(known, run, 'all', parts) ?? this.#space.whole;
      passed.push(
        run.end === 'again' && region !== languages.nothing
          ? languages.intersection([region, this.#passedAfter(known, run, parts, texts)])
          : region,
      );
    }
    return languages.union(passed);
  }

  /** The sessions that the table may let pass with the output of an entry as the text. */
  #passedAfter(
    { entry, number }: KnownEntry,
    { output, fromFirst }: EntryRun,
    parts: readonly ProbePart[],
    texts: number,
  ): Language {
    const { languages } = this.#tools;
    const next = output === null ? null : nextProbe(entry.pattern, output, parts);
    if (next === null || texts === mostTexts || otherSpellings(entry.pattern).length > 0)
      return languages.everything;
    const passed: Language[] = [];
    const ended: Language[] = [];
    for (const one of this.#entries) {
      if (!fromFirst && one.number <= number) continue;
      const here = this.#passed(one, next, texts + 1);
      if (here !== languages.nothing) passed.push(languages.difference(here, languages.union(ended)));
      const matched = mayGoOn(one.runs) ? null : this.#matches(one, 'only', next);
      if (matched !== null) ended.push(matched);
    }
    return languages.union([...passed, languages.complement(languages.union(ended))]);
  }
}
