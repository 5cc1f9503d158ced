/*
 * A policy that is compiled again after its files were checked is the one that a check of the same files made.
 */
import assert from 'node:assert/strict';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { formatDiagnostic } from '../../lib/text/diagnostic.js';
import { octetsOf } from '../../lib/text/octet-source.js';
import { atOnce } from '../../lib/text/slices.js';
import { OpenDatabases } from '../../runtime/databases/open-databases.js';
import { loadConfiguration, loadInSlices } from '../../runtime/load-configuration.js';
import { World } from '../../runtime/world.js';
import { cnf, mappings } from '../bench/policy-fixture.js';
import { comparable } from '../support/comparable.js';
import { ManualClock } from '../support/manual-clock.js';
import { projectRoot } from '../support/project-root.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const samples = [
  '.',
  'all-in-yaml',
  'firewall/behind-filter/gateway',
  'firewall/behind-relay/gateway',
  'firewall/both-sides/inner',
  'firewall/both-sides/outer',
  'firewall/outside/gateway',
  'forward-table',
  'messaging-server',
  'proxy',
];

describe('a reload', () => {
  const folder = temporaryFolder();

  function assertSame(): void {
    const config = folder.path('config/pmdf');
    const open = new OpenDatabases(config, { clock: new ManualClock(), report: () => {} });
    const checked = loadConfiguration(config, open);
    const again = atOnce(
      loadInSlices(config, open, {
        filesBefore: checked.filesRead,
        known: (path) => checked.outcomes.get(path),
        checks: 'made before',
      }),
    );
    open.close();
    assert.ok(
      checked.value !== null && again.value !== null,
      checked.diagnostics.map(formatDiagnostic).join('\n'),
    );
    assert.deepEqual(comparable(again.value.policy), comparable(checked.value.policy));
    assert.ok(again.value.policy.rules.byPattern.size > 0);
  }

  for (const sample of samples) {
    it(`makes the policy that the check made: config/${sample}`, () => {
      const from = join(projectRoot, 'config', sample);
      assert.ok(existsSync(from));
      cpSync(from, folder.path('config/pmdf'), { recursive: true });
      assertSame();
    });
  }

  it('makes the policy that the check made: large files', () => {
    folder.write('config/pmdf/pmdf.cnf', cnf({ networks: 3000, entries: 0 }));
    folder.write('config/pmdf/mappings', `<more\n\n${mappings({ networks: 0, entries: 2000 })}`);
    folder.write(
      'config/pmdf/more',
      mappings({ networks: 0, entries: 2000 }).replaceAll('ORIG_SEND', 'ORIG_MAIL'),
    );
    assertSame();
  });

  it('shows findings in a large file, which stay where they are', async () => {
    folder.write('config/pmdf/pmdf.cnf', cnf({ networks: 1, entries: 0 }));
    const table = mappings({ networks: 0, entries: 2000 });
    const path = folder.write('config/pmdf/mappings', table);
    const log: string[] = [];
    const world = new World({
      configFolder: folder.path('config'),
      watch: false,
      log: (severity, message) => log.push(`${severity}: ${message}`),
    });
    try {
      const before = world.policy().mappings.get('ORIG_SEND_ACCESS')?.entries[0]?.span.source;
      assert.ok(before !== undefined && octetsOf(before) !== null);
      folder.write('config/pmdf/mappings', `${table}  $0* $Y\n`);
      assert.equal(await world.reload(), false);
      assert.match(log[0] ?? '', /mappings:2004:3: error: .*\n {2} {2}\$0\* \$Y\n/);
      folder.write('config/pmdf/mappings', table.slice(0, 70_000));
      assert.equal(await world.reload(), false);
      assert.match(log.join('\n'), /file\/cut/);
      folder.write('config/pmdf/mappings', `${table}  a $Y\n`);
      assert.equal(await world.reload(), true, log.join('\n'));
      assert.equal(world.policy().mappings.get('ORIG_SEND_ACCESS')?.entries.length, 2002, path);
    } finally {
      world.close();
    }
  });
});
