/*
 * Brings the entries of a folder to disk, once for everyone who waits: a sync serves all who asked before it began.
 */
import { syncFolderLater } from './durable-file.js';

/** The syncs of one folder. */
export class FolderSync {
  readonly #sync: () => Promise<void>;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  /** `sync` is for tests; it brings the entries of the folder to disk. */
  constructor(folder: string, sync: (folder: string) => Promise<void> = syncFolderLater) {
    this.#sync = () => sync(folder);
  }

  /** Resolves when all entries made before the call are on disk. Rejects, for everyone who waits, if a sync fails. */
  wait(): Promise<void> {
    if (this.#next !== null) return this.#next;
    if (this.#running === null) return this.#begin();
    // The one that runs may have begun before the last entry was made.
    const begin = (): Promise<void> => this.#begin();
    this.#next = this.#running.then(begin, begin);
    return this.#next;
  }

  #begin(): Promise<void> {
    this.#next = null;
    const running = this.#sync();
    this.#running = running;
    const end = (): void => {
      if (this.#running === running) this.#running = null;
    };
    running.then(end, end);
    return running;
  }
}
