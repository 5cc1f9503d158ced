/*
 * The header of a CDB file: where its 256 tables stand. They follow each other in their order from the last
 * record to the end of the file, without a gap and without an overlap, so that a wrong number in the header
 * does not pass. An empty table has the place where it would stand, or none.
 */
import { CdbDamage } from './cdb-damage.js';
import { headerSize, slotSize, tableCount } from './cdb-format.js';

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
  const recordsEnd = tables.find((table) => table.place !== 0)?.place;
  if (recordsEnd === undefined || recordsEnd < headerSize) throw new CdbDamage('its header is damaged');
  let end = recordsEnd;
  for (const { place, slots } of tables) {
    if (place !== end && (place !== 0 || slots > 0)) {
      throw new CdbDamage('its tables do not follow each other');
    }
    end += slots * slotSize;
  }
  if (end > size) throw new CdbDamage('it is cut short');
  if (end < size) throw new CdbDamage('something follows its tables');
  if (end === recordsEnd && recordsEnd > headerSize) throw new CdbDamage('it has records and no tables');
  return { tables, recordsEnd, end };
}

/** The number of a table as a number below `tableCount`. */
export function tableOf(hash: number): number {
  return hash % tableCount;
}
