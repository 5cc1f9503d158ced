/*
 * The notes about notices in queue files: whom a report is for, how old a message was when its sender was told that it waits, and
 * the attempts to deliver it.
 */
import { type Attempt, readAttempts } from '../../../lib/notice/index.js';
import type { HarakaNotes } from '../../haraka/index.js';

/** Whom a report is for. */
export type NoticeFor = 'sender' | 'postmaster';

const noticeNote = 'pmdf_notice';
const toldNote = 'pmdf_told';
const attemptsNote = 'pmdf_attempts';

/** The notes of a report. */
export function noticeNotes(whom: NoticeFor): Readonly<Record<string, unknown>> {
  return { [noticeNote]: whom };
}

/** Whether a queue file is a copy for the postmaster; nobody is told when that fails. */
export function isPostmasterCopy(notes: HarakaNotes): boolean {
  return notes.get(noticeNote) === 'postmaster';
}

/** The age in milliseconds at which the sender was last told; null if it was not. */
export function toldAt(notes: HarakaNotes): number | null {
  const age = notes.get(toldNote);
  return typeof age === 'number' && age >= 0 ? age : null;
}

export function noteTold(notes: HarakaNotes, ageMs: number): void {
  notes.set(toldNote, ageMs);
}

/** The attempts to deliver the message, the oldest first. */
export function attemptsOf(notes: HarakaNotes): Attempt[] {
  return readAttempts(notes.get(attemptsNote));
}

export function noteAttempts(notes: HarakaNotes, attempts: readonly Attempt[]): void {
  notes.set(attemptsNote, attempts);
}

/** The notes about notices that a part of a queue file inherits. */
export function inheritedNotes(notes: HarakaNotes): Readonly<Record<string, unknown>> {
  const found = [noticeNote, toldNote, attemptsNote].map((name) => [name, notes.get(name)] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}
