/*
 * A queue file that could not be written whole is not taken for mail in the queue. When a write fails, as on a full disk,
 * Haraka 3.3 removes the file and renames it at the same time; where the rename comes first it counts the message as
 * queued, with a file that is empty or cut. Used without documentation: outbound.process_delivery, outbound.build_todo.
 */
import { unlink } from 'node:fs/promises';
import { hasFunctions } from '../part.js';
import type { HarakaPlugin } from '../types.js';

/** The stream that a queue file is written to. */
interface QueueStream {
  once(event: 'error', listener: () => void): unknown;
}

type BuildTodo = (todo: object, stream: QueueStream, then: () => void) => unknown;
interface Taker<T> {
  push(one: T): unknown;
}

type ProcessDelivery = (paths: Taker<string>, todo: object, mails: Taker<object>) => Promise<unknown>;

interface WritingModule {
  build_todo: BuildTodo;
  process_delivery: ProcessDelivery;
}

function isWritingModule(value: unknown): value is WritingModule {
  return hasFunctions(value, ['build_todo', 'process_delivery']);
}

const changed = new WeakSet<WritingModule>();

/** Has Haraka fail where a queue file is not whole; throws when this Haraka is not one that we know. */
export function requireWholeFiles(plugin: HarakaPlugin): void {
  const outbound = plugin.haraka_require('outbound');
  if (!isWritingModule(outbound)) {
    throw new Error(
      'pmdf/deliver needs the outbound queue of Haraka 3.3 (process_delivery, build_todo), and this Haraka has another',
    );
  }
  if (changed.has(outbound)) return;
  changed.add(outbound);
  const { build_todo: build, process_delivery: write } = outbound;
  const failed = new WeakSet<object>();
  outbound.build_todo = function (todo, stream, then) {
    stream.once('error', () => failed.add(todo));
    return build.call(this, todo, stream, then);
  };
  outbound.process_delivery = async function (paths, todo, mails) {
    const written: string[] = [];
    const made: object[] = [];
    let isGivenUp = false;
    // The rename may also come after the failure was told.
    const push = (path: string): void => {
      if (isGivenUp) void unlink(path).catch(() => undefined);
      else written.push(path);
    };
    try {
      await write.call(this, { push }, todo, made);
      if (failed.has(todo)) throw new Error('the queue file could not be written whole');
    } catch (error) {
      isGivenUp = true;
      for (const path of written) await unlink(path).catch(() => undefined);
      throw error;
    }
    for (const path of written) paths.push(path);
    for (const mail of made) mails.push(mail);
  };
}
