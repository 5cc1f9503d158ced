/*
 * A file to which several processes append whole lines. What one turn of the event loop adds is written at its end, in one write to
 * the end of the file: a signal may end the process at any time. A file that was moved away is replaced by a new one, which is looked for once a second. If nothing can be
 * written, lines are kept up to a limit, and one warning is logged.
 */
import { closeSync, fstatSync, openSync, statSync, writeSync } from 'node:fs';

export interface LogFileReports {
  readonly warn: (message: string) => void;
  readonly notice: (message: string) => void;
}

const checkMs = 1_000;
/** The octets of one write. */
const mostAtOnce = 65_536;
/** The octets that are kept while nothing can be written. */
const mostKept = 1_048_576;

export class LogFile {
  readonly #path: () => string;
  readonly #reports: LogFileReports;
  readonly #now: () => number;
  #waiting: Buffer[] = [];
  #octets = 0;
  #lost = 0;
  #open: { readonly fd: number; readonly path: string; readonly file: string } | null = null;
  #checked = Number.NEGATIVE_INFINITY;
  #soon: NodeJS.Immediate | null = null;
  #retry: NodeJS.Timeout | null = null;
  #hasFailed = false;

  /** `path` is asked for again when the file is looked for; `now` counts milliseconds. */
  constructor(path: () => string, reports: LogFileReports, now: () => number = () => performance.now()) {
    this.#path = path;
    this.#reports = reports;
    this.#now = now;
  }

  /** Adds a line, without its line end. */
  add(line: string): void {
    const octets = Buffer.from(`${line}\n`);
    if (this.#octets + octets.length > mostKept) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(octets);
    this.#octets += octets.length;
    if (!this.#hasFailed) this.#soon ??= setImmediate(() => this.flush());
  }

  /** Writes what is waiting. Never throws. */
  flush(): void {
    if (this.#soon !== null) clearImmediate(this.#soon);
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#soon = null;
    this.#retry = null;
    try {
      while (this.#waiting.length > 0) this.#write(this.#fd());
      this.#recovered();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** The file, opened anew if another one, or none, has its name. */
  #fd(): number {
    const now = this.#now();
    if (this.#open !== null && now - this.#checked < checkMs) return this.#open.fd;
    this.#checked = now;
    const path = this.#path();
    if (this.#open !== null) {
      const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
      if (stats !== undefined && `${stats.dev}:${stats.ino}` === this.#open.file) return this.#open.fd;
      closeSync(this.#open.fd);
      this.#open = null;
    }
    const fd = openSync(path, 'a', 0o640);
    const { dev, ino } = fstatSync(fd, { bigint: true });
    this.#open = { fd, path, file: `${dev}:${ino}` };
    return fd;
  }

  /** Writes some of the lines that wait, whole ones unless the disk is full. */
  #write(fd: number): void {
    let count = 0;
    let octets = 0;
    for (const line of this.#waiting) {
      if (count > 0 && octets + line.length > mostAtOnce) break;
      count += 1;
      octets += line.length;
    }
    const lines = Buffer.concat(this.#waiting.slice(0, count));
    const written = writeSync(fd, lines);
    const rest = written < lines.length ? [lines.subarray(written)] : [];
    this.#waiting = [...rest, ...this.#waiting.slice(count)];
    this.#octets -= written;
  }

  #recovered(): void {
    if (!this.#hasFailed) return;
    this.#hasFailed = false;
    this.#reports.notice(`${this.#path()} is written again; ${this.#lost} entries are lost`);
    this.#lost = 0;
  }

  #failed(error: unknown): void {
    this.#checked = Number.NEGATIVE_INFINITY;
    if (!this.#hasFailed) {
      const cause = error instanceof Error ? error.message : String(error);
      this.#reports.warn(`${this.#path()} cannot be written, mail goes on: ${cause}`);
    }
    this.#hasFailed = true;
    this.#retry = setTimeout(() => this.flush(), checkMs);
    this.#retry.unref();
  }
}
