/*
 * The samples of config/, converted to pmdf.yaml and compared with what they were.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { sideOf } from '../../../../bin/diff/open-side.js';
import { convertPolicy } from '../../../../bin/show/convert/convert.js';
import { comparePolicies } from '../../../../lib/proof/index.js';
import { withConfiguration } from '../../../../runtime/index.js';
import { projectRoot } from '../../../support/project-root.js';
import { policyOf } from '../../policy/policy-of.js';

const samples = ['.', 'forward-table', 'proxy', 'firewall/outside/gateway', 'firewall/both-sides/inner'];

describe('comparePolicies of samples', () => {
  for (const name of samples) {
    it(`${name} is equal to itself in pmdf.yaml`, async () => {
      const folder = join(projectRoot, 'config', name);
      await withConfiguration(folder, ({ configuration }) => {
        const conversion = convertPolicy(configuration.sources, configuration.yaml, 'yaml');
        assert.equal(conversion.kind, 'written');
        if (conversion.kind !== 'written') return;
        const yaml = conversion.files.find((file) => file.name === 'pmdf.yaml')?.text ?? '';
        const compiled = policyOf({ cnf: null, yaml });
        const side = sideOf(configuration, folder);
        const difference = comparePolicies(side, { ...side, compiled });
        assert.equal(difference.answer, 'equal', JSON.stringify(difference, null, 1));
        assert.equal(difference.edits.length, 0);
        assert.ok(compiled.rules.lines.length > 0);
      });
    });
  }

  it('the sample without aliases is equal to the one written in pmdf.yaml', async () => {
    const folders = [join(projectRoot, 'config'), join(projectRoot, 'config', 'all-in-yaml')] as const;
    await withConfiguration(folders[0], async (one) => {
      await withConfiguration(folders[1], (other) => {
        const [before, now] = [
          sideOf(one.configuration, folders[0]),
          sideOf(other.configuration, folders[1]),
        ];
        const policy = { ...before.compiled.policy, aliases: now.compiled.policy.aliases };
        const difference = comparePolicies({ ...before, compiled: { ...before.compiled, policy } }, now);
        assert.equal(difference.answer, 'equal', JSON.stringify(difference, null, 1));
      });
    });
  });
});
