import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { type CdbFile, openCdbFile } from '../../../runtime/databases/cdb-file.js';
import { cdbHash, headerSize, slotSize } from '../../../runtime/databases/cdb-format.js';
import { CdbWriter } from '../../../runtime/databases/cdb-writer.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

// The tables have 11200 octets, the file has more than 20000.
const memories = [
  ['read in place', 0],
  ['with its tables in memory', 12_000],
  ['in memory', 1 << 20],
] as const;

for (const [where, memory] of memories)
  describe(`damage of a CDB file ${where}`, () => {
    const folder = temporaryFolder();
    const entries = Array.from({ length: 700 }, (_, index) => [`key${index}`, `value ${index}`] as const);
    let whole: Buffer;
    let recordsEnd: number;

    beforeEach(() => {
      const writer = new CdbWriter(folder.path('whole.cdb'));
      for (const [key, value] of entries) writer.add(key, value);
      writer.seal();
      writer.commit();
      whole = readFileSync(folder.path('whole.cdb'));
      recordsEnd = whole.length - entries.length * 2 * slotSize;
    });

    /** Opens octets as a file; null if they are reported as damaged at once. */
    function open(octets: Uint8Array): CdbFile | null {
      const opened = openCdbFile(folder.write('damaged.cdb', octets), memory);
      if (opened.kind === 'open') return opened.file;
      assert.equal(opened.kind, 'damaged');
      return null;
    }

    function absentIn(octets: Uint8Array): string[] {
      const file = open(octets);
      if (file === null) return [];
      const absent = entries.filter(([key]) => file.find(Buffer.from(key)).kind === 'absent');
      file.close();
      return absent.map(([key]) => key);
    }

    function causesIn(octets: Uint8Array): Set<string> {
      const file = open(octets);
      assert.ok(file !== null);
      const answers = entries.map(([key]) => file.find(Buffer.from(key)));
      file.close();
      return new Set(answers.map((answer) => (answer.kind === 'damaged' ? answer.cause : answer.kind)));
    }

    function changed(changes: readonly { place: number; octet: number }[]): Buffer {
      const octets = Buffer.from(whole);
      for (const { place, octet } of changes) octets[place] = octet;
      return octets;
    }

    const octet = fc.constantFrom(0, 1, 2, 4, 8, 16, 127, 128, 255);

    it('is remembered for as long as the file is open, without counting again', () => {
      const [key] = entries[0] ?? [''];
      const table = cdbHash(Buffer.from(key), 0, key.length) % 256;
      const place = whole.readUInt32LE(table * 8);
      const slots = whole.readUInt32LE(table * 8 + 4);
      const octets = Buffer.from(whole);
      octets.fill(1, place, place + slots * slotSize);
      const file = open(octets);
      assert.ok(file !== null);
      const cause = 'one of its tables is damaged';
      assert.deepEqual(file.find(Buffer.from(key)), { kind: 'damaged', cause });
      // The same file, intact again: only a count would show the difference.
      writeFileSync(folder.path('damaged.cdb'), whole, { flag: 'r+' });
      assert.deepEqual(file.find(Buffer.from(key)), { kind: 'damaged', cause });
      file.close();
      assert.equal(open(whole)?.find(Buffer.from(key)).kind, 'found');
    });

    it('is reported at once if any octet of the header is changed', () => {
      fc.assert(
        fc.property(fc.nat(headerSize - 1), octet, (place, to) => {
          const octets = changed([{ place, octet: to }]);
          const file = open(octets);
          assert.equal(file !== null, octets.equals(whole), String(place));
          file?.close();
        }),
        { numRuns: 300 },
      );
    });

    it('never makes a key absent by one changed octet, wherever it is', () => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: whole.length - 1 }), octet, (place, to) => {
          assert.deepEqual(absentIn(changed([{ place, octet: to }])), [], `${place} ${to}`);
        }),
        { numRuns: 300 },
      );
    });

    it('never makes a key absent by a block of the tables that is lost or overwritten', () => {
      const block = fc.record({
        start: fc.integer({ min: 0, max: entries.length * 2 - 1 }),
        slots: fc.integer({ min: 1, max: 64 }),
        fill: fc.constantFrom(0, 0x20, 0xff),
      });
      fc.assert(
        fc.property(block, ({ start, slots, fill }) => {
          const octets = Buffer.from(whole);
          const end = Math.min(whole.length, recordsEnd + (start + slots) * slotSize);
          octets.fill(fill, recordsEnd + start * slotSize, end);
          assert.deepEqual(absentIn(octets), []);
        }),
        { numRuns: 200 },
      );
    });

    it('is reported for every table that the header calls empty', () => {
      for (let table = 0; table < 256; table += 1) {
        const octets = Buffer.from(whole);
        octets.writeUInt32LE(0, table * 8 + 4);
        assert.equal(open(octets) !== null, octets.equals(whole), String(table));
      }
    });

    it('is reported for records without tables', () => {
      const octets = whole.subarray(0, recordsEnd);
      for (let table = 0; table < 256; table += 1) {
        octets.writeUInt32LE(recordsEnd, table * 8);
        octets.writeUInt32LE(0, table * 8 + 4);
      }
      assert.equal(open(octets), null);
    });

    it('is reported for files of blanks or zeros and for headers without contents', () => {
      const wrong = [
        Buffer.alloc(headerSize),
        Buffer.alloc(whole.length),
        Buffer.alloc(whole.length, 0x20),
        whole.subarray(0, headerSize),
        Buffer.concat([whole, Buffer.from('!')]),
        Buffer.concat([whole.subarray(0, headerSize), whole]),
      ];
      for (const octets of wrong) assert.equal(open(octets), null);
    });

    it('says what is wrong', () => {
      const zeroed = Buffer.from(whole).fill(0, recordsEnd);
      assert.deepEqual(causesIn(zeroed), new Set(['one of its tables is damaged']));
      const rehashed = Buffer.from(whole);
      for (let slot = recordsEnd; slot < whole.length; slot += slotSize) {
        if (rehashed.readUInt32LE(slot + 4) !== 0) rehashed[slot + 1] = (rehashed[slot + 1] ?? 0) ^ 0x40;
      }
      assert.deepEqual(causesIn(rehashed), new Set(['a key does not match its hash']));
      const lostRecord = Buffer.from(whole);
      for (let slot = recordsEnd; slot < whole.length; slot += slotSize) {
        if (lostRecord.readUInt32LE(slot + 4) === 0) lostRecord[slot] = 1;
      }
      assert.ok(
        [...causesIn(lostRecord)].every(
          (cause) => cause === 'a slot has lost its record' || cause === 'found',
        ),
      );
    });

    describe('in a walk', () => {
      function endOf(octets: Uint8Array): string {
        const file = open(octets);
        if (file === null) return 'not opened';
        let end = '';
        for (const step of file.records()) end = step.kind === 'damaged' ? step.cause : step.key.toString();
        file.close();
        return end;
      }

      it('is reported for a changed key and for a changed table, even if every record can be read', () => {
        assert.equal(endOf(whole), 'key699');
        const key = Buffer.from(whole);
        key.write('KEY0', headerSize + 8);
        assert.equal(endOf(key), 'its records and its tables disagree');
        const table = Buffer.from(whole);
        table.fill(0, recordsEnd, recordsEnd + 16 * slotSize);
        assert.equal(endOf(table), 'its records and its tables disagree');
      });

      it('is reported if any octet of a filled slot is changed', () => {
        fc.assert(
          fc.property(fc.integer({ min: recordsEnd, max: whole.length - 1 }), octet, (place, to) => {
            const octets = changed([{ place, octet: to }]);
            const start = place - ((place - recordsEnd) % slotSize);
            const isHarmless = octets.equals(whole) || octets.readUInt32LE(start + 4) === 0;
            const isWhole = endOf(octets) === 'key699';
            if (isWhole) assert.ok(isHarmless, String(place));
          }),
          { numRuns: 200 },
        );
      });
    });

    it('keeps keys with equal hashes separate', () => {
      // A hash is made from the left, so equal hashes stay equal whatever is appended.
      const seen = new Map<number, string>();
      let pair: [string, string] | null = null;
      for (let index = 0; pair === null; index += 1) {
        const key = `k${index.toString(36)}`;
        const hash = cdbHash(Buffer.from(key), 0, key.length);
        const other = seen.get(hash);
        if (other !== undefined) pair = [other, key];
        seen.set(hash, key);
      }
      const [one, other] = pair;
      const writer = new CdbWriter(folder.path('pair.cdb'));
      for (const key of [one, other, `${one}x`]) writer.add(key, key);
      assert.equal(writer.seal().hasDuplicates, false);
      writer.commit();
      const opened = openCdbFile(folder.path('pair.cdb'), memory);
      assert.ok(opened.kind === 'open');
      for (const key of [one, other, `${one}x`]) {
        assert.deepEqual(opened.file.find(Buffer.from(key)), { kind: 'found', value: key });
      }
      assert.deepEqual(opened.file.find(Buffer.from(`${other}x`)), { kind: 'absent' });
      opened.file.close();
      const twice = new CdbWriter(folder.path('pair.cdb'));
      for (const key of [one, other, other]) twice.add(key, key);
      assert.equal(twice.seal().hasDuplicates, true);
      twice.abandon();
    });
  });
