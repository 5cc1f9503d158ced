/*
 * One open CDB file. Its hash tables, or the whole of a small file, are kept in memory if they fit into a limit; the
 * rest is read in place. Nothing in the file is trusted: an inconsistency is damage, never a miss. A key is absent
 * only if its table still has the right number of empty slots, and every slot that the search passed belongs to its
 * record; and what was read from the file only now counts only if the file has not been written to since it was opened.
 * So no single damaged octet, no lost block of a table and no overwriting in place can make a key absent. A changed
 * value is not noticed: the format has no checksum.
 */
import { isUtf8 } from 'node:buffer';
import { closeSync, fstatSync } from 'node:fs';
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
import { type FileOctets, octetsOf, readFully } from './file-octets.js';
import { ProvenSlots } from './proven-slots.js';

/** The result of a search; `damaged` covers every case in which there is no answer. */
export type CdbAnswer = { readonly kind: 'found'; readonly value: string } | NotFound;

/** The result of a search for all values of a key; `values` is not empty. */
export type CdbValues = { readonly kind: 'values'; readonly values: readonly string[] } | NotFound;

type NotFound = { readonly kind: 'absent' } | { readonly kind: 'damaged'; readonly cause: string };

/** A CDB file that was opened, or why it was not. */
export type OpenedCdb =
  | { readonly kind: 'open'; readonly file: CdbFile; readonly mark: string }
  | { readonly kind: 'missing' | 'unreadable' | 'not-a-file' | 'damaged'; readonly cause: string };

const notChecked = 0;
const sound = 1;
const damaged = 2;
const damagedTable = 'one of its tables is damaged';

const slotsPerRead = 16;
const slotsPerCount = 1024;
// In a table half full, few slots come before a key, unless a key is repeated many times.
const mostPassedSlots = 64;
/** What is read of a record whose key only has to be hashed. */
const firstReadOfKey = recordHeadSize + 120;
/** What is read beyond the key of a record for its value. */
const usualValue = 256;

/** What is read with a record whose key only has to be hashed, to prove the slots of those after it as well. */
const readAhead = 1 << 14;
const absent: NotFound = { kind: 'absent' };

/** What is searched for. */
interface Wanted {
  readonly key: Uint8Array;
  readonly length: number;
  readonly hash: number;
}

/** The values of a key that were found so far. */
interface Collected {
  readonly values: string[];
  readonly most: number;
}

/** The record that was read last, in the octets of the records; not always its whole value. */
interface ReadRecord {
  /** Where its key begins. */
  key: number;
  keyLength: number;
  valueLength: number;
  /** Where the octets that were read end. */
  end: number;
}

export class CdbFile {
  readonly #fd: number;
  /** When the file was written to last, as it was opened. */
  readonly #written: number;
  readonly #header: CdbHeader;
  readonly #tables: FileOctets;
  readonly #records: FileOctets;
  /** For each table the result of its check. */
  readonly #checked = new Uint8Array(tableCount);
  /** The slots that are known to belong to their records; null if the tables are not in memory. */
  readonly #proven: ProvenSlots | null;
  /** Hash, record and number of the slots that a search passed. */
  readonly #passed = new Uint32Array(mostPassedSlots * 3);
  // One for all searches: each is over before the next begins.
  readonly #record: ReadRecord = { key: 0, keyLength: 0, valueLength: 0, end: 0 };
  #isOpen = true;

  /**
   * Takes over an open file. The whole file, or else its tables, are kept in memory if they are at most `memory`
   * octets. Throws CdbDamage and errors of the file system.
   */
  constructor(fd: number, size: number, memory: number) {
    this.#fd = fd;
    this.#written = fstatSync(fd).mtimeMs;
    const header = Buffer.allocUnsafe(headerSize);
    readFully(fd, header, 0, { place: 0, length: headerSize });
    this.#header = readHeader(header, size);
    const { recordsEnd, end } = this.#header;
    const ofTables = { place: recordsEnd, length: end - recordsEnd };
    this.#tables = octetsOf(fd, ofTables, ofTables.length <= memory);
    this.#records = octetsOf(fd, { place: headerSize, length: recordsEnd - headerSize }, size <= memory);
    this.#proven = this.#tables.isKept ? new ProvenSlots(this.#header, this.#tables.bytes) : null;
  }

  /** Where the records end, in octets. */
  get recordsEnd(): number {
    return this.#header.recordsEnd;
  }

  /** Whether a look-up that finds its key reads from the file each time. */
  get readsRecords(): boolean {
    return !this.#records.isKept;
  }

  /** Closes the file, which answers `damaged` from then on. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#fd);
  }

  /** Finds the first value of a key, the first `length` octets of `key`, compared octet by octet. Never throws. */
  find(key: Uint8Array, length: number = key.length): CdbAnswer {
    if (!this.#isOpen) return { kind: 'damaged', cause: 'it is closed' };
    try {
      return this.#find(key, length, null);
    } catch (error) {
      return { kind: 'damaged', cause: damageCause(error) };
    }
  }

  /** Finds the values of a key in the order in which they were written, at most `most`. Never throws. */
  findAll(key: Uint8Array, most: number): CdbValues {
    if (!this.#isOpen) return { kind: 'damaged', cause: 'it is closed' };
    try {
      const values: string[] = [];
      const answer = this.#find(key, key.length, { values, most });
      if (answer.kind === 'damaged') return answer;
      return values.length === 0 ? absent : { kind: 'values', values };
    } catch (error) {
      return { kind: 'damaged', cause: damageCause(error) };
    }
  }

  /** All records, in the order in which they were written; damage ends them. */
  records(): Generator<CdbRecord, void> {
    return walkCdb(this.#fd, this.#header);
  }

  #find(key: Uint8Array, length: number, all: Collected | null): CdbAnswer {
    const hash = cdbHash(key, 0, length);
    const number = tableOf(hash);
    const table = this.#header.tables[number];
    if (table === undefined || table.slots === 0) return absent;
    if (this.#checked[number] !== sound) this.#checkTable(number, table);
    return this.#search(table, { key, length, hash }, all);
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
    this.#proven?.tableIsRead(number);
  }

  /** Every writer of CDB leaves exactly half of the slots empty. */
  #countSlots({ place, slots }: TablePlace): void {
    let empty = 0;
    for (let done = 0; done < slots; ) {
      const count = Math.min(slots - done, slotsPerCount);
      const start = this.#tables.need(place + done * slotSize, count * slotSize);
      const { bytes } = this.#tables;
      const end = start + count * slotSize;
      for (let at = start; at < end; at += slotSize) {
        if (bytes.readUInt32LE(at + 4) === 0) empty += 1;
      }
      done += count;
    }
    if (empty * 2 !== slots) throw new CdbDamage(damagedTable);
    this.#checkUnchanged();
  }

  /** A file that is written to in place may have lost what is read of it now. */
  #checkUnchanged(): void {
    if (fstatSync(this.#fd).mtimeMs !== this.#written) {
      throw new CdbDamage('it was overwritten in place, not replaced');
    }
  }

  /** Searches for the first value or, with `all`, for the others too, until an empty slot says that there are no more. */
  #search({ place, slots }: TablePlace, wanted: Wanted, all: Collected | null): CdbAnswer {
    const { hash } = wanted;
    const table = tableOf(hash);
    let slot = (hash >>> 8) % slots;
    let left = slots;
    let passed = 0;
    while (left > 0) {
      const count = Math.min(slotsPerRead, slots - slot, left);
      const start = this.#tables.need(place + slot * slotSize, count * slotSize);
      const { bytes } = this.#tables;
      for (let index = 0; index < count; index += 1) {
        const at = start + index * slotSize;
        const slotHash = bytes.readUInt32LE(at);
        const record = bytes.readUInt32LE(at + 4);
        if (record === 0) {
          if (slotHash !== 0) throw new CdbDamage('a slot has lost its record');
          if (passed > 0) this.#checkPassed(passed);
          if (!this.#tables.isKept) this.#checkUnchanged();
          return absent;
        }
        if (tableOf(slotHash) !== table) throw new CdbDamage('a slot is in the wrong table');
        if (slotHash === hash) {
          const value = this.#valueAt(record, wanted);
          if (value === null) continue;
          all?.values.push(value);
          if (all === null || all.values.length === all.most) return { kind: 'found', value };
        } else if (passed < mostPassedSlots && this.#proven?.has(at) !== true) {
          this.#passed[passed * 3] = slotHash;
          this.#passed[passed * 3 + 1] = record;
          this.#passed[passed * 3 + 2] = at;
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
    const proven = this.#proven;
    for (let index = 0; index < passed * 3; index += 3) {
      const slot = this.#passed[index + 2] ?? 0;
      if (proven?.has(slot) === true) continue;
      const place = this.#passed[index + 1] ?? 0;
      this.#read(place, proven === null ? firstReadOfKey : readAhead);
      this.#checkHash(this.#passed[index] ?? 0);
      if (proven === null) continue;
      proven.add(slot);
      const { key, end } = this.#record;
      if (this.readsRecords)
        proven.addRecords(this.#records.bytes.subarray(key - recordHeadSize, end), place);
    }
  }

  /** Checks the key of the record that was read. */
  #checkHash(hash: number): void {
    const { key, keyLength } = this.#record;
    if (cdbHash(this.#records.bytes, key, keyLength) !== hash) {
      throw new CdbDamage('a key does not match its hash');
    }
  }

  /** Reads a record with its key, but not always its whole value. */
  #read(place: number, wanted: number): void {
    const { recordsEnd } = this.#header;
    if (place < headerSize || place + recordHeadSize > recordsEnd) {
      throw new CdbDamage('a record is outside the records');
    }
    const records = this.#records;
    let got = Math.min(wanted, recordsEnd - place);
    let start = records.need(place, got);
    const keyLength = records.bytes.readUInt32LE(start);
    const valueLength = records.bytes.readUInt32LE(start + 4);
    if (place + recordHeadSize + keyLength + valueLength > recordsEnd) {
      throw new CdbDamage('a record is longer than the file');
    }
    if (keyLength > longestField || valueLength > longestField) {
      throw new CdbDamage(`a key or value is longer than ${longestField} octets`);
    }
    if (recordHeadSize + keyLength > got) {
      got = recordHeadSize + keyLength;
      start = records.need(place, got);
    }
    const record = this.#record;
    record.key = start + recordHeadSize;
    record.keyLength = keyLength;
    record.valueLength = valueLength;
    record.end = start + got;
  }

  /** The value of the record at a place; null if its key is another one with the same hash. */
  #valueAt(place: number, { key, length, hash }: Wanted): string | null {
    this.#read(place, recordHeadSize + length + usualValue);
    const record = this.#record;
    const records = this.#records;
    if (record.keyLength !== length || !hasOctets(records.bytes, record.key, key, length)) {
      this.#checkHash(hash);
      return null;
    }
    const start = record.key + length;
    const end = start + record.valueLength;
    if (end <= record.end) return textOf(records.bytes, start, end);
    const from = records.need(place + recordHeadSize + length, record.valueLength);
    return textOf(records.bytes, from, from + record.valueLength);
  }
}

/** Whether the octets from `start` on are the first `length` of a key. */
function hasOctets(bytes: Uint8Array, start: number, key: Uint8Array, length: number): boolean {
  for (let at = 0; at < length; at += 1) {
    if (bytes[start + at] !== key[at]) return false;
  }
  return true;
}

function isAsciiBetween(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    if ((bytes[at] ?? 0) >= 0x80) return false;
  }
  return true;
}

function textOf(bytes: Buffer, start: number, end: number): string {
  if (isAsciiBetween(bytes, start, end)) return bytes.toString('latin1', start, end);
  if (!isUtf8(bytes.subarray(start, end))) throw new CdbDamage('a value is not valid UTF-8');
  return bytes.toString('utf8', start, end);
}

/** Opens a CDB file and checks its header; keeps at most `memory` octets of it in memory. Never throws. */
export function openCdbFile(path: string, memory = 0): OpenedCdb {
  const opened = openRegular(path);
  if (opened.kind !== 'open') return opened;
  try {
    return { kind: 'open', file: new CdbFile(opened.fd, opened.size, memory), mark: opened.mark };
  } catch (error) {
    closeSync(opened.fd);
    if (error instanceof CdbDamage) return { kind: 'damaged', cause: error.message };
    return { kind: 'unreadable', cause: describeError(error) };
  }
}
