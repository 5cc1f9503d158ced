/*
 * Runs the command `pmdf` for the page, in a process of its own, so that no mail waits for it: two at once, for a limited time.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { packageFolder } from '../../runtime/files/index.js';

/** What the command printed, whatever it says; or that others are running. */
export type Printed =
  | {
      readonly kind: 'printed';
      /** On standard output. */
      readonly output: string;
      /** That, and what it said on standard error. */
      readonly text: string;
      readonly exitCode: number;
      /** False if it was ended before it had printed all. */
      readonly isWhole: boolean;
    }
  | { readonly kind: 'busy' };

const command = join(packageFolder, 'dist', 'bin', 'pmdf.js');
const mostAtOnce = 2;
const limitMs = 20_000;
const mostOctets = 4 * 1_048_576;
const failed = 1;

export class CommandRunner {
  readonly #configFolder: string;
  #running = 0;

  constructor(configFolder: string) {
    this.#configFolder = configFolder;
  }

  /** Runs a subcommand, one word or two, with arguments; never rejects. */
  async run(words: readonly string[], given: readonly string[]): Promise<Printed> {
    if (this.#running === mostAtOnce) return { kind: 'busy' };
    this.#running += 1;
    try {
      return await this.#run([command, ...words, '--config', this.#configFolder, ...given]);
    } finally {
      this.#running -= 1;
    }
  }

  #run(all: readonly string[]): Promise<Printed> {
    const limits = { timeout: limitMs, maxBuffer: mostOctets };
    return new Promise((resolve) => {
      execFile(process.execPath, all, limits, (error, printed, complaint) => {
        const code: unknown = error?.code;
        const isTooLong = code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER';
        const isWhole = !isTooLong && error?.killed !== true;
        const why = isTooLong
          ? `printed more than ${mostOctets} octets`
          : `took more than ${limitMs / 1_000} seconds`;
        const ended = isWhole ? '' : `the command was ended: it ${why}\n`;
        const exitCode = error === null ? 0 : typeof code === 'number' ? code : failed;
        resolve({
          kind: 'printed',
          output: printed,
          text: `${printed}${complaint}${ended}`,
          exitCode,
          isWhole,
        });
      });
    });
  }
}
