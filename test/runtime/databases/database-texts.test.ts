import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultSettings, type Settings } from '../../../lib/config/settings.js';
import { databaseTexts } from '../../../runtime/databases/database-texts.js';

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
    assert.deepEqual(textsOf({ general: { file: 'other.txt', required: false } }), []);
  });

  it('are unknown if one is compiled or cannot be read', () => {
    assert.equal(textsOf({ forward: { file: 'forward.cdb', required: false } }), null);
    assert.equal(textsOf({ forward: { file: 'bad.txt', required: false } }), null);
  });
});
