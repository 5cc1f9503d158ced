/*
 * Notices that the configuration was changed: files written in place, replaced by a rename, made later or
 * removed, also behind symbolic links, and folders that come, go or are replaced. Events of the system only
 * say when to look; what counts is whether one of the files that were read, or looked for, is another one
 * now. A change is told when the files have stayed the same for the settling time. A folder that cannot be
 * watched is looked at once a minute. It does not keep the process alive.
 */

import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Clock } from '../time/index.js';
import { describeError, fileMark } from './regular-file.js';

/** What a watch needs. */
export interface WatchOptions {
  /** The path of config/pmdf; it need not exist yet. */
  readonly folder: string;
  /** The paths of the files that matter now, missing ones too. */
  readonly paths: () => Iterable<string>;
  readonly settleMs: number;
  readonly changed: () => void;
  /** Takes one sentence for the log when a folder cannot be watched. */
  readonly report: (message: string) => void;
  readonly clock: Clock;
  /** The system's watch; for tests. */
  readonly watch?: typeof watch;
}

interface Watched {
  readonly watcher: FSWatcher;
  readonly identity: string;
}

/** Names in a folder that matter; null: all of them. */
type Wanted = Map<string, Set<string> | null>;

const lookAgainMs = 60_000;

/** Tells a folder from its successors under the same name; null when there is none. */
function identityOf(folder: string): string | null {
  try {
    const stats = statSync(folder, { throwIfNoEntry: false });
    return stats?.isDirectory() === true ? `${stats.dev}:${stats.ino}` : null;
  } catch {
    return null;
  }
}

function want(wanted: Wanted, folder: string, name: string): void {
  const names = wanted.get(folder);
  if (names === undefined) wanted.set(folder, new Set([name]));
  else names?.add(name);
}

/** Adds a folder with the folder above it, or the nearest one above that exists. */
function wantFolder(wanted: Wanted, folder: string): void {
  if (identityOf(folder) !== null) wanted.set(folder, null);
  for (let child = folder; dirname(child) !== child; child = dirname(child)) {
    const parent = dirname(child);
    if (identityOf(parent) === null) continue;
    want(wanted, parent, basename(child));
    return;
  }
}

export class WatchFolder {
  readonly #options: WatchOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #reported = new Set<string>();
  #wanted: Wanted = new Map();
  /** The files as they were when they were last told of. */
  #told: ReadonlyMap<string, string | null>;
  #waiting: (() => void) | null = null;
  #lookingAgain: (() => void) | null = null;
  #isClosed = false;

  /** Begins to watch; the files as they are now count as known. */
  constructor(options: WatchOptions) {
    this.#options = options;
    this.#arm();
    this.#told = this.#marks();
  }

  /** To be called when the configuration was read: other files may matter now. */
  refresh(): void {
    if (this.#isClosed) return;
    this.#arm();
    const told = this.#told;
    const marks = this.#marks();
    // A file that was known before keeps its old mark: it may have changed since it was read.
    this.#told = new Map(
      [...marks].map(([path, mark]) => [path, told.has(path) ? (told.get(path) ?? null) : mark]),
    );
    this.#look();
  }

  close(): void {
    this.#isClosed = true;
    this.#waiting?.();
    this.#lookingAgain?.();
    for (const { watcher } of this.#watched.values()) watcher.close();
    this.#watched.clear();
  }

  #marks(): Map<string, string | null> {
    const marks = new Map<string, string | null>();
    for (const path of this.#options.paths()) marks.set(path, fileMark(path));
    return marks;
  }

  #isTold(marks: ReadonlyMap<string, string | null>): boolean {
    return [...marks].every(([path, mark]) => this.#told.get(path) === mark);
  }

  /** Brings the watchers in line with the folders that matter now. */
  #arm(): void {
    const wanted: Wanted = new Map();
    const folders = new Set([resolve(this.#options.folder)]);
    for (const path of this.#options.paths()) folders.add(dirname(resolve(path)));
    for (const folder of folders) wantFolder(wanted, folder);
    this.#wanted = wanted;
    for (const [folder, { watcher, identity }] of this.#watched) {
      if (wanted.has(folder) && identityOf(folder) === identity) continue;
      watcher.close();
      this.#watched.delete(folder);
    }
    for (const folder of wanted.keys()) {
      if (!this.#watched.has(folder)) this.#watch(folder);
    }
  }

  #watch(folder: string): void {
    const identity = identityOf(folder);
    if (identity === null) return;
    try {
      const watchNow = this.#options.watch ?? watch;
      const watcher = watchNow(folder, { persistent: false }, (_event, name) => this.#noticed(folder, name));
      watcher.on('error', (error) => {
        watcher.close();
        this.#watched.delete(folder);
        this.#cannotWatch(folder, error);
      });
      this.#watched.set(folder, { watcher, identity });
      this.#reported.delete(folder);
    } catch (error) {
      this.#cannotWatch(folder, error);
    }
  }

  #cannotWatch(folder: string, error: unknown): void {
    if (this.#isClosed) return;
    if (!this.#reported.has(folder)) {
      this.#reported.add(folder);
      const cause = describeError(error);
      this.#options.report(`\`${folder}\` cannot be watched (${cause}); it is looked at once a minute`);
    }
    this.#lookingAgain ??= this.#options.clock.after(lookAgainMs, () => {
      this.#lookingAgain = null;
      this.#arm();
      this.#look();
    });
  }

  #noticed(folder: string, name: string | null): void {
    if (this.#isClosed || this.#waiting !== null) return;
    const names = this.#wanted.get(folder);
    // A folder that is itself removed or replaced gives its own name.
    const matters = name === null || names === null || names?.has(name) || name === basename(folder);
    if (!matters) return;
    this.#arm();
    this.#look();
  }

  /** Looks at the files, and again after the settling time if there is something to tell. */
  #look(): void {
    if (this.#waiting !== null) return;
    const marks = this.#marks();
    if (!this.#isTold(marks)) this.#settle(marks);
  }

  #settle(before: ReadonlyMap<string, string | null>): void {
    this.#waiting = this.#options.clock.after(this.#options.settleMs, () => {
      this.#waiting = null;
      this.#arm();
      const marks = this.#marks();
      const isSettled = [...marks].every(([path, mark]) => before.get(path) === mark);
      if (!isSettled) {
        this.#settle(marks);
        return;
      }
      if (this.#isTold(marks)) return;
      this.#told = marks;
      this.#options.changed();
    });
  }
}
