/*
 * The hash of a policy: the same for the same files wherever they are, another one for any other content.
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withConfiguration } from '../../runtime/open-configuration.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const cnf = `domain.com $U%$D@LOCAL
. $U%$H@TCP-DAEMON

l
LOCAL

tcp_local smtp mx
TCP-DAEMON
`;

const files = {
  'pmdf.cnf': cnf,
  mappings: 'ORIG_SEND_ACCESS\n\n  tcp_local|*|tcp_local|*  $NNo\n',
  aliases: 'a: b@domain.com\n',
  'general.txt': 'jane jdoe%domain.com\n',
  'pmdf.yaml': 'reload: { settle: 1 }\n',
  'security.cnf': '[AUTH_CREDENTIALS]\n',
};

describe('the hash of a policy', () => {
  const folder = temporaryFolder();

  async function hashOf(name: string, changed: Readonly<Record<string, string>> = {}): Promise<string> {
    const install = join(folder.path(name), 'config', 'pmdf');
    for (const [file, text] of Object.entries({ ...files, ...changed })) {
      mkdirSync(dirname(join(install, file)), { recursive: true });
      writeFileSync(join(install, file), text, { mode: 0o600 });
    }
    return await withConfiguration(install, ({ configuration }) => configuration.hash);
  }

  it('is the same in every folder', async () => {
    const hash = await hashOf('one');
    assert.match(hash, /^[0-9a-f]{16}$/);
    assert.equal(await hashOf('another/deep/in'), hash);
  });

  for (const [what, changed] of [
    ['a table', { mappings: 'ORIG_SEND_ACCESS\n\n  tcp_local|*|tcp_local|*  $NNever\n' }],
    ['a comment', { aliases: '! none\na: b@domain.com\n' }],
    ['a setting', { 'pmdf.yaml': 'reload: { settle: 2 }\n' }],
    ['an included file', { 'pmdf.cnf': `<rules\n${cnf}`, rules: '' }],
  ] as const) {
    it(`is another one with a change in ${what}`, async () => {
      assert.notEqual(await hashOf('changed', changed), await hashOf('unchanged'));
    });
  }

  it('is another one with a change in an included file alone', async () => {
    const including = { 'pmdf.cnf': `<rules\n${cnf}` };
    const before = await hashOf('before', { ...including, rules: '' });
    assert.notEqual(await hashOf('after', { ...including, rules: 'x.com $U%x.com@LOCAL\n' }), before);
  });

  for (const [what, changed] of [
    ['a database', { 'general.txt': 'jane someone%domain.com\n' }],
    ['a file with passwords', { 'security.cnf': '! nothing yet\n' }],
  ] as const) {
    it(`does not depend on ${what}`, async () => {
      assert.equal(await hashOf('changed', changed), await hashOf('unchanged'));
    });
  }
});
