/*
 * Finds the entries of a table that a probe can match, without trying all of them.
 * For every entry one key is chosen that any matching probe must contain, the one that fewest entries share: its whole
 * text, a stretch of a literal, or a network. A probe is hashed once, stretch by stretch, which costs its length.
 * Entries without a key, such as `*`, are always tried. Candidates come in the order of the table.
 */
import { ipv4At, ipv6At, maskAddress } from '../../address/index.js';
import { eachInSlices, type Slices } from '../../text/index.js';
import type { CompiledPattern } from './compile-pattern.js';
import type { Subject } from './subject.js';
import { eachWindow, hashNetwork, hashWhole, windowLengths } from './window-hash.js';

/** The index of one table. */
export interface EntryIndex {
  /** Entries without a key, ascending. */
  readonly always: Int32Array;
  /** For each bucket where it starts in `hashes` and `entries`; one more for the end. */
  readonly buckets: Int32Array;
  readonly hashes: Uint32Array;
  readonly entries: Int32Array;
  readonly mask: number;
  readonly hasWholes: boolean;
  readonly lengths: readonly number[];
  readonly networks: readonly { readonly isIpv6: boolean; readonly bits: number }[];
}

/** Below this effort trying all entries is quicker than looking them up. */
const smallestIndexed = 12;

function effortOf({ way, inner }: CompiledPattern): number {
  const isCostly = way === 'table' || way === 'back-match' || inner.some((one) => one.kind === 'address');
  return isCostly ? 4 : 1;
}

type Key =
  | { readonly kind: 'whole' }
  | { readonly kind: 'window'; readonly length: number }
  | { readonly kind: 'network'; readonly isIpv6: boolean; readonly bits: number };

function eachKey(pattern: CompiledPattern, visit: (hash: number, key: Key) => void): void {
  if (pattern.way === 'literal') {
    visit(hashWhole(pattern.prefix), { kind: 'whole' });
    return;
  }
  for (const length of windowLengths) {
    const key: Key = { kind: 'window', length };
    for (const literal of [pattern.prefix, ...pattern.literals, pattern.suffix]) {
      eachWindow(literal, length, (hash) => visit(hash, key));
    }
  }
  for (const element of pattern.inner) {
    if (element.kind !== 'address' || element.glob.network.length === 0) continue;
    const { isIpv6, network, bits } = element.glob;
    if (bits > 0) visit(hashNetwork(isIpv6, network, bits), { kind: 'network', isIpv6, bits });
  }
}

function sizeFor(count: number): number {
  return 2 ** Math.min(22, Math.ceil(Math.log2(Math.max(16, count))));
}

/** Counts how many entries share each key, roughly: keys that fall together are counted together. */
function* countKeys(patterns: readonly CompiledPattern[]): Slices<Uint32Array> {
  const counts = new Uint32Array(sizeFor(patterns.length * 64));
  const mask = counts.length - 1;
  yield* eachInSlices(patterns, (pattern) => {
    eachKey(pattern, (hash) => {
      counts[hash & mask] = (counts[hash & mask] ?? 0) + 1;
    });
  });
  return counts;
}

interface Chosen {
  readonly hash: number;
  readonly key: Key;
}

function chooseKey(pattern: CompiledPattern, counts: Uint32Array): Chosen | null {
  let best: Chosen | null = null;
  let fewest = Number.POSITIVE_INFINITY;
  eachKey(pattern, (hash, key) => {
    const count = counts[hash & (counts.length - 1)] ?? 0;
    if (count >= fewest) return;
    fewest = count;
    best = { hash, key };
  });
  return best;
}

function addOnce(numbers: number[], one: number): void {
  if (numbers.at(-1) !== one) numbers.push(one);
}

/** The kinds of keys that were chosen. */
class KeyKinds {
  hasWholes = false;
  readonly #lengths = new Set<number>();
  readonly #networks = new Map<string, { isIpv6: boolean; bits: number }>();

  add(key: Key): void {
    switch (key.kind) {
      case 'whole':
        this.hasWholes = true;
        return;
      case 'window':
        this.#lengths.add(key.length);
        return;
      case 'network':
        this.#networks.set(`${key.isIpv6}/${key.bits}`, { isIpv6: key.isIpv6, bits: key.bits });
    }
  }

  get lengths(): readonly number[] {
    return windowLengths.filter((length) => this.#lengths.has(length));
  }

  get networks(): EntryIndex['networks'] {
    return [...this.#networks.values()];
  }
}

/** Sorts the keys of `count` patterns by their buckets, each with the number of its entry. */
function* sortIntoBuckets(
  chosen: readonly (Chosen | null)[],
  { buckets, mask }: Pick<EntryIndex, 'buckets' | 'mask'>,
  count: number,
  ownerOf: (at: number) => number,
): Slices<Pick<EntryIndex, 'hashes' | 'entries'>> {
  const hashes = new Uint32Array(count);
  const entries = new Int32Array(count);
  const next = buckets.slice();
  let place = -1;
  yield* eachInSlices(chosen, (one) => {
    place += 1;
    if (one === null) return;
    const at = next[one.hash & mask] ?? 0;
    next[one.hash & mask] = at + 1;
    hashes[at] = one.hash;
    entries[at] = ownerOf(place);
  });
  return { hashes, entries };
}

/**
 * Makes the index of a table from the patterns of its entries, in order. `owners` tells for each pattern the number of
 * its entry where an entry has several, side by side; without it each has one.
 */
export function* indexInSlices(
  patterns: readonly CompiledPattern[],
  owners: readonly number[] | null = null,
): Slices<EntryIndex> {
  // Where there are as many entries as effort, nothing has to be added up.
  const isSmall =
    patterns.length < smallestIndexed &&
    patterns.reduce((sum, one) => sum + effortOf(one), 0) < smallestIndexed;
  const counts = isSmall ? new Uint32Array(1) : yield* countKeys(patterns);
  const size = sizeFor(patterns.length * 2);
  const buckets = new Int32Array(size + 1);
  const chosen: (Chosen | null)[] = [];
  const always: number[] = [];
  const ownerOf = (at: number): number => owners?.[at] ?? at;
  yield* eachInSlices(patterns, (pattern) => {
    const one = isSmall ? null : chooseKey(pattern, counts);
    if (one === null) addOnce(always, ownerOf(chosen.length));
    chosen.push(one);
  });
  // One pattern without a key is enough for an entry to be tried always.
  const keyless = owners === null ? null : new Set(always);
  const kinds = new KeyKinds();
  let place = -1;
  let count = 0;
  yield* eachInSlices(chosen, (one) => {
    place += 1;
    if (one === null) return;
    if (keyless?.has(ownerOf(place)) === true) {
      chosen[place] = null;
      return;
    }
    const bucket = (one.hash & (size - 1)) + 1;
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    kinds.add(one.key);
    count += 1;
  });
  yield;
  for (let at = 1; at <= size; at += 1) buckets[at] = (buckets[at] ?? 0) + (buckets[at - 1] ?? 0);
  const mask = size - 1;
  return {
    always: Int32Array.from(always),
    buckets,
    ...(yield* sortIntoBuckets(chosen, { buckets, mask }, count, ownerOf)),
    mask,
    hasWholes: kinds.hasWholes,
    lengths: kinds.lengths,
    networks: kinds.networks,
  };
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

function candidatesFrom(index: EntryIndex, { probe, folded }: Subject, from: number): readonly number[] {
  const { buckets, hashes, entries, mask } = index;
  if (hashes.length === 0) return [];
  const found: number[] = [];
  const visit = (hash: number): void => {
    const end = buckets[(hash & mask) + 1] ?? 0;
    for (let at = buckets[hash & mask] ?? 0; at < end; at += 1) {
      const entry = entries[at] ?? -1;
      if (hashes[at] === hash && entry >= from) found.push(entry);
    }
  };
  if (index.hasWholes) visit(hashWhole(folded));
  for (const length of index.lengths) eachWindow(folded, length, visit);
  if (index.networks.length > 0) eachNetwork(index, probe, visit);
  return found.length < 2 ? found : [...new Set(found)].sort((left, right) => left - right);
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
    this.#nextAlways = firstAtOrAfter(index.always, from);
  }

  /** The next entry, or -1 after the last. */
  next(): number {
    const always = this.#always[this.#nextAlways];
    const candidate = this.#candidates[this.#nextCandidate];
    if (always !== undefined && (candidate === undefined || always < candidate)) {
      this.#nextAlways += 1;
      return always;
    }
    if (candidate === undefined) return -1;
    this.#nextCandidate += 1;
    return candidate;
  }
}
