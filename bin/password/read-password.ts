/*
 * Reads a password: typed at the terminal without being shown, or the first line of standard input. Never from
 * the command line, which every account on the host can read.
 */
import { isUtf8 } from 'node:buffer';
import { longestPassword } from '../../runtime/passwords/index.js';
import { UsageError } from '../support/index.js';

const interrupt = '\u0003';
const endOfInput = '\u0004';
const backspaces = new Set(['\u0008', '\u007f']);
const wholeLine = '\u0015';
const enters = new Set(['\r', '\n']);

/** A line being typed. */
class TypedLine {
  #characters: string[] = [];

  get text(): string {
    return this.#characters.join('');
  }

  /** Adds what was typed; true if the line has ended. Throws if the input was cancelled. */
  take(typed: string): boolean {
    for (const character of typed) {
      if (enters.has(character)) return true;
      if (character === interrupt || (character === endOfInput && this.text === ''))
        throw new Error('cancelled');
      if (character === wholeLine) this.#characters = [];
      else if (backspaces.has(character)) this.#characters.pop();
      else this.#characters.push(character);
    }
    return false;
  }
}

/** Reads one line from the terminal without showing it. */
async function typeHidden(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  const line = new TypedLine();
  // Before the prompt, so that fast typing is not shown.
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stderr.write(prompt);
  try {
    return await new Promise<string>((resolve, reject) => {
      const take = (typed: string): void => {
        try {
          if (!line.take(typed)) return;
          resolve(line.text);
        } catch (error) {
          reject(error);
        }
        stdin.off('data', take);
      };
      stdin.on('data', take);
      stdin.once('end', () => reject(new Error('cancelled')));
      stdin.resume();
    });
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
}

const announceAfterMs = 1_000;
const lineFeed = 10;
const byteOrderMark = '\uFEFF';

/** The octets up to the first line feed or the end; null if there are none. */
async function firstOctets(): Promise<Buffer | null> {
  let line: Buffer = Buffer.alloc(0);
  for await (const chunk of process.stdin) {
    line = Buffer.concat([line, Buffer.from(chunk)]);
    const end = line.indexOf(lineFeed);
    if (end >= 0) return line.subarray(0, end);
    if (line.length > longestPassword + byteOrderMark.length + 1)
      throw new Error(`the password is longer than ${longestPassword} octets`);
  }
  return line.length > 0 ? line : null;
}

/**
 * The first line of standard input, without a byte order mark, which programs on Windows write; null if there is none.
 * A long wait is announced. Throws if the line is not UTF-8 or too long.
 */
async function firstLine(): Promise<string | null> {
  const announcement = setTimeout(() => {
    process.stderr.write('pmdf: waiting for the password: one line on standard input\n');
  }, announceAfterMs);
  try {
    const octets = await firstOctets();
    if (octets === null) return null;
    if (!isUtf8(octets))
      throw new Error('the password on standard input is not UTF-8; convert it, for example with iconv');
    const line = octets.toString('utf8').replace(/\r$/, '');
    return line.startsWith(byteOrderMark) ? line.slice(byteOrderMark.length) : line;
  } finally {
    clearTimeout(announcement);
    process.stdin.destroy();
  }
}

/**
 * Reads a password from the terminal, `twice` for a new one, or from standard input if that is not a terminal or with
 * `fromInput`. Throws UsageError if there is none, an Error if it was cancelled or mistyped.
 */
export async function readPassword(
  user: string,
  options: { readonly twice: boolean; readonly fromInput: boolean },
): Promise<string> {
  if (options.fromInput || process.stdin.isTTY !== true) {
    const line = await firstLine();
    if (line !== null) return line;
    throw new UsageError(
      'there is no password on standard input',
      'type it at a terminal, or pipe it in as one line',
    );
  }
  const first = await typeHidden(`password of ${user}: `);
  if (options.twice && (await typeHidden('again: ')) !== first) throw new Error('the two passwords differ');
  return first;
}
