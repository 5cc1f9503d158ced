/*
 * A configuration opened for one piece of work: its diagnostics, and decisions that take no sequence numbers.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import type { Lookup } from '../../lib/engine/lookup.js';
import { decideUnder, withConfiguration } from '../../runtime/open-configuration.js';
import { ConfigError } from '../../runtime/policy-store.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const cnf = 'domain.com $U@domain.com\n\nl\ndomain.com\n\ntcp_local smtp switchchannel\nTCP-DAEMON\n';

function* numberAndName(): Lookup<readonly unknown[]> {
  const number = yield { kind: 'sequence', file: 'counter', radix: 10, width: 0, modulus: null };
  const name = yield { kind: 'database', database: 'general', key: 'jane' };
  return [number, name];
}

describe('open-configuration', () => {
  const folder = temporaryFolder();

  it('decides with its databases, and counts nothing', async () => {
    folder.write('config/pmdf/pmdf.cnf', cnf);
    folder.write('config/pmdf/general.txt', 'jane bob\n');
    const answers = await withConfiguration(folder.path('config/pmdf'), ({ configuration }) =>
      decideUnder(configuration, numberAndName),
    );
    assert.deepEqual(answers, [
      { kind: 'found', value: '0' },
      { kind: 'found', value: 'bob' },
    ]);
    assert.equal(existsSync(folder.path('config/pmdf/counter.sequence')), false);
  });

  it('has every diagnostic of a configuration with errors, and throws the errors', async () => {
    folder.write('config/pmdf/pmdf.cnf', cnf);
    folder.write('config/pmdf/pmdf.yaml', 'nothing_of_the_kind: 1\n');
    await withConfiguration(folder.path('config/pmdf'), (opened) => {
      assert.equal(opened.value, null);
      assert.deepEqual(
        opened.diagnostics.map(({ code }) => code),
        ['settings/unknown-key'],
      );
      assert.throws(() => opened.configuration, ConfigError);
    });
  });
});
