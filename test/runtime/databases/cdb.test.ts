import assert from 'node:assert/strict';
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import fc from 'fast-check';
import type { Diagnostic } from '../../../lib/text/diagnostic.js';
import { placeOf } from '../../../lib/text/places.js';
import { buildDatabase } from '../../../runtime/databases/build-database.js';
import { openCdbFile } from '../../../runtime/databases/cdb-file.js';
import { cdbHash } from '../../../runtime/databases/cdb-format.js';
import { openCdb } from '../../../runtime/databases/cdb-reader.js';
import { CdbLimit, CdbWriter } from '../../../runtime/databases/cdb-writer.js';
import type { EmbeddedDatabase } from '../../../runtime/databases/database.js';
import { openTextDatabase } from '../../../runtime/databases/text-database.js';
import { ManualClock } from '../../support/manual-clock.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const names = { name: 'config/pmdf/general.cdb', shortName: 'general.cdb' };
const textNames = { name: 'config/pmdf/general.txt', shortName: 'general.txt' };

for (const memory of [0, 100_000, 1 << 24])
  describe(`cdb, at most ${memory} octets in memory`, () => {
    const folder = temporaryFolder();
    let clock: ManualClock;
    let reported: Diagnostic[];

    beforeEach(() => {
      clock = new ManualClock();
      reported = [];
    });

    const report = (diagnostics: readonly Diagnostic[]): void => void reported.push(...diagnostics);

    function write(path: string, entries: readonly (readonly [string, string])[]): void {
      const writer = new CdbWriter(path);
      for (const [key, value] of entries) writer.add(key, value);
      writer.seal();
      writer.commit();
    }

    function open(path: string): EmbeddedDatabase {
      const { value, diagnostics } = openCdb(path, names, { clock, report, memory: () => memory });
      assert.deepEqual(diagnostics, []);
      assert.ok(value !== null);
      return value;
    }

    function ask(database: EmbeddedDatabase, key: string): string {
      const answer = database.get(key);
      return answer.kind === 'found' ? answer.value : answer.kind;
    }

    function errorsOpening(path: string): string[] {
      return openCdb(path, names, { clock, report, memory: () => memory }).diagnostics.map((one) => one.code);
    }

    describe('octets', () => {
      it('hashes as Bernstein does', () => {
        const hashes: [string, number][] = [
          ['', 5381],
          // (5381 * 33) ^ 97
          ['a', 177604],
          ['one', 0x0b875b81],
          ['jane.doe', 0x499608e5],
        ];
        for (const [key, hash] of hashes) assert.equal(cdbHash(Buffer.from(key), 0, key.length), hash, key);
      });

      it('writes one record as worked out by hand', () => {
        write(folder.path('one.cdb'), [['One', 'Hello']]);
        const file = readFileSync(folder.path('one.cdb'));
        // The hash 0x0b875b81: table 0x81 = 129, first slot 0x0b875b % 2 = 1. Record at 2048, 16 octets, so
        // tables at 2064.
        const header = Buffer.alloc(2048);
        for (let table = 0; table < 256; table += 1) {
          header.writeUInt32LE(table <= 129 ? 2064 : 2080, table * 8);
          header.writeUInt32LE(table === 129 ? 2 : 0, table * 8 + 4);
        }
        assert.equal(file.subarray(0, 2048).toString('hex'), header.toString('hex'));
        assert.equal(
          file.subarray(2048).toString('hex'),
          '03000000' + '05000000' + '6f6e65' + '48656c6c6f' + '0000000000000000' + '815b870b' + '00080000',
        );
      });

      it('writes an empty file as a header only', () => {
        write(folder.path('empty.cdb'), []);
        assert.equal(statSync(folder.path('empty.cdb')).size, 2048);
        assert.equal(ask(open(folder.path('empty.cdb')), 'a'), 'absent');
      });
    });

    describe('answers', () => {
      it('finds keys in any case, and keys that another tool stored as written', () => {
        const exact = Buffer.from(
          // The record of the file above with the key in upper case, whose hash is 0x0b87dfa1: table 161, slot
          // 1.
          '03000000050000004f4e4548656c6c6f0000000000000000a1df870b00080000',
          'hex',
        );
        const header = Buffer.alloc(2048);
        header.writeUInt32LE(2064, 161 * 8);
        header.writeUInt32LE(2, 161 * 8 + 4);
        assert.equal(cdbHash(Buffer.from('ONE'), 0, 3), 0x0b87dfa1);
        const database = open(folder.write('exact.cdb', Buffer.concat([header, exact])));
        assert.equal(ask(database, 'ONE'), 'Hello');
        assert.equal(ask(database, 'one'), 'absent');
        write(folder.path('folded.cdb'), [['ÜBUNG', 'ü']]);
        assert.equal(ask(open(folder.path('folded.cdb')), 'Übung'), 'ü');
      });

      it('reads long values and refuses what is too long', () => {
        const long = 'ü'.repeat(30_000);
        write(folder.path('long.cdb'), [[`k${'x'.repeat(5000)}`, long]]);
        assert.equal(ask(open(folder.path('long.cdb')), `K${'X'.repeat(5000)}`), long);
        const writer = new CdbWriter(folder.path('limit.cdb'));
        assert.throws(() => writer.add('k', 'v'.repeat(65_537)), CdbLimit);
        assert.throws(() => writer.add('k', 'v'.repeat(10_000_000)), CdbLimit);
        writer.abandon();
        assert.deepEqual(readdirSync(folder.path()), ['long.cdb']);
      });

      it('gives the first of several values, and all of them in a walk', () => {
        const path = folder.path('several.cdb');
        const writer = new CdbWriter(path);
        writer.add('a', '1');
        writer.add('b', '2');
        writer.add('A', '3');
        assert.deepEqual(writer.seal(), { hasDuplicates: true });
        writer.commit();
        assert.equal(ask(open(path), 'a'), '1');
        const opened = openCdbFile(path, memory);
        assert.ok(opened.kind === 'open');
        assert.deepEqual(
          [...opened.file.records()].map((one) => (one.kind === 'record' ? one.value.toString() : one.cause)),
          ['1', '2', '3'],
        );
        opened.file.close();
      });

      it('agrees with the text database on any keys and values', () => {
        const word = fc.string({
          unit: fc.constantFrom('a', 'B', 'ü', 'É', '%', '|', '@', '.', '"', 'ß', '😀'),
          minLength: 1,
        });
        const value = fc.string({ minLength: 1, unit: fc.constantFrom('a', ' ', 'Z', 'é', '$', '\\') });
        const entries = fc.uniqueArray(fc.tuple(word, value), { selector: ([key]) => key.toLowerCase() });
        fc.assert(
          fc.property(entries, fc.array(word), (pairs, others) => {
            const lines = pairs
              .filter(([key, one]) => one.trim() !== '' && (key.split('"').length - 1) % 2 === 0)
              .map(([key, one]) => `${key} ${one}\n`);
            const path = folder.write('any.txt', lines.join(''));
            const built = buildDatabase({ path, names: textNames }, folder.path('any.cdb'));
            const text = openTextDatabase(path, textNames, { clock, report }).value;
            assert.deepEqual(built, { entries: lines.length, diagnostics: [] });
            assert.ok(text !== null);
            const cdb = open(folder.path('any.cdb'));
            for (const key of [...pairs.map((one) => one[0]), ...others]) {
              for (const asked of [key, key.toUpperCase()]) assert.deepEqual(cdb.get(asked), text.get(asked));
            }
            cdb.close();
          }),
          { numRuns: 60 },
        );
      });

      it('agrees with a map on many keys', () => {
        const entries = Array.from(
          { length: 5000 },
          (_, index) => [`user${index * 7}`, `v${index}`] as const,
        );
        write(folder.path('many.cdb'), entries);
        const database = open(folder.path('many.cdb'));
        const model = new Map(entries);
        for (let index = 0; index < 35_100; index += 3) {
          assert.equal(ask(database, `user${index}`), model.get(`user${index}`) ?? 'absent');
        }
      });
    });

    describe('damage', () => {
      const entries = Array.from({ length: 20 }, (_, index) => [`key${index}`, `value ${index}`] as const);
      let whole: Buffer;

      beforeEach(() => {
        write(folder.path('whole.cdb'), entries);
        whole = readFileSync(folder.path('whole.cdb'));
      });

      it('detects every truncated file', () => {
        for (let length = 0; length < whole.length; length += 1) {
          const path = folder.write('short.cdb', whole.subarray(0, length));
          assert.deepEqual(errorsOpening(path), ['database/damaged'], String(length));
        }
      });

      it('never throws, and never calls a key absent because the octets of a record are damaged', () => {
        const recordsEnd = whole.length - entries.length * 16;
        const change = fc.record({
          place: fc.integer({ min: 2048, max: recordsEnd - 1 }),
          octet: fc.integer({ min: 0, max: 255 }),
        });
        fc.assert(
          fc.property(fc.array(change, { minLength: 1, maxLength: 30 }), (changes) => {
            const damaged = Buffer.from(whole);
            for (const { place, octet } of changes) damaged[place] = octet;
            const database = open(folder.write('damaged.cdb', damaged));
            for (const [key] of entries) assert.notEqual(database.get(key).kind, 'absent');
            database.close();
          }),
          { numRuns: 100 },
        );
      });

      it('never throws on any octets', () => {
        const change = fc.record({
          place: fc.integer({ min: 0, max: whole.length - 1 }),
          octet: fc.constantFrom(0, 1, 7, 8, 127, 128, 255),
        });
        fc.assert(
          fc.property(fc.array(change, { maxLength: 60 }), fc.nat(whole.length), (changes, cut) => {
            const damaged = Buffer.from(whole);
            for (const { place, octet } of changes) damaged[place] = octet;
            const path = folder.write('damaged.cdb', cut % 3 === 0 ? damaged.subarray(0, cut) : damaged);
            const opened = openCdbFile(path, memory);
            if (opened.kind !== 'open') return;
            for (const [key] of entries) opened.file.find(Buffer.from(key));
            assert.ok([...opened.file.records()].length < whole.length);
            opened.file.close();
          }),
          { numRuns: 200 },
        );
      });

      it('does not follow a slot into another table or past the file', () => {
        const inWrongTable = Buffer.from(whole);
        const recordsEnd = whole.length - entries.length * 16;
        for (let slot = recordsEnd; slot < whole.length; slot += 8) {
          inWrongTable[slot] = (inWrongTable[slot] ?? 0) ^ 1;
        }
        const outside = Buffer.from(whole);
        for (let slot = recordsEnd; slot < whole.length; slot += 8) {
          if (outside.readUInt32LE(slot + 4) !== 0) outside.writeUInt32LE(whole.length - 4, slot + 4);
        }
        for (const bytes of [inWrongTable, outside]) {
          const database = open(folder.write('damaged.cdb', bytes));
          for (const [key] of entries) assert.equal(ask(database, key), 'failed');
        }
      });

      it('answers failed for a file that is cut while it is open', () => {
        const database = open(folder.path('whole.cdb'));
        truncateSync(folder.path('whole.cdb'), 2048);
        for (const [key] of entries) assert.equal(ask(database, key), 'failed');
      });

      it('distinguishes a folder, a missing file and a text from a CDB file', () => {
        mkdirSync(folder.path('folder'));
        assert.deepEqual(errorsOpening(folder.path('folder')), ['file/not-a-file']);
        assert.deepEqual(errorsOpening(folder.path('none.cdb')), ['file/missing']);
        assert.deepEqual(errorsOpening(folder.write('text', 'jane.doe somebody\n'.repeat(500))), [
          'database/damaged',
        ]);
      });
    });

    describe('replacing', () => {
      it('notices a new file within a second, at a look-up', () => {
        write(folder.path('a.cdb'), [['a', '1']]);
        const database = open(folder.path('a.cdb'));
        write(folder.path('a.cdb'), [['a', '2']]);
        clock.advance(999);
        assert.equal(ask(database, 'a'), '1');
        clock.advance(1);
        assert.equal(ask(database, 'a'), '2');
        database.close();
        assert.equal(ask(database, 'a'), 'failed');
      });

      it('answers failed while the file is missing or damaged, says so once, and recovers', () => {
        write(folder.path('a.cdb'), [['a', '1']]);
        copyFileSync(folder.path('a.cdb'), folder.path('kept.cdb'));
        const database = open(folder.path('a.cdb'));
        const steps: [() => void, string, string[]][] = [
          [() => rmSync(folder.path('a.cdb')), 'failed', ['file/missing']],
          [() => {}, 'failed', ['file/missing']],
          [() => folder.write('a.cdb', 'short'), 'failed', ['file/missing', 'database/damaged']],
          [() => {}, 'failed', ['file/missing', 'database/damaged']],
          [
            () => renameSync(folder.path('kept.cdb'), folder.path('a.cdb')),
            '1',
            ['file/missing', 'database/damaged'],
          ],
        ];
        for (const [change, answer, codes] of steps) {
          change();
          clock.advance(1000);
          assert.equal(ask(database, 'a'), answer);
          assert.deepEqual(
            reported.map((one) => one.code),
            codes,
          );
        }
      });
    });

    describe('building', () => {
      function build(text: string | Uint8Array, duplicates: 'permit' | 'reject' = 'reject') {
        const path = folder.write('general.txt', text);
        return buildDatabase({ path, names: textNames, duplicates }, folder.path('general.cdb'));
      }

      it('compiles a text with all its line ends', () => {
        const built = build('\ufeff! comment\r\nA 1\r\n\nb 2\nc 3');
        assert.deepEqual(built, { entries: 3, diagnostics: [] });
        const database = open(folder.path('general.cdb'));
        assert.deepEqual(
          ['a', 'B', 'c', 'd'].map((key) => ask(database, key)),
          ['1', '2', '3', 'absent'],
        );
      });

      it('compiles a text that is longer than a piece', () => {
        const lines = Array.from({ length: 40_000 }, (_, index) => `schlüssel${index} wert ${index} äöü`);
        assert.equal(build(lines.join('\n')).entries, 40_000);
        const database = open(folder.path('general.cdb'));
        for (let index = 0; index < 40_000; index += 1) {
          assert.equal(ask(database, `SCHLÜSSEL${index}`), `wert ${index} äöü`);
        }
      });

      const wrong: [string, string | Uint8Array, string[]][] = [
        ['a wrong line', 'a 1\nb\n', ['general.txt:2 database/no-value']],
        ['two values', 'a 1\nb 2\nA 3\n', ['general.txt:3 database/duplicate-key']],
        ['bad octets', Uint8Array.from([0x61, 0x20, 0x62, 0x0a, 0xff]), ['general.txt:2 file/encoding']],
        ['a line without an end', `a ${'b'.repeat(500_000)}`, ['general.txt:1 database/long-line']],
      ];
      for (const [name, text, expected] of wrong) {
        it(`leaves the old file for ${name}, and names the place`, () => {
          write(folder.path('general.cdb'), [['old', 'entry']]);
          const { diagnostics } = build(text);
          assert.deepEqual(
            diagnostics.map((one) => `${placeOf(one.span)} ${one.code}`),
            expected,
          );
          assert.equal(ask(open(folder.path('general.cdb')), 'old'), 'entry');
          assert.deepEqual(readdirSync(folder.path()).sort(), ['general.cdb', 'general.txt']);
        });
      }

      it('warns of a key that occurs twice with one value, and permits several values with the option', () => {
        const warned = build('a 1\nA 1\n');
        assert.deepEqual(
          warned.diagnostics.map((one) => one.severity),
          ['warning'],
        );
        assert.equal(ask(open(folder.path('general.cdb')), 'a'), '1');
        assert.deepEqual(build('a 2\nA 3\n', 'permit'), { entries: 2, diagnostics: [] });
        assert.equal(ask(open(folder.path('general.cdb')), 'a'), '2');
      });

      it('reports a text that is missing and a target that cannot be written', () => {
        const missing = buildDatabase({ path: folder.path('none'), names: textNames }, folder.path('x.cdb'));
        const target = buildDatabase(
          { path: folder.write('t', 'a 1\n'), names: textNames },
          folder.path('no/such/x.cdb'),
        );
        for (const { entries, diagnostics } of [missing, target]) {
          assert.equal(entries, 0);
          assert.deepEqual(
            diagnostics.map((one) => one.code),
            ['file/missing'],
          );
        }
      });

      it('keeps the mode of the file it replaces', () => {
        folder.write('general.cdb', '');
        const { mode } = statSync(folder.path('general.cdb'));
        build('a 1\n');
        assert.equal(statSync(folder.path('general.cdb')).mode, mode);
      });
    });
  });
