/*
 * The notes in our queue files, by which they are recognized after a restart of Haraka.
 */
import type { Released } from '../../lib/decide/index.js';
import { type Notary, readNotary } from '../../lib/notary/index.js';
import type { Reply } from '../../lib/smtp/index.js';
import type { HarakaNotes } from '../haraka/index.js';

export interface OwnNotes {
  readonly channel: string;
  /** The address on that channel; the first of several. */
  readonly address: string;
  /** The source channel of the message when it came in. */
  readonly source?: string;
  /** The message, where it has other queue files too: the same in all of them. */
  readonly message?: string;
  /** On a reprocessing channel: the mailboxes that have the message without the second pass, by their keys. */
  readonly direct?: readonly string[];
  /** On the process channel: set when the message was held and is released. */
  readonly released?: Released;
  /** Set when the file is not to be delivered but bounced. */
  readonly refusal?: Reply;
  /** With a refusal of an ambiguous name: what the sender is told that it may mean. */
  readonly candidates?: readonly string[];
  /** What the sender asked to be told; absent where it asked for nothing. */
  readonly notary?: Notary;
  /** Whether the message may contain octets beyond ASCII. */
  readonly eightBit?: boolean;
  /** Whether the client declared SMTPUTF8. */
  readonly smtputf8?: boolean;
}

function isReply(value: unknown): value is Reply {
  return (
    typeof value === 'object' && value !== null && 'code' in value && 'enhanced' in value && 'text' in value
  );
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isOwn(notes: unknown): notes is OwnNotes {
  if (typeof notes !== 'object' || notes === null || !('channel' in notes) || !('address' in notes))
    return false;
  if (typeof notes.channel !== 'string' || typeof notes.address !== 'string') return false;
  for (const name of ['source', 'message'] as const) {
    const value: unknown = Reflect.get(notes, name);
    if (value !== undefined && typeof value !== 'string') return false;
  }
  if ('released' in notes && notes.released !== 'named' && notes.released !== 'expanded') return false;
  if ('direct' in notes && !areTexts(notes.direct)) return false;
  if ('candidates' in notes && !areTexts(notes.candidates)) return false;
  return !('refusal' in notes) || isReply(notes.refusal);
}

/** The notes of a queue file; null when it is not ours. */
export function ownNotesOf(mail: { readonly todo: { readonly notes: HarakaNotes } }): OwnNotes | null {
  const notes = mail.todo.notes.get('pmdf');
  if (!isOwn(notes)) return null;
  return 'notary' in notes ? { ...notes, notary: readNotary(notes.notary) } : notes;
}

/** Replaces the notes of a queue file in memory. */
export function keepNotes(mail: { readonly todo: { readonly notes: HarakaNotes } }, own: OwnNotes): void {
  mail.todo.notes.set('pmdf', own);
}

export function notesFor(own: OwnNotes): Readonly<Record<string, unknown>> {
  return { pmdf: own };
}
