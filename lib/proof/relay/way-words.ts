/*
 * A way in words: which senders and recipients, what else a session needs, and the reason with which the site allows it.
 */
import { type Entry, fieldsOf, type MappingTable, printPattern } from '../../mapping/index.js';
import { placeOf } from '../../text/index.js';
import type { AllowedNote } from './allowed-notes.js';
import type { FoundWay } from './path-search.js';
import type { RelayWay } from './relay-proof.js';
import { type ProbeStyle, probeParts, type SessionField } from './session-space.js';
import type { Passed } from './try-session.js';

function entryOf(tables: ReadonlyMap<string, MappingTable>, { table, place }: Passed): Entry | undefined {
  return tables.get(table)?.entries.find(({ span }) => placeOf(span) === place);
}

/** What the entries of a way say of each field of a session, where that is not any text. */
function saidOf(
  { path, permits }: FoundWay,
  tables: ReadonlyMap<string, MappingTable>,
  style: ProbeStyle,
): ReadonlyMap<SessionField, readonly string[]> {
  const said = new Map<SessionField, string[]>();
  for (const passed of permits) {
    const entry = entryOf(tables, passed);
    if (entry === undefined) continue;
    const consultation = path.consultations.find(
      (one) => one.table === passed.table && one.pass === passed.pass,
    ) ?? {
      table: passed.table,
      source: '',
      destination: '',
      to: 'to0' as const,
      from: 'sender' as const,
      overTcp: true,
      pass: 0,
    };
    const parts = probeParts(consultation, style);
    const fields = fieldsOf(entry.pattern);
    const field = (index: number): SessionField | null => {
      const part = parts[index];
      return part === undefined || 'text' in part ? null : part.field;
    };
    for (const [index, pattern] of fields.entries()) {
      const name = field(fields.length === parts.length ? index : parts.length - fields.length + index);
      const text = printPattern(pattern);
      if (name === null || text === '*') continue;
      const known = said.get(name) ?? [];
      if (!known.includes(text)) said.set(name, [...known, text]);
    }
  }
  return said;
}

const fieldWords: readonly (readonly [SessionField, string])[] = [
  ['server', 'server'],
  ['port', 'port'],
  ['client', 'client'],
  ['clientPort', 'client port'],
  ['application', 'application'],
  ['orcpt', 'ORCPT'],
];

function conditionsOf(
  way: FoundWay,
  said: ReadonlyMap<SessionField, readonly string[]>,
  flags: ReadonlySet<string>,
): string[] {
  const { witness } = way;
  const named = fieldWords.flatMap(([field, word]) => {
    const texts = said.get(field);
    return texts === undefined ? [] : [`${word} ${texts.map((one) => `\`${one}\``).join(' and ')}`];
  });
  return [
    ...named,
    ...(flags.has('T') ? [witness.tls ? 'TLS' : 'no TLS'] : []),
    ...(flags.has('E') && !witness.esmtp ? ['HELO in place of EHLO'] : []),
    ...(witness.notify.length === 0 ? [] : [`NOTIFY=${witness.notify.join(',')}`]),
    ...(way.path.earlierRecipients === 0 ? [] : [`after ${way.path.earlierRecipients} other recipients`]),
  ];
}

/** Puts a way into words; `anyRecipient` is what recipients are that no entry names. */
export function wayInWords(
  channel: string,
  way: FoundWay,
  tables: ReadonlyMap<string, MappingTable>,
  style: ProbeStyle,
  anyRecipient = 'any recipient outside',
): RelayWay {
  const said = saidOf(way, tables, style);
  const flags = new Set(
    way.permits.flatMap((one) =>
      (entryOf(tables, one)?.template ?? []).flatMap((item) =>
        item.kind === 'input-flag' ? [item.flag] : [],
      ),
    ),
  );
  const words = (fields: readonly SessionField[], otherwise: string): string => {
    const texts = fields.flatMap((field) => said.get(field) ?? []);
    return texts.length === 0 ? otherwise : [...new Set(texts)].join(' and ');
  };
  const recipients = [...way.path.recipients.keys()];
  const [forwarding] = way.forwardedBy;
  const forwarded = forwarding === undefined ? anyRecipient : printPattern(forwarding.pattern);
  const { mail } = way;
  return {
    channel,
    senders: mail?.from ?? words(['from', 'sender'], 'any sender'),
    recipients: mail?.to ?? words(recipients, forwarded),
    conditions: conditionsOf(way, said, flags),
    entries: [
      ...new Set([
        ...way.rules,
        ...way.forwardedBy.map(({ span }) => placeOf(span)),
        ...way.permits.map(({ place }) => place),
      ]),
    ],
    witness: way.witness,
    delivered: `${way.delivery.channel} ${way.delivery.address}`,
    ...allowedBy(way.notes),
  };
}

/** The reasons of notes, and where they are. */
export function allowedBy(notes: readonly AllowedNote[]): Pick<RelayWay, 'allowed' | 'allowedAt'> {
  const allowedAt = notes.map(({ place }) => place);
  const reasons = new Set(notes.flatMap(({ reason }) => (reason === '' ? [] : [reason])));
  return { allowed: notes.length === 0 ? null : [...reasons].join('; '), allowedAt };
}

/** What else a session needs, to follow its addresses. */
export function conditionsText(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `, with ${conditions.join(', ')}`;
}

/** The rules and entries that had a part, in brackets. */
export function placesText(places: readonly string[]): string {
  return places.length === 0 ? '' : ` (${places.join(', ')})`;
}

/** A way in one sentence. */
export function wayText({ senders, recipients, conditions, entries }: RelayWay): string {
  return `from ${senders} to ${recipients}${conditionsText(conditions)}${placesText(entries)}`;
}
