/*
 * The findings if channels offer or require TLS and the install cannot provide it.
 */
import assert from 'node:assert/strict';
import { checkTlsInstall } from '../../../runtime/certificates/check-tls-install.js';
import { exampleFile } from '../../lib/decide/session-of.js';
import { policyOf } from '../../lib/policy/policy-of.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const now = Date.parse('2027-01-01T00:00:00Z');
const both = ['tls', 'pmdf/maytls'];

describe('TLS of an install', () => {
  const folder = temporaryFolder();

  for (const [name, keyword, plugins, told] of [
    ['an offer and both plugins', 'maytls', both, ['warning tls/no-certificate']],
    ['an offer and no plugin', 'maytls', ['pmdf/access'], []],
    ['an offer and a comment', 'maytls', ['tls', '# pmdf/maytls'], []],
    ['an offer and pmdf/maytls alone', 'maytls', ['pmdf/maytls'], ['warning tls/no-plugin']],
    ['an offer and no list', 'maytls', null, []],
    ['a demand and both plugins', 'musttls', both, ['error tls/no-certificate']],
    ['a demand and no list', 'musttls', null, ['error tls/no-certificate']],
    ['neither', 'notls', both, []],
  ] as const) {
    it(`without a certificate, with ${name}`, () => {
      if (plugins !== null) folder.write('config/plugins', `${plugins.join('\n')}\n`);
      const cnf = exampleFile('pmdf.cnf').replaceAll('maytls', keyword);
      const found = checkTlsInstall(policyOf({ cnf }).policy, folder.path('config'), now);
      assert.deepEqual(
        found.map(({ severity, code }) => `${severity} ${code}`),
        told,
      );
    });
  }
});
