/*
 * The entries of one access table as they are consulted about sets of sessions: which sessions an entry is certain to stop, since no
 * entry before it can let one of them pass.
 */
import type { Entry, MappingTable } from '../../mapping/index.js';
import { otherSpellings } from '../../mapping/index.js';
import { placeOf } from '../../text/index.js';
import type { WorkLimit } from '../inclusion/inclusion.js';
import type { Bound } from '../inclusion/pattern-automaton.js';
import { findText } from '../language/find-text.js';
import type { Language, Languages } from '../language/language.js';
import type { PatternBoxes } from '../language/pattern-boxes.js';
import { certainlyStops, type EntryOutcome, entryOutcomes, mayPass } from './entry-outcomes.js';
import {
  type Consultation,
  fixedTexts,
  type ProbeStyle,
  probeParts,
  type SessionSpace,
} from './session-space.js';

/** What is shared by all consultations of one proof. */
export interface EntryTools {
  readonly languages: Languages;
  readonly boxes: PatternBoxes;
  readonly style: ProbeStyle;
  readonly work: WorkLimit;
}

interface KnownEntry {
  readonly entry: Entry;
  readonly number: number;
  readonly outcomes: ReadonlySet<EntryOutcome>;
}

/** The entries of a table in one consultation. */
export class TableEntries {
  readonly consultation: Consultation;
  readonly #tools: EntryTools;
  readonly #space: SessionSpace;
  readonly #entries: readonly KnownEntry[];
  readonly #byPlace = new Map<string, KnownEntry>();
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
    this.#entries = table.entries.map((entry, number) => ({
      entry,
      number,
      outcomes: entryOutcomes(entry.template, consultation.table, inputFlags),
    }));
    for (const known of this.#entries) {
      const place = placeOf(known.entry.span);
      if (!this.#byPlace.has(place)) this.#byPlace.set(place, known);
    }
  }

  /** The sessions that an entry matches, all or only such; null where its pattern cannot be taken apart. */
  #matches({ entry }: KnownEntry, bound: Bound): Language | null {
    const { languages, boxes, style, work } = this.#tools;
    const parts = probeParts(this.consultation, style);
    const found: Language[] = [];
    for (const pattern of [entry.pattern, ...otherSpellings(entry.pattern)]) {
      work.left -= pattern.length;
      const made = boxes.of(pattern, fixedTexts(parts), bound);
      if (made === null) return null;
      for (const box of made) found.push(this.#space.inBox(box, parts));
    }
    return languages.union(found);
  }

  /** The sessions that the entry at a place matches, all of them; null where there is no such entry. */
  matchedAt(place: string): Language | null {
    const known = this.#byPlace.get(place);
    if (known === undefined) return null;
    return this.#matches(known, 'all') ?? this.#tools.languages.everything;
  }

  entryAt(place: string): Entry | null {
    return this.#byPlace.get(place)?.entry ?? null;
  }

  /** The sessions that the entry at a place is certain to stop; null where it is not certain of any. */
  stoppedAt(place: string): Language | null {
    const known = this.#byPlace.get(place);
    if (known === undefined || !certainlyStops(known.outcomes)) return null;
    const matched = this.#matches(known, 'only');
    if (matched === null) return null;
    const { languages } = this.#tools;
    const before: Language[] = [];
    for (const one of this.#entries) {
      if (one.number === known.number) break;
      if (mayPass(one.outcomes)) before.push(this.#passedBy(one));
    }
    return languages.difference(matched, languages.union(before));
  }

  /** Whether some session of the space may be stopped by an entry: false only if none is. */
  mayStop(): boolean {
    const { languages, work } = this.#tools;
    let left = this.#space.whole;
    for (const known of this.#entries) {
      const { outcomes } = known;
      const isSure = outcomes.size === 1 && outcomes.has('permit');
      if (isSure) left = languages.difference(left, this.#matches(known, 'only') ?? languages.nothing);
      else if (outcomes.has('refuse') || outcomes.has('discard') || outcomes.has('changed')) {
        const matched = this.#matches(known, 'all') ?? this.#space.whole;
        if (findText(languages, languages.intersection([left, matched]), work) !== null) return true;
      }
    }
    return false;
  }

  #passedBy(entry: KnownEntry): Language {
    const known = this.#passing.get(entry.number);
    if (known !== undefined) return known;
    const { languages, work } = this.#tools;
    const all = this.#matches(entry, 'all');
    const here = all === null ? this.#space.whole : all;
    // Most entries are for other sessions than these.
    const common = languages.intersection([this.#space.whole, here]);
    const made = findText(languages, common, work) === null ? languages.nothing : here;
    this.#passing.set(entry.number, made);
    return made;
  }
}
