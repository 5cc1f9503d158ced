import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { buildDatabase } from '../../runtime/databases/build-database.js';
import { OpenDatabases } from '../../runtime/databases/open-databases.js';
import { type LoadedConfiguration, loadConfiguration } from '../../runtime/load-configuration.js';
import { ManualClock } from '../support/manual-clock.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const cnf = 'domain.com $U@domain.com\n\nl\ndomain.com\n\ntcp_local smtp\nTCP-DAEMON\n';

describe('load-configuration', () => {
  const folder = temporaryFolder();
  let clock: ManualClock;
  let open: OpenDatabases;

  beforeEach(() => {
    clock = new ManualClock();
    open = new OpenDatabases(folder.path('config/pmdf'), { clock, report: () => {} });
    folder.write('config/pmdf/pmdf.cnf', cnf);
  });
  afterEach(() => open.close());

  const load = (): LoadedConfiguration => loadConfiguration(folder.path('config/pmdf'), open);

  function ask(loaded: LoadedConfiguration, key: string): string | undefined {
    const answer = loaded.value?.databases.get('general')?.get(key);
    assert.ok(!(answer instanceof Promise));
    return answer?.kind === 'found' ? answer.value : answer?.kind;
  }

  function settings(text: string): void {
    folder.write('config/pmdf/pmdf.yaml', text);
  }

  it('compiles the files of a folder and records the files it looked for', () => {
    const loaded = load();
    assert.deepEqual(loaded.diagnostics, []);
    assert.notEqual(loaded.value, null);
    for (const name of ['pmdf.yaml', 'pmdf.cnf', 'mappings', 'general.txt']) {
      assert.ok(loaded.paths.has(folder.path(`config/pmdf/${name}`)), name);
    }
  });

  it('reports a missing directory database with the errors of other files', () => {
    const rule = 'example.com $U%example.com@DIRECTORY-DAEMON\n';
    folder.write('config/pmdf/pmdf.cnf', `${rule}${cnf}\ndirectory\nDIRECTORY-DAEMON\n`);
    folder.write('config/pmdf/mappings', 'SEND_ACCESS\n\n  a  $NRelaying not permitted\n');
    folder.write('config/pmdf/directory_option', 'example.com=0\n');
    const { diagnostics } = load();
    assert.deepEqual(
      diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code),
      ['mapping/unquoted-blank', 'directory/no-database'],
    );
  });

  describe('imta.cnf', () => {
    const imta = cnf.replaceAll('domain.com', 'sun.example');
    const localHost = ({ value }: LoadedConfiguration) => value?.policy.localHost;

    it('is read if there is no pmdf.cnf, and recorded', () => {
      rmSync(folder.path('config/pmdf/pmdf.cnf'));
      const before = load();
      assert.equal(before.value, null);
      assert.ok(before.paths.has(folder.path('config/pmdf/imta.cnf')));
      folder.write('config/pmdf/imta.cnf', imta);
      const loaded = load();
      assert.equal(localHost(loaded), 'sun.example');
      assert.ok(loaded.paths.has(folder.path('config/pmdf/pmdf.cnf')));
    });

    it('is not read if there is a pmdf.cnf or the settings name a file', () => {
      folder.write('config/pmdf/imta.cnf', imta);
      assert.equal(localHost(load()), 'domain.com');
      settings('files: { cnf: pmdf.cnf }\n');
      rmSync(folder.path('config/pmdf/pmdf.cnf'));
      assert.equal(localHost(load()), undefined);
    });

    for (const [gone, other] of [
      ['pmdf.cnf', 'imta.cnf'],
      ['imta.cnf', null],
    ] as const) {
      it(`a ${gone} that the policy in force was made of is missed${other === null ? '' : `, even beside ${other}`}`, () => {
        if (gone !== 'pmdf.cnf') {
          rmSync(folder.path('config/pmdf/pmdf.cnf'));
          folder.write(`config/pmdf/${gone}`, imta);
        }
        const filesBefore = load().filesRead;
        assert.ok(filesBefore.has(folder.path(`config/pmdf/${gone}`)));
        rmSync(folder.path(`config/pmdf/${gone}`));
        if (other !== null) folder.write(`config/pmdf/${other}`, imta);
        const { value, diagnostics } = loadConfiguration(folder.path('config/pmdf'), open, { filesBefore });
        assert.equal(value, null);
        assert.equal(diagnostics[0]?.code, 'file/missing');
      });
    }

    it('is requested if there is a Unified Configuration', () => {
      rmSync(folder.path('config/pmdf/pmdf.cnf'));
      assert.match(String(load().diagnostics[0]?.hint), /^copy pmdf\.cnf or imta\.cnf/);
      folder.write('config/pmdf/config.xml', '<config/>');
      assert.match(String(load().diagnostics[0]?.hint), /^config\.xml, a Unified Configuration, is not read/);
    });
  });

  it('reports a pmdf.cnf that is a folder, or missing, once', () => {
    const filesBefore = load().filesRead;
    rmSync(folder.path('config/pmdf/pmdf.cnf'));
    const codes = (): string[] =>
      loadConfiguration(folder.path('config/pmdf'), open, { filesBefore }).diagnostics.map(
        ({ code }) => code,
      );
    assert.deepEqual(codes(), ['file/missing']);
    mkdirSync(folder.path('config/pmdf/pmdf.cnf'));
    assert.deepEqual(codes(), ['file/not-a-file']);
  });

  it('treats a missing optional database as empty until it exists', () => {
    settings('databases:\n  general: {file: general.txt, required: false}\n');
    assert.equal(ask(load(), 'a'), 'absent');
    folder.write('config/pmdf/general.txt', 'a 1\n');
    const loaded = load();
    assert.equal(ask(loaded, 'a'), '1');
    assert.equal(loaded.paths.has(folder.path('config/pmdf/general.txt')), false);
  });

  it('answers failed, not absent, if a database has disappeared', () => {
    settings('databases:\n  general: general.txt\n');
    folder.write('config/pmdf/general.txt', 'a 1\n');
    assert.equal(ask(load(), 'a'), '1');
    rmSync(folder.path('config/pmdf/general.txt'));
    clock.advance(1000);
    assert.equal(ask(load(), 'b'), 'failed');
  });

  it('opens a CDB file without reading it as a text', () => {
    settings('databases:\n  general: general.cdb\n');
    const text = folder.write('general.txt', 'a 1\n');
    buildDatabase(
      { path: text, names: { name: 't', shortName: 't' } },
      folder.path('config/pmdf/general.cdb'),
    );
    assert.equal(ask(load(), 'A'), '1');
  });

  it('has no policy when a required database is missing or a file is wrong', () => {
    settings('databases:\n  general: {file: general.txt, required: true}\n');
    const missing = load();
    assert.equal(missing.value, null);
    assert.ok(missing.paths.has(folder.path('config/pmdf/general.txt')));
    assert.deepEqual(
      missing.diagnostics.map((one) => one.code),
      ['file/missing'],
    );
    settings('databases:\n  general: general.txt\n');
    folder.write('config/pmdf/general.txt', 'a\n');
    assert.deepEqual(
      load().diagnostics.map((one) => one.code),
      ['database/no-value'],
    );
  });
});
