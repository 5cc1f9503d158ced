/*
 * The names and addresses of the machine's hosts file. The system's look-up reads it too, but blocks a thread of
 * the pool for as long as a name server takes.
 *   address name name ...     `#` begins a comment
 */
import { addressBytes } from '../../lib/address/index.js';
import { freshnessInterval } from '../databases/index.js';
import { fileMark, readText } from '../files/index.js';
import type { Clock } from '../time/index.js';

const largestHostsFile = 16 * 1024 * 1024;

interface Hosts {
  /** By name in lower case. */
  readonly addresses: ReadonlyMap<string, readonly string[]>;
  /** By the octets of the address, in the order of the file. */
  readonly names: ReadonlyMap<string, readonly string[]>;
}

const noHosts: Hosts = { addresses: new Map(), names: new Map() };

function add(map: Map<string, string[]>, key: string, value: string): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

function parseHosts(text: string): Hosts {
  const addresses = new Map<string, string[]>();
  const names = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const comment = line.indexOf('#');
    const [address = '', ...words] = (comment === -1 ? line : line.slice(0, comment))
      .trim()
      .split(/[ \t\r]+/);
    const octets = addressBytes(address);
    if (octets === null) continue;
    for (const name of words) {
      add(addresses, name.toLowerCase(), address);
      add(names, octets.join('.'), name);
    }
  }
  return { addresses, names };
}

export class HostsFile {
  readonly #path: string;
  readonly #clock: Clock;
  #hosts = noHosts;
  #mark: string | null = null;
  #checked = Number.NEGATIVE_INFINITY;

  /** Reads `path` at the first look-up, and again after a change. */
  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
  }

  /** The addresses of a name. A file that cannot be read is empty. */
  addressesOf(name: string): readonly string[] {
    return this.#current().addresses.get(name.toLowerCase()) ?? [];
  }

  /** The names of an address of 4 or 16 octets, in the order of the file. */
  namesOf(octets: Uint8Array): readonly string[] {
    return this.#current().names.get(octets.join('.')) ?? [];
  }

  #current(): Hosts {
    const now = this.#clock.now();
    if (now - this.#checked >= freshnessInterval) {
      this.#checked = now;
      this.#check();
    }
    return this.#hosts;
  }

  #check(): void {
    const mark = fileMark(this.#path);
    if (mark === this.#mark) return;
    this.#mark = mark;
    const outcome = readText(this.#path, { name: this.#path, shortName: this.#path }, largestHostsFile);
    this.#hosts = outcome.kind === 'read' ? parseHosts(outcome.source.text) : noHosts;
  }
}
