/*
 * All records of a CDB file in the order in which they were written, read in large pieces. At the end records
 * and tables are compared: each slot must belong to a record, and each record must have a slot.
 */
import { readSync } from 'node:fs';
import {
  CdbDamage,
  cdbHash,
  damageCause,
  headerSize,
  longestField,
  recordHeadSize,
  slotMark,
  slotSize,
} from './cdb-format.js';
import type { CdbHeader } from './cdb-header.js';

/** One step; key and value are valid until the next step. */
export type CdbRecord =
  | { readonly kind: 'record'; readonly key: Buffer; readonly value: Buffer; readonly place: number }
  | { readonly kind: 'damaged'; readonly cause: string };

const bufferSize = 1 << 18;
if (bufferSize < recordHeadSize + 2 * longestField)
  throw new Error('the buffer must hold the longest record');

/** Counts records or slots, and adds up their marks. */
class Tally {
  #count = 0;
  #sum = 0;

  add(hash: number, place: number): void {
    this.#count += 1;
    this.#sum = (this.#sum + slotMark(hash, place)) >>> 0;
  }

  equals(other: Tally): boolean {
    return this.#count === other.#count && this.#sum === other.#sum;
  }
}

/** Reads a range of a file in pieces. */
class PieceReader {
  readonly #fd: number;
  readonly #end: number;
  readonly #buffer = Buffer.allocUnsafe(bufferSize);
  #start = 0;
  #length = 0;
  /** The place in the file of the octet at `#start`. */
  place: number;

  constructor(fd: number, start: number, end: number) {
    this.#fd = fd;
    this.#end = end;
    this.place = start;
  }

  /** The next octets, at least `length` of them, without consuming them. Throws CdbDamage. */
  need(length: number): Buffer {
    if (this.place + length > this.#end) throw new CdbDamage('a record is longer than the file');
    if (this.#length < length) this.#fill();
    if (this.#length < length) throw new CdbDamage('it is truncated');
    return this.#buffer.subarray(this.#start, this.#start + this.#length);
  }

  skip(length: number): void {
    this.#start += length;
    this.#length -= length;
    this.place += length;
  }

  get isAtEnd(): boolean {
    return this.place >= this.#end;
  }

  #fill(): void {
    this.#buffer.copyWithin(0, this.#start, this.#start + this.#length);
    this.#start = 0;
    const from = this.place + this.#length;
    for (let wanted = Math.min(bufferSize - this.#length, this.#end - from); wanted > 0; ) {
      const got = readSync(this.#fd, this.#buffer, this.#length, wanted, this.place + this.#length);
      if (got === 0) return;
      this.#length += got;
      wanted -= got;
    }
  }
}

function tallySlots(fd: number, { recordsEnd, end }: CdbHeader): Tally {
  const tally = new Tally();
  const reader = new PieceReader(fd, recordsEnd, end);
  while (!reader.isAtEnd) {
    const bytes = reader.need(slotSize);
    const whole = bytes.length - (bytes.length % slotSize);
    for (let at = 0; at < whole; at += slotSize) {
      const place = bytes.readUInt32LE(at + 4);
      if (place !== 0) tally.add(bytes.readUInt32LE(at), place);
    }
    reader.skip(whole);
  }
  return tally;
}

/** Walks through an open file; damage, including a mismatch of records and tables, is the last step. Never throws. */
export function* walkCdb(fd: number, header: CdbHeader): Generator<CdbRecord, void> {
  const reader = new PieceReader(fd, headerSize, header.recordsEnd);
  const tally = new Tally();
  try {
    while (!reader.isAtEnd) {
      const head = reader.need(recordHeadSize);
      const keyLength = head.readUInt32LE(0);
      const valueLength = head.readUInt32LE(4);
      if (keyLength > longestField || valueLength > longestField) {
        throw new CdbDamage(`a key or value is longer than ${longestField} octets`);
      }
      const start = recordHeadSize + keyLength;
      const length = start + valueLength;
      const bytes = reader.need(length);
      const { place } = reader;
      tally.add(cdbHash(bytes, recordHeadSize, keyLength), place);
      reader.skip(length);
      yield {
        kind: 'record',
        key: bytes.subarray(recordHeadSize, start),
        value: bytes.subarray(start, length),
        place,
      };
    }
    if (!tallySlots(fd, header).equals(tally)) throw new CdbDamage('its records and its tables disagree');
  } catch (error) {
    yield { kind: 'damaged', cause: damageCause(error) };
  }
}
