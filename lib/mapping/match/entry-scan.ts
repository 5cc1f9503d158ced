/*
 * Goes through the entries of a table that a probe can match, in the order of the table, as its index finds them: the probe is
 * hashed once, stretch by stretch, which costs its length.
 */
import { ipv4At, ipv6At, maskAddress } from '../../address/index.js';
import type { EntryIndex } from './entry-index.js';
import type { Subject } from './subject.js';
import {
  asciiWeights,
  hashNetwork,
  hashWhole,
  type WindowLength,
  weightOf,
  windowShifts,
} from './window-hash.js';

/** Adds the entries from `from` on whose key has this hash. */
function addEntries(index: EntryIndex, hash: number, from: number, found: number[]): void {
  const { buckets, hashes, entries, shift } = index;
  const bucket = hash >>> shift;
  const end = buckets[bucket + 1] ?? 0;
  for (let at = buckets[bucket] ?? 0; at < end; at += 1) {
    const entry = entries[at] ?? -1;
    if (hashes[at] === hash && entry >= from) found.push(entry);
  }
}

const none: readonly number[] = Object.freeze([]);

/** The entries from `from` on with a stretch of this length in the probe as key; an entry may come twice. */
function foundByWindows(
  index: EntryIndex,
  probe: string,
  length: WindowLength,
  from: number,
): readonly number[] {
  const { presence, presenceShift } = index;
  const shift = windowShifts[length];
  // Looked up once, not for each character.
  const weights = asciiWeights;
  let found: number[] | null = null;
  let hash = 0;
  for (let at = 0; at < probe.length; at += 1) {
    const code = probe.charCodeAt(at);
    const weight = code < 128 ? (weights[code] ?? 0) : weightOf(code);
    hash = ((hash << shift) + weight) | 0;
    // The first stretches are too short; what they find by chance is no harm.
    if (presence[hash >>> presenceShift] === 0) continue;
    found ??= [];
    addEntries(index, hash >>> 0, from, found);
  }
  return found ?? none;
}

/** Calls `visit` with the hash of every network, of the sizes in use, that an address in the probe lies in. */
function eachNetwork(index: EntryIndex, probe: string, visit: (hash: number) => void): void {
  const usesIpv4 = index.networks.some((one) => !one.isIpv6);
  const usesIpv6 = index.networks.some((one) => one.isIpv6);
  for (let at = 0; at < probe.length; at += 1) {
    const ipv4 = usesIpv4 ? ipv4At(probe, at) : null;
    const ipv6 = usesIpv6 ? ipv6At(probe, at) : null;
    for (const { isIpv6, bits } of index.networks) {
      const words = isIpv6 ? ipv6?.words : ipv4 === null ? undefined : [ipv4.word];
      if (words !== undefined) visit(hashNetwork(isIpv6, maskAddress(words, bits), bits));
    }
  }
}

/** The same by all kinds of keys. */
function foundByAll(index: EntryIndex, probe: string, from: number): readonly number[] {
  const { hasWholes, lengths, networks } = index;
  const found: number[] = [];
  if (hasWholes) addEntries(index, hashWhole(probe), from, found);
  for (const length of lengths) {
    for (const entry of foundByWindows(index, probe, length, from)) found.push(entry);
  }
  if (networks.length > 0) eachNetwork(index, probe, (hash) => addEntries(index, hash, from, found));
  return found;
}

function candidatesFrom(index: EntryIndex, { probe }: Subject, from: number): readonly number[] {
  const { hashes, hasWholes, lengths, networks } = index;
  if (hashes.length === 0) return none;
  const [only, second] = lengths;
  const isPlain = second === undefined && !hasWholes && networks.length === 0;
  const found =
    isPlain && only !== undefined ? foundByWindows(index, probe, only, from) : foundByAll(index, probe, from);
  return found.length < 2 ? found : inOrder(found);
}

/** More than so many are sorted as a whole. */
const few = 16;

/** Entries in the order of the table, each once. */
function inOrder(found: readonly number[]): readonly number[] {
  if (found.length > few) return [...new Set(found)].sort((left, right) => left - right);
  const sorted: number[] = [];
  for (const entry of found) {
    let place = sorted.length;
    while (place > 0 && (sorted[place - 1] ?? -1) > entry) place -= 1;
    if (sorted[place - 1] === entry) continue;
    sorted.push(entry);
    for (let at = sorted.length - 1; at > place; at -= 1) sorted[at] = sorted[at - 1] ?? -1;
    sorted[place] = entry;
  }
  return sorted;
}

function firstAtOrAfter(sorted: Int32Array, wanted: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Goes through the entries from `from` on that a subject can match, in order. */
export class EntryScan {
  readonly #always: Int32Array;
  readonly #candidates: readonly number[];
  #nextAlways: number;
  #nextCandidate = 0;

  constructor(index: EntryIndex, subject: Subject, from: number) {
    this.#always = index.always;
    this.#candidates = candidatesFrom(index, subject, from);
    this.#nextAlways = from === 0 ? 0 : firstAtOrAfter(index.always, from);
  }

  /** The next entry, or -1 after the last. */
  next(): number {
    const isAlways = this.#nextAlways < this.#always.length;
    const isCandidate = this.#nextCandidate < this.#candidates.length;
    const always = isAlways ? (this.#always[this.#nextAlways] ?? -1) : -1;
    const candidate = isCandidate ? (this.#candidates[this.#nextCandidate] ?? -1) : -1;
    if (isAlways && (!isCandidate || always < candidate)) {
      this.#nextAlways += 1;
      return always;
    }
    if (isCandidate) this.#nextCandidate += 1;
    return candidate;
  }
}
