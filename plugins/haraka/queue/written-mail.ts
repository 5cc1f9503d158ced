/*
 * A file of Haraka's queue that this process has just written. Haraka reads each file back from disk, envelope and message, in
 * five steps; what is still in memory is used instead, for the first delivery attempt. All other attempts read the file.
 * Undocumented, read from Haraka 3.3.4: outbound/hmail.js (constructor, size_file, read_todo, data_stream, temp_fail, bounce, discard, send_email_respond;
 * path, todo, data_start and file_size), outbound/index.js (build_todo: the layout of a file).
 */
import { existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import * as constants from 'haraka-constants';
import { Part } from '../part.js';
import type { HarakaAddress, HarakaNotes, HarakaPlugin } from '../types.js';

/** The most octets of messages that are kept in memory, all together. */
const mostKept = 16 * 1024 * 1024;
let kept = 0;

interface Todo {
  mail_from: HarakaAddress;
  rcpt_to: HarakaAddress[];
  notes: HarakaNotes;
}

/** The members of Haraka's class that are used or replaced. */
interface Mail {
  readonly path: string;
  todo: Todo | null;
  data_start: number;
  file_size: number;
  data_stream(): NodeJS.ReadableStream;
  temp_fail(reason: unknown, extra?: unknown): unknown;
  bounce(reason: unknown, options?: unknown): unknown;
  discard(): unknown;
  size_file(): unknown;
  send_email_respond(code: number, seconds: unknown): unknown;
}

type MailClass = new (name: string, path: string, notes: HarakaNotes) => Mail;

export const mailModule = new Part<{ readonly HMailItem: MailClass }>('outbound', '', [
  'HMailItem.prototype.size_file',
  'HMailItem.prototype.data_stream',
  'HMailItem.prototype.temp_fail',
  'HMailItem.prototype.bounce',
  'HMailItem.prototype.discard',
  'HMailItem.prototype.send_email_respond',
]);

/** What was written to a queue file. */
export interface WrittenFile {
  readonly name: string;
  readonly path: string;
  readonly content: Buffer;
  readonly envelope: Todo;
}

function isTodo(value: unknown): value is Todo {
  return typeof value === 'object' && value !== null && 'rcpt_to' in value && Array.isArray(value.rcpt_to);
}

/** The envelope as it would be read from the file: with objects of its own. */
function readTodo(text: string, { mail_from: from, notes }: Todo): Todo {
  const todo: unknown = JSON.parse(text);
  if (!isTodo(todo)) throw new Error('the queue file has no envelope');
  todo.mail_from = Reflect.construct(from.constructor, [todo.mail_from]);
  todo.rcpt_to = todo.rcpt_to.map((one) => Reflect.construct(from.constructor, [one]));
  todo.notes = Reflect.construct(notes.constructor, [todo.notes]);
  return todo;
}

function streamOf(message: Buffer): Readable {
  return new Readable({
    read() {
      this.push(message);
      this.push(null);
    },
  });
}

/** A mail for Haraka's queue. */
export interface WrittenMail {
  /** To be called when Haraka gets it to deliver: from then on its message takes part of the memory that all share. */
  scheduled(): void;
}

/** Makes the function that gives Haraka's form of a written file; throws when this Haraka lacks a function. */
export function writtenMail(plugin: HarakaPlugin): (file: WrittenFile) => WrittenMail {
  const { HMailItem } = mailModule.in(plugin);

  class MailInMemory extends HMailItem implements WrittenMail {
    #message: Buffer | null;
    #share = 0;

    constructor({ name, path, content, envelope }: WrittenFile) {
      super(name, path, envelope.notes);
      const start = 4 + content.readUInt32BE(0);
      this.todo = readTodo(content.toString('utf8', 4, start), envelope);
      this.data_start = start;
      this.file_size = content.length;
      this.#message = content.subarray(start);
    }

    scheduled(): void {
      if (kept + this.file_size > mostKept) {
        this.#takeMessage();
        return;
      }
      this.#share = this.file_size;
      kept += this.#share;
    }

    /** Nothing has to be read. */
    override size_file(): void {}

    override data_stream(): NodeJS.ReadableStream {
      const message = this.#takeMessage();
      // Without its file, which was removed or held meanwhile, a message is not sent.
      return message === null || !existsSync(this.path) ? super.data_stream() : streamOf(message);
    }

    override temp_fail(reason: unknown, extra?: unknown): unknown {
      this.#takeMessage();
      return super.temp_fail(reason, extra);
    }

    override bounce(reason: unknown, options?: unknown): unknown {
      this.#takeMessage();
      return super.bounce(reason, options);
    }

    override discard(): unknown {
      this.#takeMessage();
      return super.discard();
    }

    override send_email_respond(code: number, seconds: unknown): unknown {
      // It may wait for long.
      if (code === constants.delay) this.#takeMessage();
      return super.send_email_respond(code, seconds);
    }

    /** It leaves the queue unsent. */
    forget(): void {
      this.#takeMessage();
    }

    #takeMessage(): Buffer | null {
      const message = this.#message;
      this.#message = null;
      kept -= this.#share;
      this.#share = 0;
      return message;
    }
  }

  return (file) => new MailInMemory(file);
}
