import assert from 'node:assert/strict';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { AnswerCache } from '../../../runtime/databases/answer-cache.js';
import { openCdbFile } from '../../../runtime/databases/cdb-file.js';
import { openCdb } from '../../../runtime/databases/cdb-reader.js';
import { CdbWriter } from '../../../runtime/databases/cdb-writer.js';
import type { EmbeddedDatabase } from '../../../runtime/databases/database.js';
import { ManualClock } from '../../support/manual-clock.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const names = { name: 'config/pmdf/general.cdb', shortName: 'general.cdb' };

describe('a CDB file in memory', () => {
  const folder = temporaryFolder();
  let clock: ManualClock;
  let memory: number;

  beforeEach(() => {
    clock = new ManualClock();
    memory = 0;
  });

  function write(entries: Iterable<readonly [string, string]>): string {
    const path = folder.path('general.cdb');
    const writer = new CdbWriter(path);
    for (const [key, value] of entries) writer.add(key, value);
    writer.seal();
    writer.commit();
    return path;
  }

  function open(path: string): EmbeddedDatabase {
    const { value } = openCdb(path, names, { clock, report: () => {}, memory: () => memory });
    assert.ok(value !== null);
    return value;
  }

  function ask(database: EmbeddedDatabase, key: string): string {
    const answer = database.get(key);
    return answer.kind === 'found' ? answer.value : answer.kind;
  }

  const entriesOf = (count: number, value: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => [`user${index}`, value(index)] as const);

  it('answers as a map does, whatever is in memory, at the first look-up and at later ones', () => {
    const key = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', 'b', 'ü', '😀', '@'), minLength: 1, maxLength: 4 }),
      fc.constantFrom('x'.repeat(2000), 'ü'.repeat(2000), `${'x'.repeat(1999)}y`),
    );
    const value = fc.oneof(
      fc.string({ unit: fc.constantFrom('v', 'é', '€'), minLength: 1, maxLength: 6 }),
      fc.constantFrom('w'.repeat(300), 'é'.repeat(20_000)),
    );
    const limit = fc.constantFrom(0, 16, 200, 1000, 100_000, 1 << 20);
    fc.assert(
      fc.property(fc.dictionary(key, value), fc.array(key), limit, (entries, others, most) => {
        memory = most;
        const model = new Map(Object.entries(entries));
        const database = open(write(model));
        const asked = [...model.keys(), ...others];
        for (const one of [...asked, ...asked]) assert.equal(ask(database, one), model.get(one) ?? 'absent');
        database.close();
        assert.equal(ask(database, 'a'), 'failed');
      }),
      { numRuns: 150 },
    );
  });

  it('answers as a map does with more entries than one read proves', () => {
    const model = new Map<string, string>(entriesOf(20_000, (index) => `value ${index}`));
    const path = write(model);
    for (const most of [0, 400_000, 1 << 24]) {
      memory = most;
      const database = open(path);
      for (let round = 0; round < 2; round += 1) {
        for (let index = 0; index < 40_000; index += 7) {
          const key = `user${index}`;
          assert.equal(ask(database, key), model.get(key) ?? 'absent', `${most} ${key}`);
        }
      }
      database.close();
    }
  });

  it('answers from the new file and from no kept answer once a replacement is noticed', () => {
    const change = fc.record({
      count: fc.nat(40),
      most: fc.constantFrom(0, 700, 1 << 20),
      asked: fc.array(fc.nat(60), { maxLength: 30 }),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const database = open(write([]));
        for (const [round, { count, most, asked }] of changes.entries()) {
          write(entriesOf(count, (index) => `${round}/${index}`));
          memory = most;
          clock.advance(1000);
          for (const index of [...asked, ...asked]) {
            const expected = index < count ? `${round}/${index}` : 'absent';
            assert.equal(ask(database, `user${index}`), expected);
          }
        }
        database.close();
      }),
      { numRuns: 100 },
    );
  });

  it('calls no key absent while the file is overwritten or cut in place, and fails from the next check on', () => {
    const entries = entriesOf(300, (index) => `value ${index}`);
    const path = write(entries);
    const whole = readFileSync(path);
    const damage = fc.oneof(
      fc.nat(whole.length - 1).map((length) => () => truncateSync(path, length)),
      fc.nat(whole.length - 1).map((from) => () => {
        writeFileSync(path, Buffer.from(whole).fill(0, from, Math.min(from + 3000, whole.length)), {
          flag: 'r+',
        });
      }),
    );
    const limit = fc.constantFrom(0, 6000, 1 << 20);
    fc.assert(
      fc.property(damage, limit, fc.nat(299), (cut, most, before) => {
        writeFileSync(path, whole);
        memory = most;
        const database = open(path);
        for (const [key, value] of entries.slice(0, before)) assert.equal(ask(database, key), value);
        cut();
        for (const [key] of entries) assert.notEqual(database.get(key).kind, 'absent');
        database.close();
      }),
      { numRuns: 100 },
    );
    memory = 1 << 20;
    writeFileSync(path, whole);
    const database = open(path);
    assert.equal(ask(database, 'user1'), 'value 1');
    truncateSync(path, whole.length - 8);
    clock.advance(1000);
    assert.equal(ask(database, 'user1'), 'failed');
  });

  it('stays as small as the limit allows, and follows a changed limit', () => {
    const path = write(entriesOf(100, () => 'v'));
    const tables = 100 * 16;
    const size = readFileSync(path).length;
    const readsAt = (most: number): boolean => {
      const opened = openCdbFile(path, most);
      assert.ok(opened.kind === 'open');
      opened.file.close();
      return opened.file.readsRecords;
    };
    assert.deepEqual([0, tables, size - 1, size].map(readsAt), [true, true, true, false]);
    const database = open(path);
    assert.equal(ask(database, 'user1'), 'v');
    memory = size;
    clock.advance(1000);
    assert.equal(ask(database, 'user1'), 'v');
    // Only what is in memory survives this until the next check.
    writeFileSync(path, Buffer.alloc(size), { flag: 'r+' });
    assert.equal(ask(database, 'user1'), 'v');
    database.close();
  });
});

describe('recent answers of a database', () => {
  const answer = (value: string) => ({ kind: 'found', value }) as const;
  const keysOf = (count: number) => Array.from({ length: count }, (_, index) => `key${index}`);

  it('are the newest ones, at most some two thousand', () => {
    const cache = new AnswerCache();
    const keys = keysOf(10_000);
    for (const key of keys) cache.keep(key, answer(key));
    const kept = keys.filter((key) => cache.get(key) !== undefined);
    assert.ok(kept.length >= 1000 && kept.length <= 2048, String(kept.length));
    assert.equal(kept.at(-1), 'key9999');
  });

  it('stay as long as they are asked for', () => {
    const cache = new AnswerCache();
    cache.keep('mine', answer('1'));
    for (const key of keysOf(10_000)) {
      cache.keep(key, answer(key));
      assert.deepEqual(cache.get('mine'), answer('1'));
    }
  });

  it('are short, and gone when cleared', () => {
    const cache = new AnswerCache();
    cache.keep('k'.repeat(1000), answer('v'));
    cache.keep('long', answer('v'.repeat(1000)));
    cache.keep('short', answer('v'));
    assert.equal(cache.get('k'.repeat(1000)), undefined);
    assert.equal(cache.get('long'), undefined);
    assert.deepEqual(cache.get('short'), answer('v'));
    cache.clear();
    assert.equal(cache.get('short'), undefined);
  });
});
