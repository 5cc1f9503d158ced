/*
 * The header of a CDB file: the places of its 256 tables. They follow each other from the last record to the end
 * of the file without gap or overlap, so that a wrong number in the header is noticed. An empty table may have
 * the place 0.
 */
import { CdbDamage, headerSize, slotSize, tableCount } from './cdb-format.js';

export interface TablePlace {
  readonly place: number;
  readonly slots: number;
}

/** All tables by number, and where the records end and the tables begin. */
export interface CdbHeader {
  readonly tables: readonly TablePlace[];
  readonly recordsEnd: number;
  /** Where the last table ends: the size of the file. */
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
      throw new CdbDamage('its tables are not contiguous');
    }
    end += slots * slotSize;
  }
  if (end > size) throw new CdbDamage('it is truncated');
  if (end < size) throw new CdbDamage('something follows its tables');
  if (end === recordsEnd && recordsEnd > headerSize) throw new CdbDamage('it has records and no tables');
  return { tables, recordsEnd, end };
}

export function tableOf(hash: number): number {
  return hash % tableCount;
}
