import assert from 'node:assert/strict';
import { renameSync, rmSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Diagnostic } from '../../../lib/text/diagnostic.js';
import { lineColumnAt, placeOf } from '../../../lib/text/places.js';
import type { EmbeddedDatabase } from '../../../runtime/databases/database.js';
import { openTextDatabase } from '../../../runtime/databases/text-database.js';
import { ManualClock } from '../../support/manual-clock.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const names = { name: 'config/pmdf/general.txt', shortName: 'general.txt' };

describe('text-database', () => {
  const folder = temporaryFolder();
  let clock: ManualClock;
  let reported: Diagnostic[];

  beforeEach(() => {
    clock = new ManualClock();
    reported = [];
  });

  function open(text: string): { database: EmbeddedDatabase | null; diagnostics: readonly Diagnostic[] } {
    const path = folder.write('general.txt', text);
    const report = (diagnostics: readonly Diagnostic[]): void => void reported.push(...diagnostics);
    const { value, diagnostics } = openTextDatabase(path, names, { clock, report });
    return { database: value, diagnostics };
  }

  function opened(text: string): EmbeddedDatabase {
    const { database } = open(text);
    assert.ok(database !== null);
    return database;
  }

  function ask(database: EmbeddedDatabase, key: string): string {
    const answer = database.get(key);
    return answer.kind === 'found' ? answer.value : answer.kind;
  }

  /** Lets the database check its file twice in its present state. */
  function settle(database: EmbeddedDatabase): void {
    for (const _look of ['sees it', 'takes it over']) {
      clock.advance(1000);
      database.get('any');
    }
  }

  /** Lets seconds pass, and pending work finish. */
  async function pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      clock.advance(1000);
      await nextTurn();
    }
  }

  it('ignores case', () => {
    const database = opened('! people\r\nJane.Doe  jdoe%other.com@X\r\n\r\n"a b" quoted\nübung Ü\n');
    assert.equal(ask(database, 'jane.doe'), 'jdoe%other.com@X');
    assert.equal(ask(database, 'JANE.DOE'), 'jdoe%other.com@X');
    assert.equal(ask(database, '"A B"'), 'quoted');
    assert.equal(ask(database, 'ÜBUNG'), 'Ü');
    assert.equal(ask(database, 'bob'), 'absent');
    assert.equal(ask(database, '__proto__'), 'absent');
    assert.equal(ask(database, ''), 'absent');
  });

  it('reports every wrong line by its place', () => {
    const { database, diagnostics } = open('a 1\nb\n c 3\n"d 4\nA 2\n');
    assert.equal(database, null);
    assert.deepEqual(
      diagnostics.map((one) => `${placeOf(one.span)} ${one.severity} ${one.code}`),
      [
        'general.txt:2 error database/no-value',
        'general.txt:3 error database/no-key',
        'general.txt:4 error database/open-quote',
        'general.txt:5 error database/duplicate-key',
      ],
    );
    const related = diagnostics[3]?.related?.[0]?.span;
    assert.ok(related !== undefined);
    assert.deepEqual(lineColumnAt(related.source, related.offset), { line: 1, column: 1 });
  });

  it('only warns of a key that occurs twice with one value', () => {
    const { database, diagnostics } = open('a 1\nA 1\n');
    assert.ok(database !== null);
    assert.deepEqual(
      diagnostics.map((one) => one.severity),
      ['warning'],
    );
  });

  it('is not opened without its file', () => {
    const { value, diagnostics } = openTextDatabase(folder.path('none'), names, { clock, report: () => {} });
    assert.equal(value, null);
    assert.deepEqual(
      diagnostics.map((one) => one.code),
      ['file/missing'],
    );
  });

  it('reads a changed file again, but only when it has stayed unchanged', () => {
    const database = opened('a 1\n');
    folder.write('general.txt', 'a 22\n');
    assert.equal(ask(database, 'a'), '1');
    clock.advance(1000);
    assert.equal(ask(database, 'a'), '1');
    folder.write('general.txt', 'a 333\n');
    clock.advance(1000);
    assert.equal(ask(database, 'a'), '1');
    clock.advance(999);
    assert.equal(ask(database, 'a'), '1');
    clock.advance(1);
    assert.equal(ask(database, 'a'), '333');
    assert.deepEqual(reported, []);
  });

  it('answers the first question after an edit with the new value', async () => {
    const database = opened('a 1\n');
    folder.write('general.txt', 'a 22\n');
    await pass(3);
    assert.equal(ask(database, 'a'), '22');
  });

  const cuts: readonly (readonly [string, string])[] = [
    ['a 1\nb 2\n', ''],
    ['a 1\nb 2\n', '! nothing\n'],
    ['a 1\nb 2\n', 'a 1\n'],
    ['a 1\nb 2\n', 'a 1\nb 22'],
    ['a 1\nb 2\nc 3\n', 'd 4\n'],
    // An incomplete copy of a changed file.
    ['a 1\nb 2\nc 3\nd 4\n', 'a 1\nnew 0\nc 3\n'],
    ['a 1\nb 2\n', 'one 1\ntwo 2\nthree 3\na 1\n'],
  ];
  for (const [before, after] of cuts) {
    it(`puts ${JSON.stringify(after)} off, says so once, and uses it when it stays so`, async () => {
      const database = opened(before);
      folder.write('general.txt', after);
      await pass(11);
      assert.deepEqual([ask(database, 'a'), ask(database, 'b')], ['1', '2']);
      assert.deepEqual(
        reported.map((one) => `${one.severity} ${one.code}`),
        ['warning database/looks-cut'],
      );
      await pass(1);
      assert.equal(ask(database, 'b'), after.includes('b 22') ? '22' : 'absent');
      assert.equal(reported.length, 1);
    });
  }

  it('uses a file without its last entry at once if it was renamed, or lost another entry too', async () => {
    const database = opened('a 1\nb 2\nc 3\nd 4\n');
    renameSync(folder.write('general.new', 'a 1\nb 2\nc 3\n'), folder.path('general.txt'));
    await pass(2);
    assert.equal(ask(database, 'd'), 'absent');
    folder.write('general.txt', 'a 1\nc 3\n');
    await pass(2);
    assert.equal(ask(database, 'b'), 'absent');
    assert.deepEqual(reported, []);
  });

  it('does not advise a rename where there was one', async () => {
    opened('a 1\nb 2\nc 3\n');
    renameSync(folder.write('general.new', 'a 1\n'), folder.path('general.txt'));
    await pass(2);
    assert.match(String(reported[0]?.hint), /^wait if this is intended/);
  });

  it('starts waiting again when an incomplete file grows', async () => {
    const database = opened('a 1\nb 2\nc 3\n');
    folder.write('general.txt', 'a 1\n');
    await pass(2);
    await pass(8);
    folder.write('general.txt', 'a 1\nb 2\n');
    await pass(8);
    assert.equal(ask(database, 'c'), '3');
    folder.write('general.txt', 'a 1\nb 2\nc 33\n');
    await pass(2);
    assert.equal(ask(database, 'c'), '33');
  });

  it('uses a file that was replaced by a rename', () => {
    const database = opened('a 1\n');
    renameSync(folder.write('new', 'a 2\n'), folder.path('general.txt'));
    settle(database);
    assert.equal(ask(database, 'a'), '2');
  });

  it('answers failed while the file is gone, and recovers', () => {
    const database = opened('a 1\n');
    rmSync(folder.path('general.txt'));
    clock.advance(1000);
    assert.deepEqual(database.get('b'), {
      kind: 'failed',
      cause: 'the database `config/pmdf/general.txt` is missing',
    });
    assert.equal(ask(database, 'a'), 'failed');
    folder.write('general.txt', 'a 2\n');
    settle(database);
    assert.equal(ask(database, 'a'), '2');
    assert.equal(ask(database, 'b'), 'absent');
  });

  it('answers failed when the file cannot be read any more, says why once, and recovers', () => {
    const database = opened('a 1\n');
    folder.write('general.txt', Uint8Array.from([0x61, 0x20, 0xff]));
    settle(database);
    assert.equal(ask(database, 'a'), 'failed');
    settle(database);
    assert.deepEqual(
      reported.map((one) => one.code),
      ['file/encoding'],
    );
    folder.write('general.txt', 'a 2\n');
    settle(database);
    assert.equal(ask(database, 'a'), '2');
  });

  it('keeps its entries when the changed file has wrong lines, and reports them', () => {
    const database = opened('a 1\n');
    folder.write('general.txt', 'a 2\nb\n');
    settle(database);
    settle(database);
    assert.equal(ask(database, 'a'), '1');
    assert.deepEqual(
      reported.map((one) => `${placeOf(one.span)} ${one.code}`),
      ['general.txt:2 database/no-value'],
    );
  });

  it('answers from the old entries while a large file is read again', async () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `key${index} new`);
    const database = opened('key1 old\n');
    folder.write('general.txt', `${lines.join('\n')}\n`);
    settle(database);
    assert.equal(ask(database, 'key1'), 'old');
    for (let turn = 0; turn < 100 && ask(database, 'key1') === 'old'; turn += 1) await nextTurn();
    assert.equal(ask(database, 'key1'), 'new');
    assert.equal(ask(database, 'key9999'), 'new');
  });

  it('answers failed when it is closed, also after a read in progress', async () => {
    const database = opened('a 1\n');
    folder.write('general.txt', 'a 2\n'.concat('! comment\n'.repeat(10_000)));
    settle(database);
    database.close();
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    clock.advance(5000);
    assert.equal(ask(database, 'a'), 'failed');
  });
});
