/*
 * One open CDB file. Only its header is in memory; the rest is read in place, so memory does not grow with the
 * file. Nothing in the file is trusted: an inconsistency is damage, never a miss. A key is absent only if its
 * table still has the right number of empty slots, and every slot that the search passed belongs to its record.
 * So no single damaged octet and no lost block of a table can make a key absent. A changed value is not noticed:
 * the format has no checksum.
 */
import { isUtf8 } from 'node:buffer';
import { closeSync, readSync } from 'node:fs';
import { describeError, openRegular } from '../files/index.js';
import {
  CdbDamage,
  cdbHash,
  damageCause,
  headerSize,
  longestField,
  recordHeadSize,
  slotSize,
  tableCount,
} from './cdb-format.js';
import { type CdbHeader, readHeader, type TablePlace, tableOf } from './cdb-header.js';
import { type CdbRecord, walkCdb } from './cdb-walk.js';

/** The result of a search; `damaged` covers every case in which there is no answer. */
export type CdbAnswer =
  | { readonly kind: 'found'; readonly value: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'damaged'; readonly cause: string };

/** A CDB file that was opened, or why it was not. */
export type OpenedCdb =
  | { readonly kind: 'open'; readonly file: CdbFile; readonly mark: string }
  | { readonly kind: 'missing' | 'unreadable' | 'not-a-file' | 'damaged'; readonly cause: string };

const notChecked = 0;
const sound = 1;
const damaged = 2;
const damagedTable = 'one of its tables is damaged';

const slotsPerRead = 16;
const firstReadOfRecord = 1024;
// In a table half full, few slots come before a key, unless a key is repeated many times.
const mostPassedSlots = 64;

// Shared by all files: a check of a table is synchronous.
const checked = new Uint32Array(8192);
const checkedBytes = Buffer.from(checked.buffer);

function readFully(fd: number, into: Buffer, length: number, place: number): void {
  for (let got = 0; got < length; ) {
    const more = readSync(fd, into, got, length - got, place + got);
    if (more === 0) throw new CdbDamage('it is truncated');
    got += more;
  }
}

export class CdbFile {
  readonly #fd: number;
  readonly #header: CdbHeader;
  /** For each table the result of its check. */
  readonly #checked = new Uint8Array(tableCount);
  readonly #slots = Buffer.allocUnsafe(slotsPerRead * slotSize);
  readonly #record = Buffer.allocUnsafe(firstReadOfRecord);
  /** Hash and record of the slots that a search passed. */
  readonly #passed = new Uint32Array(mostPassedSlots * 2);
  #isOpen = true;

  /** Takes over an open file. Throws CdbDamage and errors of the file system. */
  constructor(fd: number, size: number) {
    const header = Buffer.allocUnsafe(headerSize);
    readFully(fd, header, headerSize, 0);
    this.#header = readHeader(header, size);
    this.#fd = fd;
  }

  /** Where the records end, in octets. */
  get recordsEnd(): number {
    return this.#header.recordsEnd;
  }

  /** Closes the file, which answers `damaged` from then on. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#fd);
  }

  /** Finds the first value of a key, compared octet by octet. Never throws. */
  find(key: Uint8Array): CdbAnswer {
    if (!this.#isOpen) return { kind: 'damaged', cause: 'it is closed' };
    try {
      return this.#find(key);
    } catch (error) {
      return { kind: 'damaged', cause: damageCause(error) };
    }
  }

  /** All records, in the order in which they were written; damage ends them. */
  records(): Generator<CdbRecord, void> {
    return walkCdb(this.#fd, this.#header);
  }

  #find(key: Uint8Array): CdbAnswer {
    const hash = cdbHash(key, 0, key.length);
    const number = tableOf(hash);
    const table = this.#header.tables[number];
    if (table === undefined || table.slots === 0) return { kind: 'absent' };
    this.#checkTable(number, table);
    return this.#search(table, key, hash);
  }

  /** Checks a table once: a damaged one stays damaged, and checking a large one takes time. */
  #checkTable(number: number, table: TablePlace): void {
    if (this.#checked[number] === notChecked) {
      try {
        this.#countSlots(table);
        this.#checked[number] = sound;
      } catch (error) {
        if (error instanceof CdbDamage) this.#checked[number] = damaged;
        throw error;
      }
    }
    if (this.#checked[number] === damaged) throw new CdbDamage(damagedTable);
  }

  /** Every writer of CDB leaves exactly half of the slots empty. */
  #countSlots({ place, slots }: TablePlace): void {
    let empty = 0;
    for (let done = 0; done < slots; ) {
      const count = Math.min(slots - done, checked.length / 2);
      readFully(this.#fd, checkedBytes, count * slotSize, place + done * slotSize);
      for (let at = 1; at < count * 2; at += 2) {
        if (checked[at] === 0) empty += 1;
      }
      done += count;
    }
    if (empty * 2 !== slots) throw new CdbDamage(damagedTable);
  }

  #search({ place, slots }: TablePlace, key: Uint8Array, hash: number): CdbAnswer {
    let slot = (hash >>> 8) % slots;
    let left = slots;
    let passed = 0;
    while (left > 0) {
      const count = Math.min(slotsPerRead, slots - slot, left);
      readFully(this.#fd, this.#slots, count * slotSize, place + slot * slotSize);
      for (let at = 0; at < count * slotSize; at += slotSize) {
        const slotHash = this.#slots.readUInt32LE(at);
        const record = this.#slots.readUInt32LE(at + 4);
        if (record === 0) {
          if (slotHash !== 0) throw new CdbDamage('a slot has lost its record');
          this.#checkPassed(passed);
          return { kind: 'absent' };
        }
        if (tableOf(slotHash) !== tableOf(hash)) throw new CdbDamage('a slot is in the wrong table');
        if (slotHash === hash) {
          const value = this.#valueAt(record, key, hash);
          if (value !== null) return { kind: 'found', value };
        } else if (passed < mostPassedSlots) {
          this.#passed[passed * 2] = slotHash;
          this.#passed[passed * 2 + 1] = record;
          passed += 1;
        }
      }
      left -= count;
      slot = (slot + count) % slots;
    }
    throw new CdbDamage('one of its tables has no empty slot');
  }

  /** A slot whose hash does not match its record may be the one that was looked for. */
  #checkPassed(passed: number): void {
    for (let at = 0; at < passed * 2; at += 2) {
      const { record, keyLength } = this.#recordAt(this.#passed[at + 1] ?? 0, recordHeadSize + 120);
      this.#checkHash(record, keyLength, this.#passed[at] ?? 0);
    }
  }

  #checkHash(record: Buffer, keyLength: number, hash: number): void {
    if (cdbHash(record, recordHeadSize, keyLength) !== hash) {
      throw new CdbDamage('a key does not match its hash');
    }
  }

  /** Reads a record with its key, but not always its whole value. */
  #recordAt(place: number, wanted: number): { record: Buffer; keyLength: number; valueLength: number } {
    const { recordsEnd } = this.#header;
    if (place < headerSize || place + recordHeadSize > recordsEnd) {
      throw new CdbDamage('a record is outside the records');
    }
    const got = Math.min(wanted, recordsEnd - place);
    readFully(this.#fd, this.#record, got, place);
    const keyLength = this.#record.readUInt32LE(0);
    const valueLength = this.#record.readUInt32LE(4);
    if (place + recordHeadSize + keyLength + valueLength > recordsEnd) {
      throw new CdbDamage('a record is longer than the file');
    }
    if (keyLength > longestField || valueLength > longestField) {
      throw new CdbDamage(`a key or value is longer than ${longestField} octets`);
    }
    if (recordHeadSize + keyLength <= got) return { record: this.#record, keyLength, valueLength };
    const record = Buffer.allocUnsafe(recordHeadSize + keyLength);
    readFully(this.#fd, record, record.length, place);
    return { record, keyLength, valueLength };
  }

  /** The value of the record at a place; null if its key is another one with the same hash. */
  #valueAt(place: number, key: Uint8Array, hash: number): string | null {
    const wanted = Math.min(firstReadOfRecord, recordHeadSize + key.length + 256);
    const { record, keyLength, valueLength } = this.#recordAt(place, wanted);
    const start = recordHeadSize + keyLength;
    if (keyLength !== key.length || record.compare(key, 0, keyLength, recordHeadSize, start) !== 0) {
      this.#checkHash(record, keyLength, hash);
      return null;
    }
    if (record === this.#record && start + valueLength <= wanted) {
      return textOf(record.subarray(start, start + valueLength));
    }
    const value = Buffer.allocUnsafe(valueLength);
    readFully(this.#fd, value, valueLength, place + start);
    return textOf(value);
  }
}

function textOf(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new CdbDamage('a value is not valid UTF-8');
  return bytes.toString('utf8');
}

/** Opens a CDB file and checks its header. Never throws. */
export function openCdbFile(path: string): OpenedCdb {
  const opened = openRegular(path);
  if (opened.kind !== 'open') return opened;
  try {
    return { kind: 'open', file: new CdbFile(opened.fd, opened.size), mark: opened.mark };
  } catch (error) {
    closeSync(opened.fd);
    if (error instanceof CdbDamage) return { kind: 'damaged', cause: error.message };
    return { kind: 'unreadable', cause: describeError(error) };
  }
}
