/*
 * Splits a queue file into several. All of them are on disk before the file itself is removed: a crash in between may deliver
 * twice, never not at all.
 */
import type { HarakaAddress, HeldFile, NextHopAnswer, OutboundQueue, QueuedMail } from '../haraka/index.js';
import { domainOf } from './copies.js';
import { inheritedNotes } from './notices/notice-notes.js';
import { notesFor, type OwnNotes, ownNotesOf } from './own-notes.js';
import { removeFiles } from './uncommitted-files.js';

export interface Part {
  readonly own: OwnNotes;
  readonly recipients: readonly HarakaAddress[];
  /** Header lines on top of the message, without line ends. */
  readonly header: readonly string[];
}

/**
 * Writes the parts, has them delivered, and answers that the file itself is done. `report` is called when all of them are on
 * disk and before one is delivered. Rejects on failure.
 */
export async function splitIntoFiles(
  mail: QueuedMail,
  queue: OutboundQueue,
  parts: readonly Part[],
  report: (() => Promise<void>) | null = null,
): Promise<NextHopAnswer> {
  const { mail_from: from, notes, uuid, queue_time: arrived } = mail.todo;
  const message = ownNotesOf(mail)?.message ?? (parts.length > 1 ? uuid : null);
  const together = message === null ? {} : { message };
  const files: HeldFile[] = [];
  try {
    for (const { own, recipients, header } of parts) {
      const file = {
        domain: domainOf(own.address),
        recipients,
        from,
        notes: { ...inheritedNotes(notes), ...notesFor({ ...own, ...together }) },
        uuid: `${uuid}.${files.length + 1}`,
        arrived,
        header,
      };
      files.push(await queue.write(file, { text: queue.textOf(mail), notes }));
    }
    await queue.sync();
    await report?.();
  } catch (error) {
    await removeFiles(files);
    throw error;
  }
  for (const file of files) queue.schedule(file);
  return { kind: 'done' };
}

export function oneEach(mail: QueuedMail, own: OwnNotes): Part[] {
  return mail.todo.rcpt_to.map((recipient) => ({
    own: { ...own, address: recipient.address },
    recipients: [recipient],
    header: [],
  }));
}
