/*
 * Reads logs line by line, decides each request in them, and counts.
 */
import { errorAt } from '../../lib/text/index.js';
import { describeError, type Progress } from '../../runtime/files/index.js';
import { ConfigError } from '../../runtime/index.js';
import type { Judge } from './judge.js';
import { type LogFormat, logReader } from './log-format.js';
import { logLines } from './log-lines.js';
import type { LineKind, LoggedRequest } from './logged-request.js';
import { Found, Tally } from './tally.js';

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

/** The configurations; `before` only if two are compared. */
export interface Judges {
  readonly now: Judge;
  readonly before: Judge | null;
}

const examplesShown = 3;
const standardInput = 'standard input';

function unreadable(path: string, error: unknown): ConfigError {
  const span = { source: { name: path, shortName: path, text: '' }, offset: 0, length: 0 };
  const message = `\`${path}\` cannot be read: ${describeError(error)}`;
  return new ConfigError([errorAt(span, 'file/missing', message)]);
}

/** One run over logs. */
export class Replay {
  readonly tally = new Tally();
  readonly #judges: Judges;
  readonly #format: LogFormat;
  readonly #kinds: Record<LineKind, number> = { used: 0, other: 0, unknown: 0 };
  readonly #examples: UnknownLine[] = [];
  #lines = 0;

  constructor(judges: Judges, format: LogFormat) {
    this.#judges = judges;
    this.#format = format;
  }

  /** The lines read so far. */
  linesRead(): LinesRead {
    return { lines: this.#lines, ...this.#kinds, examples: this.#examples };
  }

  /** Reads one log. Throws ConfigError if it cannot be read. */
  async read(path: string, progress: Progress): Promise<void> {
    const found = new Found(this.tally);
    const reader = logReader(this.#format, found);
    const name = path === '-' ? standardInput : path;
    let number = 0;
    const lines = logLines(path, progress);
    for (;;) {
      const some = await lines.next().catch((error: unknown) => {
        throw unreadable(path, error);
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
      for (const request of found.take()) await this.#decide(request);
    }
    reader.end();
    for (const request of found.take()) await this.#decide(request);
  }

  async #decide(request: LoggedRequest): Promise<void> {
    const { now, before } = this.#judges;
    const decided = await now.decide(request);
    if (before === null) this.tally.addLogged(request, decided);
    else this.tally.addCompared(request, await before.decide(request), decided);
  }
}
