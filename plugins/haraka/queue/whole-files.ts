/*
 * Has Haraka fail where it could not write a queue file whole. When a write fails, as on a full disk, Haraka 3.3 removes the
 * file and gives it its final name at the same time; if the rename comes first it counts the message as queued, in a file
 * that is empty or truncated.
 * Undocumented, read from Haraka 3.3.4: outbound/index.js (process_delivery, build_todo).
 */
import { unlink } from 'node:fs/promises';
import { Part } from '../part.js';
import type { HarakaPlugin } from '../types.js';

interface QueueStream {
  once(event: 'error', listener: () => void): unknown;
}

interface Collector<T> {
  push(one: T): unknown;
}

interface WritingModule {
  build_todo(todo: object, stream: QueueStream, then: () => void): unknown;
  process_delivery(paths: Collector<string>, todo: object, mails: Collector<object>): Promise<unknown>;
}

export const writingModule = new Part<WritingModule>('outbound', '', ['build_todo', 'process_delivery']);

const changed = new WeakSet<WritingModule>();

/** Has every queue file be written whole or not at all; throws when this Haraka lacks the functions. */
export function requireWholeFiles(plugin: HarakaPlugin): void {
  const outbound = writingModule.in(plugin);
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
    // The rename may also come after the failure was reported.
    const push = (path: string): void => {
      if (isGivenUp) void unlink(path).catch(() => undefined);
      else written.push(path);
    };
    try {
      await write.call(this, { push }, todo, made);
      if (failed.has(todo)) throw new Error('the queue file could not be written completely');
    } catch (error) {
      isGivenUp = true;
      for (const path of written) await unlink(path).catch(() => undefined);
      throw error;
    }
    for (const path of written) paths.push(path);
    for (const mail of made) mails.push(mail);
  };
}
