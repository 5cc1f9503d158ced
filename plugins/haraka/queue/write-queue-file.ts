/*
 * Writes files of Haraka's durable queue, in Haraka's form and under Haraka's names, with few steps on disk. Haraka itself counts
 * a file as written even if writing it failed at the end.
 * Undocumented, read from Haraka 3.3.4: outbound/index.js (TODOItem with queue_time, build_todo, process_delivery), outbound/qfile.js (name,
 * platformDOT: the beginning of the names of unfinished files, which Haraka removes when it starts).
 */
import { rename, unlink } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { NewFileStream } from '../../../runtime/files/index.js';
import { type MessageText, withHeader } from '../message/message-text.js';
import { Part } from '../part.js';
import type { HarakaAddress, HarakaNotes, HarakaPlugin } from '../types.js';
import { queueFolder } from './queue-folder.js';
import { writtenMail } from './written-mail.js';

const renameLater = promisify(rename);
const unlinkLater = promisify(unlink);

/** What one queue file contains. */
export interface QueueFile {
  readonly domain: string;
  readonly recipients: readonly HarakaAddress[];
  readonly from: HarakaAddress;
  readonly notes: Readonly<Record<string, unknown>>;
  readonly uuid: string;
  /** When the message came, in milliseconds; now when absent. */
  readonly arrived?: number;
  /** Header lines on top of the message, without line ends. */
  readonly header: readonly string[];
}

export interface MessageSource {
  readonly text: MessageText;
  readonly notes: HarakaNotes;
}

/** A queue file that is on disk and not yet scheduled; its name may not be. */
export interface HeldFile {
  readonly path: string;
  /** For Haraka's queue. */
  readonly item: object;
  /** To be called when it is scheduled. */
  scheduled(): void;
}

/** Writes a queue file. Rejects when it cannot, and leaves nothing. */
export type WriteQueueFile = (file: QueueFile, source: MessageSource) => Promise<HeldFile>;

interface FormModule {
  readonly TODOItem: new (
    domain: string,
    recipients: readonly HarakaAddress[],
    transaction: object,
  ) => object;
  readonly HMailItem: new (name: string, path: string, notes: HarakaNotes) => object;
  readonly qfile: { name(): string; readonly platformDOT: string };
  build_todo(todo: object, stream: NodeJS.WritableStream, then: () => void): unknown;
}

export const formModule = new Part<FormModule>(
  'outbound',
  '',
  ['TODOItem', 'HMailItem', 'qfile.name', 'build_todo'],
  { 'qfile.platformDOT': 'string' },
);

async function written(stream: NewFileStream, begin: () => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    stream.once('close', () => {
      if (stream.writableFinished) resolve();
    });
    // An error of the message comes as an event only: the stream does not end by it.
    stream.on('error', (error) => {
      stream.destroy();
      stream.once('close', () => reject(error));
      if (stream.closed) reject(error);
    });
    begin();
  });
}

/** Makes the function that writes; throws when this Haraka lacks a function. */
export function queueFileWriter(plugin: HarakaPlugin): WriteQueueFile {
  const outbound = formModule.in(plugin);
  const folder = queueFolder(plugin);
  const mailOf = writtenMail(plugin);
  return async (file, source) => {
    const name = outbound.qfile.name();
    const path = join(folder, name);
    const temporary = join(folder, `${outbound.qfile.platformDOT}${name}`);
    const notes: HarakaNotes = Reflect.construct(source.notes.constructor, [file.notes]);
    const text = withHeader(source.text, file.header);
    const envelope = { mail_from: file.from, rcpt_to: [...file.recipients], notes };
    const todo = new outbound.TODOItem(file.domain, file.recipients, {
      mail_from: file.from,
      message_stream: text,
      notes,
      uuid: file.uuid,
    });
    if (file.arrived !== undefined) Reflect.set(todo, 'queue_time', file.arrived);
    const stream = new NewFileStream(temporary);
    await written(stream, () => {
      outbound.build_todo(todo, stream, () => {
        text.pipe(stream, { dot_stuffed: false });
      });
    });
    try {
      await renameLater(temporary, path);
    } catch (error) {
      await unlinkLater(temporary).catch(() => undefined);
      throw error;
    }
    const { content } = stream;
    if (content === null) {
      return { path, item: new outbound.HMailItem(name, path, notes), scheduled: () => undefined };
    }
    const item = mailOf({ name, path, content, envelope });
    return { path, item, scheduled: () => item.scheduled() };
  };
}
