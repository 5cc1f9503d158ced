/*
 * What the site says that strangers may relay:
 *   `! prove: allowed REASON` in the line above an entry of a mapping table or above a rewrite rule
 *   an item of `prove.allowed` in pmdf.yaml
 */
import { asciiDomain } from '../../address/index.js';
import { type Entry, tablesOf } from '../../mapping/index.js';
import type { CompiledPolicy } from '../../policy/index.js';
import { placeOf, type Span } from '../../text/index.js';

/** One of them. */
export interface AllowedNote {
  /** `file:line` of the entry or rule below the comment, or of the item. */
  readonly place: string;
  /** Empty where none is written. */
  readonly reason: string;
  readonly span: Span;
}

/** An item of `prove.allowed`: a class of mail. */
export interface AllowedMail extends AllowedNote {
  readonly channel: string;
  /** The envelope From, and the envelope To as access tables see it; `*` is any text. */
  readonly from: string;
  readonly to: string;
}

const comment = /^!\s*prove:\s*allowed\b\s*(.*)$/i;

function reasonIn(text: string | undefined): string | null {
  const match = comment.exec(text?.trim() ?? '');
  return match === null ? null : (match[1] ?? '').trim();
}

function noteAbove({ comments, span }: Entry): readonly AllowedNote[] {
  const reason = reasonIn(comments.at(-1)?.text);
  return reason === null ? [] : [{ place: placeOf(span), reason, span }];
}

function notesInTables({ mappings }: CompiledPolicy): readonly AllowedNote[] {
  return tablesOf(mappings).flatMap(({ entries }) => entries.flatMap(noteAbove));
}

function notesInRules({ rules }: CompiledPolicy): readonly AllowedNote[] {
  const found: AllowedNote[] = [];
  let reason: string | null = null;
  for (const line of rules.lines) {
    if (line.kind === 'comment') reason = reasonIn(line.text);
    else {
      const { span } = line.rule;
      if (reason !== null) found.push({ place: placeOf(span), reason, span });
      reason = null;
    }
  }
  return found;
}

/** What a site allows. */
export class AllowedNotes {
  /** Those above entries and rules. */
  readonly #byPlace: ReadonlyMap<string, AllowedNote>;
  /** Those in pmdf.yaml. */
  readonly mail: readonly AllowedMail[];

  constructor(written: readonly AllowedNote[], mail: readonly AllowedMail[]) {
    this.#byPlace = new Map(written.map((note) => [note.place, note]));
    this.mail = mail;
  }

  /** The note above an entry or rule. */
  above(place: string): AllowedNote | undefined {
    return this.#byPlace.get(place);
  }

  get all(): readonly AllowedNote[] {
    return [...this.#byPlace.values(), ...this.mail];
  }
}

/** For answers that do not depend on what the site allows. */
export const noNotes = new AllowedNotes([], []);

/** A pattern of addresses with A-labels in its domain, as addresses come. */
function withALabels(pattern: string): string {
  const domainAt = pattern.lastIndexOf('@') + 1;
  if (domainAt === 0) return pattern;
  const labels = pattern.slice(domainAt).split('.');
  return (
    pattern.slice(0, domainAt) + labels.map((one) => (one.includes('*') ? one : asciiDomain(one))).join('.')
  );
}

/** Collects those of a policy. */
export function allowedNotes(compiled: CompiledPolicy): AllowedNotes {
  const written = [...notesInTables(compiled), ...notesInRules(compiled)];
  const { allowed } = compiled.policy.settings.prove;
  return new AllowedNotes(
    written,
    allowed.map((one) => ({
      ...one,
      from: withALabels(one.from),
      to: withALabels(one.to),
      place: placeOf(one.span),
    })),
  );
}

/** Those of some places, each once. */
export function notesAbove(notes: AllowedNotes, places: readonly string[]): readonly AllowedNote[] {
  return [...new Set(places)].flatMap((place) => notes.above(place) ?? []);
}

function fits(pattern: string, text: string): boolean {
  const [first = '', ...others] = pattern.toLowerCase().split('*');
  const folded = text.toLowerCase();
  if (others.length === 0) return folded === first;
  const last = others.pop() ?? '';
  if (!folded.startsWith(first) || folded.length < first.length + last.length || !folded.endsWith(last)) {
    return false;
  }
  let at = first.length;
  for (const part of others) {
    const found = folded.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= folded.length - last.length;
}

/** Whether a session of the channel with these addresses is of a class of mail. */
export function isMailOf({ from, to }: AllowedMail, sender: string, recipient: string): boolean {
  return fits(from === '<>' ? '' : from, sender) && fits(to, recipient);
}
