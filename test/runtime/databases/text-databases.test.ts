import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultSettings, type Settings } from '../../../lib/config/settings.js';
import { placeOf } from '../../../lib/text/places.js';
import { databaseEntries, databaseTexts } from '../../../runtime/databases/text-databases.js';

describe('the entries of databases', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pmdf-entries-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function entriesOf(databases: Partial<Settings['databases']>): string[] {
    const settings = { ...defaultSettings, databases: { ...defaultSettings.databases, ...databases } };
    return [...databaseEntries(settings, folder)].map(({ database, key, value, keySpan, valueSpan }) => {
      const { source, offset, length } = valueSpan;
      assert.equal(source.text.slice(offset, offset + length), value);
      return `${database} ${placeOf(keySpan)} ${key} -> ${value}`;
    });
  }

  it('are those of text databases, with their places', () => {
    writeFileSync(
      join(folder, 'general.txt'),
      '! nobody\njane   j%x.example@PROCESS-DAEMON  \r\n\n"a b" a b\nno-value\nj   j\nlast x%y.example',
    );
    writeFileSync(join(folder, 'forward.txt'), 'a@b.example c@d.example\n');
    assert.deepEqual(entriesOf({ forward: { kind: 'file', file: 'forward.txt', required: true } }), [
      'general general.txt:2 jane -> j%x.example@PROCESS-DAEMON',
      'general general.txt:4 "a b" -> a b',
      'general general.txt:6 j -> j',
      'general general.txt:7 last -> x%y.example',
      'forward forward.txt:1 a@b.example -> c@d.example',
    ]);
  });

  it('leave out compiled, missing and unreadable databases', () => {
    writeFileSync(join(folder, 'alias.txt'), Buffer.from([0xff, 0xfe]));
    assert.deepEqual(
      entriesOf({
        general: { kind: 'file', file: 'general.cdb', required: true },
        alias: { kind: 'file', file: 'alias.txt', required: true },
        forward: { kind: 'file', file: 'none.txt', required: true },
      }),
      [],
    );
  });
});

function textsOf(databases: Partial<Settings['databases']>): readonly string[] | null {
  const folder = mkdtempSync(join(tmpdir(), 'pmdf-texts-'));
  try {
    writeFileSync(join(folder, 'general.txt'), 'jane  j%x.example@PROCESS-DAEMON\n');
    writeFileSync(join(folder, 'bad.txt'), Buffer.from([0xff, 0xfe]));
    return databaseTexts(
      { ...defaultSettings, databases: { ...defaultSettings.databases, ...databases } },
      folder,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the texts of databases', () => {
  it('are read if they are text', () => {
    assert.deepEqual(textsOf({}), ['jane  j%x.example@PROCESS-DAEMON\n']);
  });

  it('are empty if there is no file', () => {
    assert.deepEqual(textsOf({ general: { kind: 'file', file: 'other.txt', required: false } }), []);
  });

  it('are unknown if one is compiled or cannot be read', () => {
    assert.equal(textsOf({ forward: { kind: 'file', file: 'forward.cdb', required: false } }), null);
    assert.equal(textsOf({ forward: { kind: 'file', file: 'bad.txt', required: false } }), null);
  });
});
