/*
 * The names that the machine's hosts file gives to addresses. The system's own look-up would read it too, but it
 * blocks one of four threads for as long as a foreign name server likes; so the file is read here.
 *   address name name ...     `#` begins a comment
 */
import type { Clock } from './clock.js';
import { freshnessInterval } from './database.js';
import { readText } from './read-text.js';
import { fileMark } from './regular-file.js';

const largestHostsFile = 16 * 1024 * 1024;

function parseHosts(text: string): Map<string, string[]> {
  const addresses = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const comment = line.indexOf('#');
    const [address, ...names] = (comment === -1 ? line : line.slice(0, comment)).trim().split(/[ \t\r]+/);
    if (address === undefined) continue;
    for (const name of names) {
      const folded = name.toLowerCase();
      const known = addresses.get(folded);
      if (known === undefined) addresses.set(folded, [address]);
      else known.push(address);
    }
  }
  return addresses;
}

export class HostsFile {
  readonly #path: string;
  readonly #clock: Clock;
  #addresses = new Map<string, string[]>();
  #mark: string | null = null;
  #checked = Number.NEGATIVE_INFINITY;

  /** Reads `path` when it is first asked, and again when it was changed. */
  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
  }

  /** The addresses of a name; none when the file does not have it or cannot be read. */
  addressesOf(name: string): readonly string[] {
    const now = this.#clock.now();
    if (now - this.#checked >= freshnessInterval) {
      this.#checked = now;
      this.#check();
    }
    return this.#addresses.get(name.toLowerCase()) ?? [];
  }

  #check(): void {
    const mark = fileMark(this.#path);
    if (mark === this.#mark) return;
    this.#mark = mark;
    const outcome = readText(this.#path, { name: this.#path, shortName: this.#path }, largestHostsFile);
    this.#addresses = outcome.kind === 'read' ? parseHosts(outcome.source.text) : new Map();
  }
}
