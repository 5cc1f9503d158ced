/*
 * Notices changes of the configuration: files written in place, replaced, created or removed, also through
 * symbolic links, and folders created, removed or replaced. Events of the system only say when to look; what
 * counts is whether one of the files that were read or looked for has a new mark. A change is reported once the
 * files have stayed the same for the settling time. A folder that cannot be watched is checked once a minute. It
 * does not keep the process alive.
 */
import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Clock } from '../time/index.js';
import { describeError, fileMark } from './regular-file.js';

/** What a watch needs. */
export interface WatchOptions {
  /** The path of config/pmdf, which need not exist. */
  readonly folder: string;
  /** The paths of the files that matter now, including missing ones. */
  readonly paths: () => Iterable<string>;
  readonly settleMs: number;
  readonly changed: () => void;
  /** Receives a sentence for the log if a folder cannot be watched. */
  readonly report: (message: string) => void;
  readonly clock: Clock;
  /** The system's watch; for tests. */
  readonly watch?: typeof watch;
}

interface Watched {
  readonly watcher: FSWatcher;
  readonly identity: string;
}

/** The names in each folder that matter; null for all of them. */
type Wanted = Map<string, Set<string> | null>;

const checkMs = 60_000;

/** Identifies a folder, whatever its name; null if there is none. */
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

/** Adds a folder and its nearest existing parent. */
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
  readonly #unwatchable = new Set<string>();
  #wanted: Wanted = new Map();
  /** The marks of the files at the last report. */
  #reportedMarks: ReadonlyMap<string, string | null>;
  #settling: (() => void) | null = null;
  #nextCheck: (() => void) | null = null;
  #isClosed = false;

  /** Begins to watch; the files as they are now count as reported. */
  constructor(options: WatchOptions) {
    this.#options = options;
    this.#arm();
    this.#reportedMarks = this.#marks();
  }

  /** To be called after the configuration was read: other files may matter now. */
  refresh(): void {
    if (this.#isClosed) return;
    this.#arm();
    const before = this.#reportedMarks;
    const marks = this.#marks();
    // A known file keeps its old mark: it may have changed since it was read.
    this.#reportedMarks = new Map(
      [...marks].map(([path, mark]) => [path, before.has(path) ? (before.get(path) ?? null) : mark]),
    );
    this.#check();
  }

  close(): void {
    this.#isClosed = true;
    this.#settling?.();
    this.#nextCheck?.();
    for (const { watcher } of this.#watched.values()) watcher.close();
    this.#watched.clear();
  }

  #marks(): Map<string, string | null> {
    const marks = new Map<string, string | null>();
    for (const path of this.#options.paths()) marks.set(path, fileMark(path));
    return marks;
  }

  #isReported(marks: ReadonlyMap<string, string | null>): boolean {
    return [...marks].every(([path, mark]) => this.#reportedMarks.get(path) === mark);
  }

  /** Watches exactly the folders that matter now. */
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
      this.#unwatchable.delete(folder);
    } catch (error) {
      this.#cannotWatch(folder, error);
    }
  }

  #cannotWatch(folder: string, error: unknown): void {
    if (this.#isClosed) return;
    if (!this.#unwatchable.has(folder)) {
      this.#unwatchable.add(folder);
      const cause = describeError(error);
      this.#options.report(`\`${folder}\` cannot be watched (${cause}); it is checked once a minute`);
    }
    this.#nextCheck ??= this.#options.clock.after(checkMs, () => {
      this.#nextCheck = null;
      this.#arm();
      this.#check();
    });
  }

  #noticed(folder: string, name: string | null): void {
    if (this.#isClosed || this.#settling !== null) return;
    const names = this.#wanted.get(folder);
    // A folder that is removed or replaced reports its own name.
    const matters = name === null || names === null || names?.has(name) || name === basename(folder);
    if (!matters) return;
    this.#arm();
    this.#check();
  }

  /** Checks the files, and again after the settling time if one has changed. */
  #check(): void {
    if (this.#settling !== null) return;
    const marks = this.#marks();
    if (!this.#isReported(marks)) this.#settle(marks);
  }

  #settle(before: ReadonlyMap<string, string | null>): void {
    this.#settling = this.#options.clock.after(this.#options.settleMs, () => {
      this.#settling = null;
      this.#arm();
      const marks = this.#marks();
      const isSettled = [...marks].every(([path, mark]) => before.get(path) === mark);
      if (!isSettled) {
        this.#settle(marks);
        return;
      }
      if (this.#isReported(marks)) return;
      this.#reportedMarks = marks;
      this.#options.changed();
    });
  }
}
