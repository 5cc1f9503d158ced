/*
 * Writes a CDB file record by record; only the hash and place of each are kept in memory. The file gets its name
 * when it is complete and on disk. Hash and layout are Bernstein's, so other readers of CDB read it too.
 */
import { readSync, writeSync } from 'node:fs';
import { foldKey } from '../../lib/engine/index.js';
import { Replacement } from '../files/index.js';
import {
  cdbHash,
  headerSize,
  largestFile,
  longestField,
  recordHeadSize,
  slotSize,
  tableCount,
} from './cdb-format.js';

const bufferSize = 1 << 20;

/** Raised for something that does not fit into a CDB file. */
export class CdbLimit extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CdbLimit';
  }
}

function tooLong(): CdbLimit {
  return new CdbLimit(`a key or value is longer than ${longestField} octets`);
}

function grown(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}

export class CdbWriter {
  readonly #file: Replacement;
  readonly #buffer = Buffer.allocUnsafe(bufferSize);
  #buffered = 0;
  /** The place in the file where the buffer will be written. */
  #written = 0;
  #hashes = new Uint32Array(1024);
  #places = new Uint32Array(1024);
  #count = 0;
  #hasDuplicates = false;

  /** Begins a file that will replace `path`. Throws errors of the file system. */
  constructor(path: string) {
    this.#file = new Replacement(path);
    this.#buffer.fill(0, 0, headerSize);
    this.#buffered = headerSize;
  }

  /** How many records were added. */
  get count(): number {
    return this.#count;
  }

  /** Adds a record with its key folded. Throws CdbLimit and errors of the file system. */
  add(key: string, value: string): void {
    const folded = foldKey(key);
    // A UTF-16 unit has at most three octets in UTF-8.
    const longest = recordHeadSize + (folded.length + value.length) * 3;
    if (longest > bufferSize) throw tooLong();
    if (this.#buffered + longest > bufferSize) this.#flush();
    const start = this.#buffered;
    const keyStart = start + recordHeadSize;
    const keyLength = this.#buffer.write(folded, keyStart, 'utf8');
    const valueLength = this.#buffer.write(value, keyStart + keyLength, 'utf8');
    if (keyLength > longestField || valueLength > longestField) throw tooLong();
    this.#finish(start, keyLength, valueLength);
  }

  /** Adds a record unchanged. Throws CdbLimit and errors of the file system. */
  addOctets(key: Uint8Array, value: Uint8Array): void {
    if (key.length > longestField || value.length > longestField) throw tooLong();
    const length = recordHeadSize + key.length + value.length;
    if (this.#buffered + length > bufferSize) this.#flush();
    const start = this.#buffered;
    this.#buffer.set(key, start + recordHeadSize);
    this.#buffer.set(value, start + recordHeadSize + key.length);
    this.#finish(start, key.length, value.length);
  }

  /** Writes the tables after the last record. Throws errors of the file system. */
  seal(): { readonly hasDuplicates: boolean } {
    // Keys with equal hashes are compared in the file.
    this.#flush();
    const { starts, order } = this.#byTable();
    const header = Buffer.alloc(headerSize);
    for (let table = 0; table < tableCount; table += 1) {
      const start = starts[table] ?? 0;
      const records = order.subarray(start, starts[table + 1]);
      header.writeUInt32LE(this.#written + this.#buffered, table * 8);
      header.writeUInt32LE(records.length * 2, table * 8 + 4);
      this.#append(this.#slots(records));
    }
    this.#flush();
    writeSync(this.#file.fd, header, 0, headerSize, 0);
    return { hasDuplicates: this.#hasDuplicates };
  }

  /** Puts the sealed file in its place, on disk. Throws errors of the file system. */
  commit(): void {
    this.#file.commit();
  }

  /** Drops the file; the old one stays. */
  abandon(): void {
    this.#file.abandon();
  }

  /** Completes a record whose key and value are in the buffer. */
  #finish(start: number, keyLength: number, valueLength: number): void {
    const place = this.#written + start;
    const keyStart = start + recordHeadSize;
    const end = keyStart + keyLength + valueLength;
    // The tables have two slots for each record.
    if (this.#written + end + (this.#count + 1) * 2 * slotSize > largestFile) {
      throw new CdbLimit('a CDB file holds at most 4 GB');
    }
    this.#buffer.writeUInt32LE(keyLength, start);
    this.#buffer.writeUInt32LE(valueLength, start + 4);
    this.#buffered = end;
    this.#remember(cdbHash(this.#buffer, keyStart, keyLength), place);
  }

  #remember(hash: number, place: number): void {
    if (this.#count === this.#hashes.length) {
      this.#hashes = grown(this.#hashes);
      this.#places = grown(this.#places);
    }
    this.#hashes[this.#count] = hash;
    this.#places[this.#count] = place;
    this.#count += 1;
  }

  /** Sorts the records by table, keeping their order within each. */
  #byTable(): { starts: Uint32Array; order: Uint32Array } {
    const starts = new Uint32Array(tableCount + 1);
    for (let record = 0; record < this.#count; record += 1) {
      const table = (this.#hashes[record] ?? 0) % tableCount;
      starts[table + 1] = (starts[table + 1] ?? 0) + 1;
    }
    for (let table = 0; table < tableCount; table += 1) {
      starts[table + 1] = (starts[table + 1] ?? 0) + (starts[table] ?? 0);
    }
    const next = starts.slice();
    const order = new Uint32Array(this.#count);
    for (let record = 0; record < this.#count; record += 1) {
      const table = (this.#hashes[record] ?? 0) % tableCount;
      order[next[table] ?? 0] = record;
      next[table] = (next[table] ?? 0) + 1;
    }
    return { starts, order };
  }

  /** The slots of one table; notices repeated keys. */
  #slots(records: Uint32Array): Buffer {
    const count = records.length * 2;
    const slots = Buffer.alloc(count * slotSize);
    for (const record of records) {
      const hash = this.#hashes[record] ?? 0;
      const place = this.#places[record] ?? 0;
      let slot = (hash >>> 8) % count;
      for (;;) {
        const taken = slots.readUInt32LE(slot * slotSize + 4);
        if (taken === 0) break;
        if (!this.#hasDuplicates && slots.readUInt32LE(slot * slotSize) === hash) {
          this.#hasDuplicates = this.#keyAt(taken).equals(this.#keyAt(place));
        }
        slot = slot + 1 === count ? 0 : slot + 1;
      }
      slots.writeUInt32LE(hash, slot * slotSize);
      slots.writeUInt32LE(place, slot * slotSize + 4);
    }
    return slots;
  }

  #keyAt(place: number): Buffer {
    const head = Buffer.alloc(recordHeadSize);
    readSync(this.#file.fd, head, 0, recordHeadSize, place);
    const key = Buffer.alloc(head.readUInt32LE(0));
    readSync(this.#file.fd, key, 0, key.length, place + recordHeadSize);
    return key;
  }

  #append(bytes: Buffer): void {
    if (this.#buffered + bytes.length > bufferSize) this.#flush();
    if (bytes.length > bufferSize) {
      this.#write(bytes, bytes.length);
      return;
    }
    bytes.copy(this.#buffer, this.#buffered);
    this.#buffered += bytes.length;
  }

  #flush(): void {
    this.#write(this.#buffer, this.#buffered);
    this.#buffered = 0;
  }

  #write(bytes: Buffer, length: number): void {
    for (let done = 0; done < length; ) {
      done += writeSync(this.#file.fd, bytes, done, length - done, this.#written + done);
    }
    this.#written += length;
  }
}
