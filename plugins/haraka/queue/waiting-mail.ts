/*
 * Mail that waits in the memory of this process: for its next attempt, or for a free place among those that are delivered. A
 * message that is taken out is delivered by nothing else.
 * Undocumented, read from Haraka 3.3.4: outbound/queue.js (temp_fail_queue, delivery_queue with its tasks, init_queue, which loads
 * every file where there is one process; _add_file, whose timers load a file, and _add_hmail, which has it wait until the time in its
 * name), outbound/hmail.js (filename); haraka-utils timer_queue.js (queue, id, fire_time, cb).
 */
import cluster from 'node:cluster';
import { join } from 'node:path';
import { Part } from '../part.js';
import type { HarakaPlugin } from '../types.js';
import { queueFolder } from './queue-folder.js';

interface Timer {
  /** The name of a file. */
  readonly id: string;
  readonly fire_time: number;
  readonly cb: (() => void) | null;
}

interface Task {
  readonly filename: string;
  /** Of mail that was written by this process: gives up the message in memory. */
  forget?(): void;
}

interface MemoryModule {
  readonly temp_fail_queue: {
    queue: Timer[];
    add(id: string, milliseconds: number, then: () => void): unknown;
  };
  readonly delivery_queue: { tasks: Task[]; push(item: object): void };
  readonly HMailItem: new (name: string, path: string) => object;
  init_queue(pid?: unknown): Promise<unknown>;
}

export const memoryModule = new Part<MemoryModule>(
  'outbound',
  '',
  ['temp_fail_queue.add', 'delivery_queue.push', 'HMailItem', 'init_queue'],
  { 'temp_fail_queue.queue': 'object', 'delivery_queue.tasks': 'object' },
);

/** A message that was taken out. */
export interface TakenMail {
  /** The name of its file. */
  readonly name: string;
  /** Whether it waits for a free place only. */
  readonly isDue: boolean;
  /** To be called when its file is gone from the queue, or is to be loaded anew. */
  forget(): void;
  /** Puts it back where it was. */
  giveBack(): void;
  /** Ends its waiting. One that Haraka loaded at its start may then wait again until the time in its name. */
  tryNow(): void;
}

/** The mail in the memory of this process. */
export interface WaitingMail {
  readonly folder: string;
  /** Whether files may be added: Haraka would else load them a second time when it loads its queue. */
  isLoaded(): boolean;
  /** Takes out the messages for whose file names `key` gives one of the keys; by their keys. */
  take(key: (name: string) => string | null, keys: ReadonlySet<string>): Map<string, TakenMail>;
  /** Has a file delivered that nobody has in memory. */
  deliver(name: string): void;
}

const opened = new WeakMap<MemoryModule, WaitingMail>();

/** Opens it, before Haraka loads its queue; throws when this Haraka lacks a part. */
export function waitingMail(plugin: HarakaPlugin): WaitingMail {
  const outbound = memoryModule.in(plugin);
  const known = opened.get(outbound);
  if (known !== undefined) return known;
  const folder = queueFolder(plugin);
  // Workers load only files with the numbers of processes that have ended.
  let isLoaded = cluster.isWorker;
  const { init_queue: load } = outbound;
  outbound.init_queue = async function (pid) {
    const loaded = await load.call(this, pid);
    isLoaded = true;
    return loaded;
  };
  const { temp_fail_queue: later, delivery_queue: soon } = outbound;

  function timerTaken({ id, fire_time: at, cb }: Timer): TakenMail {
    return {
      name: id,
      isDue: false,
      forget: () => undefined,
      giveBack: () => void later.add(id, at - Date.now(), () => cb?.()),
      tryNow: () => cb?.(),
    };
  }

  function taskTaken(task: Task): TakenMail {
    const again = (): void => soon.push(task);
    return {
      name: task.filename,
      isDue: true,
      forget: () => task.forget?.(),
      giveBack: again,
      tryNow: again,
    };
  }

  const mail: WaitingMail = {
    folder,
    isLoaded: () => isLoaded,
    take: (key, keys) => {
      const taken = new Map<string, TakenMail>();
      const isLeft = (name: string, take: () => TakenMail): boolean => {
        const found = key(name);
        if (found === null || !keys.has(found) || taken.has(found)) return true;
        taken.set(found, take());
        return false;
      };
      later.queue = later.queue.filter((timer) => isLeft(timer.id, () => timerTaken(timer)));
      soon.tasks = soon.tasks.filter((task) => isLeft(task.filename, () => taskTaken(task)));
      return taken;
    },
    deliver: (name) => soon.push(new outbound.HMailItem(name, join(folder, name))),
  };
  opened.set(outbound, mail);
  return mail;
}
