import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultSettings } from '../../../lib/config/settings.js';
import { buildDatabase } from '../../../runtime/databases/build-database.js';
import { databaseContents } from '../../../runtime/databases/database-contents.js';
import { databaseReader } from '../../../runtime/databases/database-reader.js';
import { databaseEntries, databaseTexts } from '../../../runtime/databases/text-databases.js';

describe('the contents of databases', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pmdf-contents-'));
    writeFileSync(join(folder, 'general.txt'), 'jane  j%x.example@PROCESS-DAEMON\nbob  b@y.example\n');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const entries = [
    { key: 'jane', value: 'j%x.example@PROCESS-DAEMON' },
    { key: 'bob', value: 'b@y.example' },
  ];
  const settingsFor = (file: string) => ({
    ...defaultSettings,
    databases: { ...defaultSettings.databases, general: { kind: 'file' as const, file, required: true } },
  });

  function buildCdb(): string {
    const names = { name: 'general.txt', shortName: 'general.txt' };
    const target = join(folder, 'general.cdb');
    assert.deepEqual(buildDatabase({ path: join(folder, 'general.txt'), names }, target).diagnostics, []);
    return target;
  }

  for (const file of ['general.txt', 'general.cdb']) {
    it(`of ${file} can be gone through more than once`, () => {
      buildCdb();
      const contents = databaseContents(settingsFor(file), folder)('general');
      assert.ok(contents !== null);
      const sorted = () => [...contents].toSorted((left, right) => right.key.localeCompare(left.key));
      assert.deepEqual(sorted(), entries);
      assert.deepEqual(sorted(), entries);
    });
  }

  it('are not known of a damaged file, and none of a missing one', () => {
    const target = buildCdb();
    writeFileSync(target, readFileSync(target).subarray(0, -8));
    assert.equal(databaseContents(settingsFor('general.cdb'), folder)('general'), null);
    assert.deepEqual([...(databaseContents(settingsFor('none.txt'), folder)('general') ?? ['unread'])], []);
  });

  it('throw if the file has become damaged', () => {
    const target = buildCdb();
    const contents = databaseContents(settingsFor('general.cdb'), folder)('general');
    assert.ok(contents !== null);
    writeFileSync(target, readFileSync(target).subarray(0, -8));
    assert.throws(() => [...contents]);
  });

  it('are read once together with entries and texts', () => {
    const settings = settingsFor('general.txt');
    const reader = databaseReader(folder);
    const contents = databaseContents(settings, folder, reader)('general');
    rmSync(join(folder, 'general.txt'));
    assert.deepEqual([...(contents ?? [])], entries);
    const read = [...databaseEntries(settings, folder, reader)];
    assert.deepEqual(
      read.map(({ key, value }) => ({ key, value })),
      entries,
    );
    assert.equal(databaseTexts(settings, folder, reader)?.length, 1);
  });
});
