/*
 * The index of a table, by which `entry-scan.ts` finds the entries that a probe can match without trying all of them.
 * For every entry one key is chosen that any matching probe must contain, the one that fewest entries share: its whole
 * text, a stretch of a literal, or a network. Entries without a key, such as `*`, are always tried.
 */
import { eachInSlices, type Slices } from '../../text/index.js';
import type { CompiledPattern } from './compile-pattern.js';
import { KeyCounts } from './key-counts.js';
import { sortKeysInSlices } from './sort-keys.js';
import { eachWindow, hashNetwork, hashWhole, type WindowLength, windowLengths } from './window-hash.js';

/** The index of one table. */
export interface EntryIndex {
  /** Entries without a key, ascending. */
  readonly always: Int32Array;
  /** For each bucket where it starts in `hashes` and `entries`; one more for the end. */
  readonly buckets: Int32Array;
  /** Ascending: the entries that share a key are side by side. */
  readonly hashes: Uint32Array;
  readonly entries: Int32Array;
  /** The bucket of a hash is what is left of it after this shift to the right. */
  readonly shift: number;
  /** Not zero where a hash, shifted by `presenceShift`, may be in a bucket: most stretches of a probe are not. */
  readonly presence: Uint8Array;
  readonly presenceShift: number;
  readonly hasWholes: boolean;
  readonly lengths: readonly WindowLength[];
  readonly networks: readonly { readonly isIpv6: boolean; readonly bits: number }[];
}

/** Below this effort trying all entries is quicker than looking them up. */
const smallestIndexed = 5;

function effortOf({ way, inner }: CompiledPattern): number {
  const isCostly = way === 'table' || way === 'back-match' || inner.some((one) => one.kind === 'address');
  return isCostly ? 4 : 1;
}

type Key =
  | { readonly kind: 'whole' }
  | { readonly kind: 'window'; readonly length: WindowLength }
  | { readonly kind: 'network'; readonly isIpv6: boolean; readonly bits: number };

function eachKey(pattern: CompiledPattern, visit: (hash: number, key: Key) => void): void {
  if (pattern.way === 'literal') {
    visit(hashWhole(pattern.prefix), { kind: 'whole' });
    return;
  }
  for (const length of windowLengths) {
    const key: Key = { kind: 'window', length };
    const visitWindow = (hash: number): void => visit(hash, key);
    eachWindow(pattern.prefix, length, visitWindow);
    for (const element of pattern.inner) {
      if (element.kind === 'literal') eachWindow(element.text, length, visitWindow);
    }
    eachWindow(pattern.suffix, length, visitWindow);
  }
  for (const element of pattern.inner) {
    if (element.kind !== 'address' || element.glob.network.length === 0) continue;
    const { isIpv6, network, bits } = element.glob;
    if (bits > 0) visit(hashNetwork(isIpv6, network, bits), { kind: 'network', isIpv6, bits });
  }
}

/** How far a hash is shifted to the right to be a place among at least `count`, and at most four million. */
function shiftFor(count: number): number {
  return 32 - Math.min(22, Math.ceil(Math.log2(Math.max(16, count))));
}

function sizeOf(shift: number): number {
  return 2 ** (32 - shift);
}

/** Counts how many entries share each key. */
function* countKeys(patterns: readonly CompiledPattern[]): Slices<KeyCounts> {
  const counts = yield* KeyCounts.makeInSlices(patterns.length * 16);
  yield* eachInSlices(patterns, (pattern) => eachKey(pattern, (hash) => counts.add(hash)));
  return counts;
}

interface Chosen {
  readonly hash: number;
  readonly key: Key;
}

/** So many more entries may share a long stretch: a table without short ones is spared going through each probe for them. */
const forShort = 8;

function chooseKey(pattern: CompiledPattern, counts: KeyCounts): Chosen | null {
  let best: Chosen | null = null;
  let fewest = Number.POSITIVE_INFINITY;
  const longest = windowLengths[0];
  eachKey(pattern, (hash, key) => {
    const isShort = key.kind === 'window' && key.length < longest;
    const count = counts.of(hash) + (isShort ? forShort : 0);
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
  readonly #lengths = new Set<WindowLength>();
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

  get lengths(): readonly WindowLength[] {
    return windowLengths.filter((length) => this.#lengths.has(length));
  }

  get networks(): EntryIndex['networks'] {
    return [...this.#networks.values()];
  }
}

/** Sorts the keys of `count` patterns, each with the number of its entry. */
function* sortKeys(
  chosen: readonly (Chosen | null)[],
  { buckets, shift }: Pick<EntryIndex, 'buckets' | 'shift'>,
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
    const at = next[one.hash >>> shift] ?? 0;
    next[one.hash >>> shift] = at + 1;
    hashes[at] = one.hash;
    entries[at] = ownerOf(place);
  });
  yield* sortKeysInSlices({ hashes, entries }, shift);
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
  const counts = isSmall ? null : yield* countKeys(patterns);
  const shift = shiftFor(patterns.length * 2);
  const size = sizeOf(shift);
  const buckets = new Int32Array(size + 1);
  const chosen: (Chosen | null)[] = [];
  const always: number[] = [];
  const ownerOf = (at: number): number => owners?.[at] ?? at;
  yield* eachInSlices(patterns, (pattern) => {
    const one = counts === null ? null : chooseKey(pattern, counts);
    if (one === null) addOnce(always, ownerOf(chosen.length));
    chosen.push(one);
  });
  // One pattern without a key is enough for an entry to be tried always.
  const keyless = owners === null ? null : new Set(always);
  const kinds = new KeyKinds();
  const presenceShift = shiftFor(patterns.length * 16);
  const presence = new Uint8Array(sizeOf(presenceShift));
  let place = -1;
  let count = 0;
  yield* eachInSlices(chosen, (one) => {
    place += 1;
    if (one === null) return;
    if (keyless?.has(ownerOf(place)) === true) {
      chosen[place] = null;
      return;
    }
    const bucket = (one.hash >>> shift) + 1;
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    presence[one.hash >>> presenceShift] = 1;
    kinds.add(one.key);
    count += 1;
  });
  yield;
  for (let at = 1; at <= size; at += 1) buckets[at] = (buckets[at] ?? 0) + (buckets[at - 1] ?? 0);
  return {
    always: Int32Array.from(always),
    buckets,
    ...(yield* sortKeys(chosen, { buckets, shift }, count, ownerOf)),
    shift,
    presence,
    presenceShift,
    hasWholes: kinds.hasWholes,
    lengths: kinds.lengths,
    networks: kinds.networks,
  };
}
