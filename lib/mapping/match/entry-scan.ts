/*
 * Goes through the entries of a table that a probe can match, in the order of the table, as its index finds them: the probe is
 * hashed once, stretch by stretch, which costs its length.
 */
import { ipv4At, ipv6At, maskAddress } from '../../address/index.js';
import type { EntryIndex } from './entry-index.js';
import { firstPlaceOf } from './sort-keys.js';
import type { Subject } from './subject.js';
import {
  asciiWeights,
  hashNetwork,
  hashWhole,
  type WindowLength,
  weightOf,
  windowShifts,
} from './window-hash.js';

/** The first place of a key with this hash, or -1. */
function placeOf({ buckets, hashes, shift }: EntryIndex, hash: number): number {
  const bucket = hash >>> shift;
  return firstPlaceOf(hashes, hash, buckets[bucket] ?? 0, buckets[bucket + 1] ?? 0);
}

const none: readonly number[] = Object.freeze([]);

/** Adds the places of keys that are a stretch of this length in the probe; each as often as the stretch occurs. */
function addPlacesOfWindows(index: EntryIndex, probe: string, length: WindowLength, places: number[]): void {
  const { presence, presenceShift } = index;
  const shift = windowShifts[length];
  // Looked up once, not for each character.
  const weights = asciiWeights;
  let hash = 0;
  for (let at = 0; at < probe.length; at += 1) {
    const code = probe.charCodeAt(at);
    const weight = code < 128 ? (weights[code] ?? 0) : weightOf(code);
    hash = ((hash << shift) + weight) | 0;
    // The first stretches are too short; what they find by chance does no harm.
    if (presence[hash >>> presenceShift] === 0) continue;
    const place = placeOf(index, hash >>> 0);
    if (place !== -1) places.push(place);
  }
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

/** The places of the keys that a probe contains, each once: a stretch that it repeats must not give its entries again. */
function placesIn(index: EntryIndex, probe: string): readonly number[] {
  const { hasWholes, lengths, networks } = index;
  const places: number[] = [];
  const add = (hash: number): void => {
    const place = placeOf(index, hash);
    if (place !== -1) places.push(place);
  };
  if (hasWholes) add(hashWhole(probe));
  for (const length of lengths) addPlacesOfWindows(index, probe, length, places);
  if (networks.length > 0) eachNetwork(index, probe, add);
  if (places.length < 2) return places;
  return places.length > few ? [...new Set(places)] : places.filter(isFirst);
}

/** More than so many are sorted, or looked through for equal ones, as a whole. */
const few = 16;

function isFirst(one: number, at: number, all: readonly number[]): boolean {
  return all.indexOf(one) === at;
}

function candidatesFrom(index: EntryIndex, { probe }: Subject, from: number): readonly number[] {
  const { hashes, entries } = index;
  if (hashes.length === 0) return none;
  const found: number[] = [];
  for (const place of placesIn(index, probe)) {
    for (let at = place; at < hashes.length && hashes[at] === hashes[place]; at += 1) {
      const entry = entries[at] ?? -1;
      if (entry >= from) found.push(entry);
    }
  }
  // An entry with several spellings may be found by two keys.
  return found.length < 2 ? found : inOrder(found);
}

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
