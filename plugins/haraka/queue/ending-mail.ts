/*
 * Who is told, and when, that a queue file was not delivered: decided by us in place of Haraka, which bounces a file after a
 * number of attempts and tells nobody before. A file is removed only when that is done; when it fails, the file is kept and
 * tried again.
 * Undocumented, read from Haraka 3.3.4: outbound/hmail.js (temp_fail, convert_temp_failed_to_bounce, deferred_respond,
 * bounce_respond, discard, data_start, file_size), outbound/index.js (build_todo: the layout of a file), outbound/qfile.js
 * (platformDOT).
 */
import { rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import * as constants from 'haraka-constants';
import { NewFileStream, syncFolderLater } from '../../../runtime/files/index.js';
import { causeOf } from '../cause-of.js';
import { Part } from '../part.js';
import type { HarakaAddress, HarakaNotes, HarakaPlugin } from '../types.js';
import { keepForLater } from './keep-mail.js';
import type { NotedRecipient } from './noted-recipients.js';
import { tooOldCause } from './noted-recipients.js';
import { queueFolder } from './queue-folder.js';

/** A queue file that could not be delivered. */
export interface EndingMail {
  readonly filename: string;
  readonly path: string;
  readonly todo: {
    /** When the message came, in milliseconds. */
    readonly queue_time: number;
    readonly uuid: string;
    readonly notes: HarakaNotes;
    readonly mail_from: HarakaAddress;
    readonly rcpt_to: readonly (HarakaAddress & NotedRecipient)[];
    readonly domain: string;
  };
  data_stream(): NodeJS.ReadableStream;
}

/** What becomes of a file after a failed attempt. */
export type Deferral =
  /** It is tried again, at the latest after this time. */
  { readonly kind: 'wait'; readonly mostMs: number } | { readonly kind: 'return' };

/** Who tells the sender. */
export interface Teller {
  /** A file is given up. Resolves when the file may be removed; it is kept when the promise rejects. */
  returned(mail: EndingMail, cause: string): Promise<void>;
  /** A file is tried again later. When the promise rejects it is tried as Haraka's intervals say. */
  deferred(mail: EndingMail, cause: string): Promise<Deferral>;
}

interface Item extends Omit<EndingMail, 'todo'> {
  readonly todo: EndingMail['todo'] | null;
  num_failures: number;
  readonly cfg: { readonly temp_fail_intervals: readonly number[] };
  readonly bounce_error: unknown;
  data_start: number;
  file_size: number;
  refcount: number;
  next_cb(): void;
  discard(): void;
  convert_temp_failed_to_bounce(cause: string, extra: unknown): unknown;
}

interface EndingClass {
  temp_fail(this: Item, cause: unknown, extra?: unknown): unknown;
  convert_temp_failed_to_bounce(this: Item, cause: string, extra: unknown): unknown;
  deferred_respond(this: Item, code: number, message: unknown, parameters: unknown): unknown;
  bounce_respond(this: Item, code: number, message: unknown): unknown;
  discard(): void;
}

export const endingMail = new Part<EndingClass>('outbound', 'HMailItem.prototype', [
  'temp_fail',
  'convert_temp_failed_to_bounce',
  'deferred_respond',
  'bounce_respond',
  'discard',
]);

interface RewritingModule {
  readonly qfile: { readonly platformDOT: string };
  build_todo(todo: object, stream: NodeJS.WritableStream, then: () => void): unknown;
}

export const rewritingModule = new Part<RewritingModule>('outbound', '', ['build_todo'], {
  'qfile.platformDOT': 'string',
});

/** Writes a queue file anew with the notes that it has in memory. Rejects, and leaves the file as it is, when it cannot. */
export type SaveNotes = (mail: EndingMail) => Promise<void>;

function isItem(mail: EndingMail): mail is EndingMail & Pick<Item, 'data_start' | 'file_size'> {
  return 'data_start' in mail && 'file_size' in mail;
}

/** The size of a queue file in octets, envelope and message; null where Haraka does not tell it. */
export function octetsOf(mail: EndingMail): number | null {
  return isItem(mail) ? mail.file_size : null;
}

async function finished(stream: NewFileStream): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    stream.once('close', () => {
      if (stream.writableFinished) resolve();
      else reject(new Error('the queue file could not be written'));
    });
    stream.on('error', (error) => {
      stream.destroy();
      reject(error);
    });
  });
}

/** Makes the function that saves notes; throws when this Haraka lacks a function. */
export function notesSaver(plugin: HarakaPlugin): SaveNotes {
  const outbound = rewritingModule.in(plugin);
  const folder = queueFolder(plugin);
  return async (mail) => {
    if (!isItem(mail)) throw new Error('the queue file is not one of Haraka 3.3');
    const temporary = join(folder, `${outbound.qfile.platformDOT}${mail.filename}`);
    const stream = new NewFileStream(temporary);
    const end = finished(stream);
    outbound.build_todo(mail.todo, stream, () => {
      const message = mail.data_stream();
      message.once('error', (error) => stream.emit('error', error));
      message.pipe(stream);
    });
    await end;
    try {
      const { size } = await stat(temporary);
      await rename(temporary, mail.path);
      mail.data_start += size - mail.file_size;
      mail.file_size = size;
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
    await syncFolderLater(folder);
  };
}

const shortestDelaySeconds = 1;

/** The parameters of core's hook `deferred` with a delay of at most `mostMs`. */
function withDelay(parameters: unknown, mostMs: number): unknown {
  if (typeof parameters !== 'object' || parameters === null) return parameters;
  const delay: unknown = Reflect.get(parameters, 'delay');
  const most = Math.max(shortestDelaySeconds, Math.ceil(mostMs / 1000));
  return typeof delay === 'number' && delay > most ? { ...parameters, delay: most } : parameters;
}

const changed = new WeakSet<EndingClass>();

/** Has the teller decide in place of Haraka; throws when this Haraka lacks a function. */
export function tellSenders(plugin: HarakaPlugin, teller: Teller): void {
  const prototype = endingMail.in(plugin);
  if (changed.has(prototype)) return;
  changed.add(prototype);
  const keep = keepForLater(plugin);
  const { temp_fail: fail, deferred_respond: defer, bounce_respond: respond } = prototype;
  const mostWait = new WeakMap<Item, number>();

  async function deferItem(item: Item, cause: unknown, extra: unknown): Promise<void> {
    const text = String(cause);
    mostWait.delete(item);
    const { todo } = item;
    if (todo !== null) {
      try {
        const deferral = await teller.deferred(Object.assign(item, { todo }), text);
        if (deferral.kind === 'return') {
          item.convert_temp_failed_to_bounce(tooOldCause(text), extra);
          return;
        }
        mostWait.set(item, deferral.mostMs);
      } catch (error) {
        plugin.logerror(`notices: ${item.filename} is deferred without one: ${causeOf(error)}`);
      }
    }
    // Core gives up after its last interval, which is to be repeated.
    item.num_failures = Math.min(item.num_failures, Math.max(0, item.cfg.temp_fail_intervals.length - 1));
    fail.call(item, cause, extra);
  }

  prototype.temp_fail = function (cause, extra) {
    deferItem(this, cause, extra).catch((error: unknown) => {
      plugin.logcrit(`a queue file is stuck: ${causeOf(error)}`);
    });
  };
  prototype.deferred_respond = function (code, message, parameters) {
    const most = mostWait.get(this);
    return defer.call(this, code, message, most === undefined ? parameters : withDelay(parameters, most));
  };
  prototype.bounce_respond = function (code, message) {
    const { todo } = this;
    if (code !== constants.cont || todo === null) {
      respond.call(this, code, message);
      return;
    }
    teller
      .returned(Object.assign(this, { todo }), String(this.bounce_error))
      .then(
        () => this.discard(),
        (error: unknown) => {
          plugin.logerror(`notices: none could be written for ${this.filename}: ${causeOf(error)}`);
          keep(this);
        },
      )
      .catch((error: unknown) => plugin.logcrit(`a queue file is stuck: ${causeOf(error)}`));
  };
}
