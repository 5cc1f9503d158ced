/*
 * One open CDB file. Only its header is held in memory; everything else is read where it stands, so memory
 * does not grow with the file. Nothing in the file is trusted: every place is checked against the size, and
 * what does not add up is damage, never a miss. A record whose hash is the wanted one but whose key has
 * another hash is damage too.
 */

import { isUtf8 } from 'node:buffer';
import { closeSync, readSync } from 'node:fs';
import { cdbHash, headerSize, longestField, recordHeadSize, slotSize, tableCount } from './cdb-format.js';
import { describeError, openRegular } from './regular-file.js';

/** What a search found; `damaged` covers everything that keeps us from telling. */
export type CdbAnswer =
  | { readonly kind: 'found'; readonly value: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'damaged'; readonly cause: string };

/** A record in a walk through the file. */
export type CdbRecord =
  | { readonly kind: 'record'; readonly key: string; readonly value: string }
  | { readonly kind: 'damaged'; readonly cause: string };

/** A CDB file that was opened, or why it was not. */
export type OpenedCdb =
  | { readonly kind: 'open'; readonly file: CdbFile; readonly mark: string }
  | { readonly kind: 'missing' | 'unreadable' | 'not-a-file' | 'damaged'; readonly cause: string };

const slotsPerRead = 16;
// Damage can make a table look endless; no table of ours has runs that come near.
const longestRun = 1 << 20;
const firstReadOfRecord = 1024;

class Damage extends Error {}

export class CdbFile {
  readonly #fd: number;
  readonly #header: Buffer;
  /** Where the records end and the tables begin. */
  readonly #recordsEnd: number;
  readonly #slots = Buffer.allocUnsafe(slotsPerRead * slotSize);
  readonly #record = Buffer.allocUnsafe(firstReadOfRecord);
  #isOpen = true;

  constructor(fd: number, size: number) {
    this.#fd = fd;
    this.#header = Buffer.allocUnsafe(headerSize);
    this.#read(this.#header, headerSize, 0);
    let recordsEnd = size;
    for (let table = 0; table < tableCount; table += 1) {
      const { place, slots } = this.#table(table);
      if (slots === 0) continue;
      if (place < headerSize || place + slots * slotSize > size)
        throw new Damage('it is cut short or damaged');
      recordsEnd = Math.min(recordsEnd, place);
    }
    this.#recordsEnd = recordsEnd;
  }

  /** Closes the file; it answers `damaged` from then on. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#fd);
  }

  /** Finds the first value of a key, compared octet for octet. Never throws. */
  find(key: Uint8Array): CdbAnswer {
    if (!this.#isOpen) return { kind: 'damaged', cause: 'it is closed' };
    try {
      return this.#find(key);
    } catch (error) {
      return { kind: 'damaged', cause: error instanceof Damage ? error.message : describeError(error) };
    }
  }

  /** Walks through all records in the order in which they were written; damage ends the walk. */
  *records(): Generator<CdbRecord, void> {
    let place = headerSize;
    while (place < this.#recordsEnd) {
      try {
        const { keyLength, valueLength } = this.#recordHead(place, recordHeadSize);
        const bytes = Buffer.allocUnsafe(keyLength + valueLength);
        this.#read(bytes, bytes.length, place + recordHeadSize);
        place += recordHeadSize + bytes.length;
        const key = bytes.toString('utf8', 0, keyLength);
        yield { kind: 'record', key, value: this.#text(bytes.subarray(keyLength)) };
      } catch (error) {
        yield { kind: 'damaged', cause: error instanceof Damage ? error.message : describeError(error) };
        return;
      }
    }
  }

  #table(table: number): { place: number; slots: number } {
    return { place: this.#header.readUInt32LE(table * 8), slots: this.#header.readUInt32LE(table * 8 + 4) };
  }

  #read(into: Buffer, length: number, place: number): void {
    for (let got = 0; got < length; ) {
      const more = readSync(this.#fd, into, got, length - got, place + got);
      if (more === 0) throw new Damage('it is cut short');
      got += more;
    }
  }

  #find(key: Uint8Array): CdbAnswer {
    const hash = cdbHash(key, 0, key.length);
    const { place, slots } = this.#table(hash % tableCount);
    if (slots === 0) return { kind: 'absent' };
    let slot = (hash >>> 8) % slots;
    let left = slots;
    while (left > 0) {
      if (slots - left > longestRun) throw new Damage('one of its tables has no end');
      const count = Math.min(slotsPerRead, slots - slot, left);
      this.#read(this.#slots, count * slotSize, place + slot * slotSize);
      for (let at = 0; at < count * slotSize; at += slotSize) {
        const record = this.#slots.readUInt32LE(at + 4);
        if (record === 0) return { kind: 'absent' };
        const slotHash = this.#slots.readUInt32LE(at);
        if (slotHash % tableCount !== hash % tableCount) throw new Damage('a slot is in the wrong table');
        if (slotHash === hash) {
          const value = this.#valueAt(record, key, hash);
          if (value !== null) return { kind: 'found', value };
        }
      }
      left -= count;
      slot = (slot + count) % slots;
    }
    return { kind: 'absent' };
  }

  /**
   * Reads the first octets of a record into the buffer for records, and checks that all of it lies in the
   * file.
   */
  #recordHead(place: number, wanted: number): { keyLength: number; valueLength: number; got: number } {
    if (place < headerSize || place + recordHeadSize > this.#recordsEnd) {
      throw new Damage('a record lies outside the records');
    }
    const got = Math.min(wanted, this.#recordsEnd - place);
    this.#read(this.#record, got, place);
    const keyLength = this.#record.readUInt32LE(0);
    const valueLength = this.#record.readUInt32LE(4);
    if (place + recordHeadSize + keyLength + valueLength > this.#recordsEnd) {
      throw new Damage('a record is longer than the file');
    }
    if (keyLength > longestField || valueLength > longestField) {
      throw new Damage(`a key or value is longer than ${longestField} octets`);
    }
    return { keyLength, valueLength, got };
  }

  /** The value of the record at a place if it has the wanted key; null for another key with the same hash. */
  #valueAt(place: number, key: Uint8Array, hash: number): string | null {
    const wanted = Math.min(firstReadOfRecord, recordHeadSize + key.length + 256);
    const { keyLength, valueLength, got } = this.#recordHead(place, wanted);
    const length = recordHeadSize + keyLength + valueLength;
    let record = this.#record;
    if (length > got) {
      record = Buffer.allocUnsafe(length);
      this.#read(record, length, place);
    }
    const valueStart = recordHeadSize + keyLength;
    if (keyLength === key.length && record.compare(key, 0, keyLength, recordHeadSize, valueStart) === 0) {
      return this.#text(record.subarray(valueStart, length));
    }
    if (cdbHash(record, recordHeadSize, keyLength) !== hash) throw new Damage('a key does not fit its hash');
    return null;
  }

  #text(bytes: Buffer): string {
    if (!isUtf8(bytes)) throw new Damage('a value is not valid UTF-8');
    return bytes.toString('utf8');
  }
}

/** Opens a CDB file and checks its header. Never throws. */
export function openCdbFile(path: string): OpenedCdb {
  const opened = openRegular(path);
  if (opened.kind !== 'open') return opened;
  try {
    return { kind: 'open', file: new CdbFile(opened.fd, opened.size), mark: opened.mark };
  } catch (error) {
    closeSync(opened.fd);
    if (error instanceof Damage) return { kind: 'damaged', cause: error.message };
    return { kind: 'unreadable', cause: describeError(error) };
  }
}
