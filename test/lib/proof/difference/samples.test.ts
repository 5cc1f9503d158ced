/*
 * The samples of config/, converted to the other form and compared with what they were.
 */
import assert from 'node:assert/strict';
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sideOf } from '../../../../bin/diff/open-side.js';
import { convertPolicy } from '../../../../bin/show/convert/convert.js';
import { policyForms } from '../../../../bin/show/convert/notes.js';
import { comparePolicies } from '../../../../lib/proof/index.js';
import { withConfiguration } from '../../../../runtime/index.js';
import { projectRoot } from '../../../support/project-root.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

const samples = [
  '.',
  'all-in-yaml',
  'forward-table',
  'messaging-server',
  'proxy',
  'firewall/behind-filter/gateway',
  'firewall/behind-relay/gateway',
  'firewall/both-sides/inner',
  'firewall/both-sides/outer',
  'firewall/outside/gateway',
];

/** The files that a conversion replaces. */
const converted = ['pmdf.cnf', 'imta.cnf', 'mappings', 'aliases', 'pmdf.yaml'];

describe('comparePolicies of samples', () => {
  const temporary = temporaryFolder();

  for (const name of samples) {
    for (const form of policyForms) {
      it(`${name} is equal to itself written as ${form}`, async () => {
        const folder = join(projectRoot, 'config', name);
        const target = temporary.path();
        await withConfiguration(folder, async ({ configuration }) => {
          const conversion = convertPolicy(configuration, form);
          assert.ok(conversion.kind === 'written', JSON.stringify(conversion));
          const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
          for (const file of files.filter((entry) => !converted.includes(entry.name)))
            cpSync(join(folder, file.name), join(target, file.name));
          for (const file of conversion.files) temporary.write(file.name, file.text);
          await withConfiguration(target, (written) => {
            const sides = [sideOf(configuration, folder), sideOf(written.configuration, target)] as const;
            const difference = comparePolicies(...sides);
            assert.equal(difference.answer, 'equal', JSON.stringify(difference, null, 1));
            assert.equal(difference.edits.length, 0);
            assert.ok(sides[1].compiled.rules.lines.length > 0);
          });
        });
      });
    }
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
