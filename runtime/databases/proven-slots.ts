/*
 * The slots of the tables in memory that are known to belong to their records: the key of the record has the hash of
 * the slot. A search that passes them need not read the records again.
 */
import { cdbHash, recordHeadSize, slotSize, tableCount } from './cdb-format.js';
import { type CdbHeader, tableOf } from './cdb-header.js';

// How far a record is searched for; a longer way is rare in a table half full.
const mostTried = 64;

export class ProvenSlots {
  readonly #header: CdbHeader;
  /** All tables. */
  readonly #bytes: Buffer;
  /** For each table whether it was read and found sound. */
  readonly #isRead = new Uint8Array(tableCount);
  /** A bit for each slot. */
  readonly #bits: Uint8Array;

  /** `bytes` holds the tables, as far as they were read. */
  constructor(header: CdbHeader, bytes: Buffer) {
    this.#header = header;
    this.#bytes = bytes;
    this.#bits = new Uint8Array(Math.ceil(bytes.length / slotSize / 8));
  }

  /** The table is in memory, and sound. */
  tableIsRead(number: number): void {
    this.#isRead[number] = 1;
  }

  /** Whether the slot at an offset in the tables is proven. */
  has(at: number): boolean {
    const slot = at / slotSize;
    return ((this.#bits[slot >>> 3] ?? 0) & (1 << (slot & 7))) !== 0;
  }

  add(at: number): void {
    const slot = at / slotSize;
    this.#bits[slot >>> 3] = (this.#bits[slot >>> 3] ?? 0) | (1 << (slot & 7));
  }

  /** Proves the slots of records that were read together; the first is at `place` in the file. Stops at a damaged one. */
  addRecords(bytes: Buffer, place: number): void {
    for (let at = 0; at + recordHeadSize <= bytes.length; ) {
      const keyLength = bytes.readUInt32LE(at);
      const end = at + recordHeadSize + keyLength;
      if (end > bytes.length) return;
      this.#addRecord(cdbHash(bytes, at + recordHeadSize, keyLength), place + at);
      at = end + bytes.readUInt32LE(at + 4);
    }
  }

  #addRecord(hash: number, record: number): void {
    const number = tableOf(hash);
    const table = this.#header.tables[number];
    if (table === undefined || table.slots === 0 || this.#isRead[number] === 0) return;
    const first = table.place - this.#header.recordsEnd;
    let slot = (hash >>> 8) % table.slots;
    for (let tried = 0; tried < mostTried; tried += 1) {
      const at = first + slot * slotSize;
      const found = this.#bytes.readUInt32LE(at + 4);
      if (found === 0) return;
      if (found === record) {
        if (this.#bytes.readUInt32LE(at) === hash) this.add(at);
        return;
      }
      slot = slot + 1 === table.slots ? 0 : slot + 1;
    }
  }
}
