/*
 * The samples of aliases and of forwarding by a table compile, and work as described.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatDiagnostic } from '../../../lib/text/diagnostic.js';
import { OpenDatabases } from '../../../runtime/databases/open-databases.js';
import { loadConfiguration } from '../../../runtime/load-configuration.js';
import { ManualClock } from '../../support/manual-clock.js';
import { projectRoot } from '../../support/project-root.js';
import { brief, Site } from '../decide/decide-as.js';

function sample(name: string): string {
  return readFileSync(join(projectRoot, 'config', name), 'utf8');
}

for (const folder of ['config', 'config/forward-table']) {
  it(`${folder} compiles without a finding`, () => {
    const path = join(projectRoot, folder);
    const open = new OpenDatabases(path, { clock: new ManualClock(), report: () => {} });
    try {
      const { value, diagnostics } = loadConfiguration(path, open);
      assert.deepEqual(diagnostics.map(formatDiagnostic), []);
      assert.equal(value?.policy.aliases.size, folder === 'config' ? 3 : 0);
    } finally {
      open.close();
    }
  });
}

describe('config/aliases', () => {
  // The examples in the comments of the sample are an alias file too.
  const lines = sample('aliases').split('\n');
  const explained = lines.filter((line) => line.startsWith('!   ')).map((line) => line.slice(4));
  const live = lines.filter((line) => line !== '' && !line.startsWith('!'));

  it('routes mail for roles to the postmaster', () => {
    const site = new Site({ cnf: sample('pmdf.cnf'), aliases: live.join('\n') });
    assert.equal(brief(site.recipient('abuse@domain.com')), 'postmaster@domain.com on l');
  });

  it('has examples that compile', () => {
    const included = { 'staff.list': 'sue@other.com\n' };
    const site = new Site({ cnf: sample('pmdf.cnf'), aliases: explained.join('\n'), included });
    assert.equal(site.recipient('team@domain.com').deliveries.length, 4);
    assert.equal(brief(site.recipient('dan@domain.com')), 'daniel@sub.domain.com on tcp_internal');
    assert.equal(brief(site.recipient('staff@domain.com')), 'sue@other.com on tcp_local');
    assert.equal(
      brief(site.recipient('bob@domain.com')),
      'bob@domain.com on l; archive@sub.domain.com on tcp_internal',
    );
  });
});

describe('config/forward-table', () => {
  const site = () =>
    new Site(
      { cnf: sample('forward-table/pmdf.cnf'), mappings: sample('forward-table/mappings') },
      { general: { 'jane.doe': 'jdoe@other.com' } },
    );
  for (const [to, source, wanted] of [
    ['jane.doe@domain.com', 'tcp_local', 'jdoe@other.com on tcp_local'],
    ['Jane.Doe@DOMAIN.com', 'tcp_local', 'jdoe@other.com on tcp_local'],
    ['bob@domain.com', 'tcp_local', 'bob@domain.com on l'],
    ['bob@other.com', 'tcp_local', '550 5.7.1 Relaying not permitted: bob@other.com by mappings:8'],
    ['bob@other.com', 'tcp_internal', 'bob@other.com on tcp_local'],
    ['jane.doe@domain.com', 'tcp_internal', 'jdoe@other.com on tcp_local'],
    ['jane.doe@sub.domain.com', 'tcp_local', 'jane.doe@sub.domain.com on tcp_internal'],
  ] as const) {
    it(`${to} from ${source}: ${wanted}`, () =>
      assert.equal(brief(site().recipient(to, { source })), wanted));
  }
});
