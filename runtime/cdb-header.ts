/*
 * The header of a CDB file: where its 256 tables stand. The tables must fill the file from the last record to
 * its end, without a gap and without an overlap, so that a wrong number in the header does not pass.
 */
import { CdbDamage } from './cdb-damage.js';
import { headerSize, recordHeadSize, slotSize, tableCount } from './cdb-format.js';

/** Where one table stands. */
export interface TablePlace {
  readonly place: number;
  readonly slots: number;
}

/** All tables, by number, and where the records end and the tables begin. */
export interface CdbHeader {
  readonly tables: readonly TablePlace[];
  readonly recordsEnd: number;
  /** Where the last table ends, which is the size of the file. */
  readonly end: number;
}

/** Reads the header of a file of `size` octets. Throws CdbDamage. */
export function readHeader(header: Buffer, size: number): CdbHeader {
  const tables: TablePlace[] = [];
  for (let at = 0; at < headerSize; at += 8) {
    tables.push({ place: header.readUInt32LE(at), slots: header.readUInt32LE(at + 4) });
  }
  const filled = tables.filter((table) => table.slots > 0).sort((one, other) => one.place - other.place);
  const first = filled[0];
  if (first === undefined) {
    const isEmpty = size === headerSize && tables.every((table) => table.place === headerSize);
    if (!isEmpty) throw new CdbDamage('its header is empty');
    return { tables, recordsEnd: headerSize, end: size };
  }
  if (first.place < headerSize + recordHeadSize) throw new CdbDamage('a table lies before the records');
  let end = first.place;
  for (const { place, slots } of filled) {
    if (place !== end) throw new CdbDamage('its tables do not follow each other');
    end += slots * slotSize;
  }
  if (end > size) throw new CdbDamage('it is cut short');
  if (end < size) throw new CdbDamage('something follows its tables');
  return { tables, recordsEnd: first.place, end };
}

/** The number of a table as a number below `tableCount`. */
export function tableOf(hash: number): number {
  return hash % tableCount;
}
