import assert from 'node:assert/strict';
import { buildDatabase } from '../../../runtime/databases/build-database.js';
import { OpenDatabases } from '../../../runtime/databases/open-databases.js';
import { ManualClock } from '../../support/manual-clock.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('open-databases', () => {
  const folder = temporaryFolder();

  it('opens text and CDB files by their names, each once, and closes them together', () => {
    const text = folder.write('config/pmdf/general.txt', 'a 1\n');
    buildDatabase(
      { path: text, names: { name: 't', shortName: 't' } },
      folder.path('config/pmdf/general.cdb'),
    );
    const databases = new OpenDatabases(folder.path('config/pmdf'), {
      clock: new ManualClock(),
      report: () => {},
    });
    const names = ['general.txt', 'PMDF_TABLE:general.cdb', 'general.cdb', '/pmdf/table/general.txt'];
    const opened = names.map((name) => databases.open(name).value);
    for (const database of opened) assert.deepEqual(database?.get('A'), { kind: 'found', value: '1' });
    assert.equal(new Set(opened).size, 2);
    databases.close();
    for (const database of opened) assert.equal(database?.get('A').kind, 'failed');
  });

  it('opens a database that was missing once it exists', () => {
    const databases = new OpenDatabases(folder.path('config/pmdf'), {
      clock: new ManualClock(),
      report: () => {},
    });
    const missing = databases.open('general.txt');
    assert.deepEqual([missing.value, missing.diagnostics[0]?.code], [null, 'file/missing']);
    assert.equal(missing.diagnostics[0]?.span.source.name, 'config/pmdf/general.txt');
    folder.write('config/pmdf/general.txt', 'a 1\n');
    assert.deepEqual(databases.open('general.txt').diagnostics, []);
  });
});
