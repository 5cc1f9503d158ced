/*
 * Sets of sessions. What the tables are told of a session is one text: its fields one after the other with bars between them. A set
 * of sessions is a language of such texts, so that what several tables say about a session is said about one text.
 */
import { type AccessTable, type ProbeField, probeFields } from '../../access/index.js';
import type { Language, Languages } from '../language/language.js';
import type { Box, FieldTexts } from '../language/pattern-boxes.js';

/**
 * A field of a session; `to0` is the recipient in its first form, `to1` in its second, and so on. `reversed` is the sender as later
 * passes see it where senders may be reversed.
 */
export type SessionField =
  | 'server'
  | 'port'
  | 'client'
  | 'clientPort'
  | 'application'
  | 'from'
  | 'sender'
  | 'reversed'
  | 'orcpt'
  | `to${number}`;

/** The texts of the fields of one session. */
export type SessionTexts = ReadonlyMap<SessionField, string>;

/** What each field may be; the order is that of the fields in a text. */
export type FieldLanguages = ReadonlyMap<SessionField, Language>;

/** One time that a table is consulted: with which channels, and about which form of the recipient. */
export interface Consultation {
  readonly table: AccessTable;
  readonly source: string;
  /** Empty for tables that see no recipient. */
  readonly destination: string;
  readonly to: SessionField;
  /** `from` before FROM_ACCESS has replaced it, `sender` after, `reversed` in later passes where senders may be reversed. */
  readonly from: SessionField;
  readonly overTcp: boolean;
  /** 0 for the session itself, 1 for the first later pass, and so on. */
  readonly pass: number;
}

/** How probes are made. */
export interface ProbeStyle {
  readonly orcpt: boolean;
}

/** A field of a probe: its text where that is fixed, else the field of the session that it is. */
export type ProbePart = { readonly text: string } | { readonly field: SessionField };

function partOf(field: ProbeField, consultation: Consultation): ProbePart {
  const { overTcp, source, destination, to, from, pass } = consultation;
  switch (field) {
    case 'transport':
      return { text: overTcp ? 'TCP' : '' };
    case 'serverAddress':
      return { field: 'server' };
    case 'serverPort':
      return { field: 'port' };
    case 'clientAddress':
      return { field: 'client' };
    case 'clientPort':
      return { field: 'clientPort' };
    case 'application':
      return overTcp ? { field: 'application' } : { text: '' };
    case 'submitType':
      return { text: 'MAIL' };
    case 'sourceChannel':
      return { text: source };
    case 'from':
      return { field: from };
    case 'authenticatedFrom':
      return { text: '' };
    case 'destinationChannel':
      return { text: destination };
    case 'to':
      return { field: to };
    case 'orcpt':
      return pass === 0 ? { field: 'orcpt' } : { text: '' };
  }
}

/** The fields of the probe of a table. */
export function probeParts(consultation: Consultation, { orcpt }: ProbeStyle): readonly ProbePart[] {
  const { table, overTcp } = consultation;
  return probeFields(table, { overTcp, orcpt }).map((field) => partOf(field, consultation));
}

/** The texts of a probe's fields that are fixed. */
export function fixedTexts(parts: readonly ProbePart[]): FieldTexts {
  return parts.map((part) => ('text' in part ? part.text : null));
}

/** Sessions with certain fields. */
export class SessionSpace {
  readonly #languages: Languages;
  readonly #fields: FieldLanguages;
  /** All of them. */
  readonly whole: Language;

  constructor(languages: Languages, fields: FieldLanguages) {
    this.#languages = languages;
    this.#fields = fields;
    this.whole = this.where(fields);
  }

  /** The sessions whose fields are of these languages; a field that is not named may be anything. */
  where(fields: FieldLanguages): Language {
    const parts: Language[] = [];
    for (const name of this.#fields.keys()) {
      if (parts.length > 0) parts.push(this.#languages.text('|'));
      parts.push(fields.get(name) ?? this.#languages.anyField);
    }
    return this.#languages.joined(...parts);
  }

  /** Whether its sessions have a field. */
  has(field: SessionField): boolean {
    return this.#fields.has(field);
  }

  /** The sessions whose probes are in a box. */
  inBox(box: Box, parts: readonly ProbePart[]): Language {
    const fields = new Map<SessionField, Language>();
    for (const [index, part] of parts.entries()) {
      const language = box[index] ?? null;
      if (language === null || 'text' in part) continue;
      const before = fields.get(part.field);
      fields.set(
        part.field,
        before === undefined ? language : this.#languages.intersection([before, language]),
      );
    }
    return this.where(fields);
  }

  /** The language of a field before any table is consulted. */
  languageOf(field: SessionField): Language {
    return this.#fields.get(field) ?? this.#languages.anyField;
  }

  /** Takes a text apart. */
  textsOf(text: string): SessionTexts {
    const texts = text.split('|');
    return new Map([...this.#fields.keys()].map((field, index) => [field, texts[index] ?? '']));
  }
}
