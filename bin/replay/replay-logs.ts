/*
 * Reads logs line by line, decides each request in them, and counts.
 */
import { describeError, type Progress } from '../../runtime/files/index.js';
import { fileError } from '../support/index.js';
import type { Judge } from './judge.js';
import { type LogFormat, logReader } from './log-format.js';
import { logLines } from './log-lines.js';
import type { LineKind, LoggedRequest } from './logged-request.js';
import { Tally } from './tally.js';

/** A line that is not understood. */
export interface UnknownLine {
  readonly place: string;
  readonly text: string;
}

/** How many lines were read, by kind. */
export interface LinesRead {
  readonly lines: number;
  readonly used: number;
  readonly other: number;
  readonly unknown: number;
  readonly examples: readonly UnknownLine[];
}

const examplesShown = 3;
const standardInput = 'standard input';

/** One run over logs. */
export class Replay {
  readonly tally = new Tally();
  readonly #now: Judge;
  readonly #before: Judge | null;
  readonly #format: LogFormat;
  readonly #kinds: Record<LineKind, number> = { used: 0, other: 0, unknown: 0 };
  readonly #examples: UnknownLine[] = [];
  #lines = 0;

  /** Replays under a configuration; `before` is another one to compare with. */
  constructor(now: Judge, before: Judge | null, format: LogFormat) {
    this.#now = now;
    this.#before = before;
    this.#format = format;
  }

  /** The lines read so far. */
  linesRead(): LinesRead {
    return { lines: this.#lines, ...this.#kinds, examples: this.#examples };
  }

  /** Reads one log. Throws ConfigError if it cannot be read. */
  async read(path: string, progress: Progress): Promise<void> {
    const found: LoggedRequest[] = [];
    const reader = logReader(this.#format, {
      request: (request) => found.push(request),
      shadow: (line) => this.tally.addShadow(line),
    });
    const name = path === '-' ? standardInput : path;
    let number = 0;
    const lines = logLines(path, progress);
    for (;;) {
      const some = await lines.next().catch((error: unknown) => {
        throw fileError(path, `\`${path}\` cannot be read: ${describeError(error)}`);
      });
      if (some.done === true) break;
      for (const line of some.value) {
        number += 1;
        if (line === '') continue;
        this.#lines += 1;
        const kind = reader.read(line, `${name}:${number}`);
        this.#kinds[kind] += 1;
        if (kind === 'unknown' && this.#examples.length < examplesShown) {
          this.#examples.push({ place: `${name}:${number}`, text: line });
        }
      }
      for (const request of found.splice(0)) this.#decide(request);
    }
    reader.end();
    for (const request of found) this.#decide(request);
  }

  #decide(request: LoggedRequest): void {
    const decided = this.#now.decide(request);
    if (this.#before === null) this.tally.addLogged(request, decided);
    else this.tally.addCompared(request, this.#before.decide(request), decided);
  }
}
