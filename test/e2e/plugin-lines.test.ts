/*
 * Lines of config/plugins that would leave Haraka without its policy: it does not start, and says which line to write.
 */

import assert from 'node:assert/strict';
import { exampleFile } from './support/gateway.js';
import { makeInstall, startExpectingFailure } from './support/haraka-install.js';

const CONFIG = {
  'pmdf/pmdf.cnf': exampleFile('pmdf.cnf'),
  'pmdf/mappings': exampleFile('mappings'),
  'pmdf/general.txt': exampleFile('general.txt'),
  'pmdf/pmdf.yaml': 'switch_lookup: literal\n',
};

const STOCK = ['rcpt_to.in_host_list', 'queue/smtp_forward'];
const IGNORE = ['ignore_bad_plugins=true'];

describe('a Haraka whose config/plugins names', () => {
  for (const [what, plugins, smtpIni, told] of [
    ['the bundle', ['pmdf', ...STOCK], IGNORE, /config\/plugins:1:1: error: `pmdf` names the bundle/],
    [
      'the bundle by its package',
      [...STOCK, 'haraka-plugin-pmdf'],
      [],
      /config\/plugins:3:1: error: `haraka-plugin-pmdf` names the bundle/,
    ],
    [
      'a misspelt plugin beside a correct one',
      ['pmdf/switchchannel', 'pmdf/acces', ...STOCK],
      IGNORE,
      /config\/plugins:2:1: error: there is no plugin `pmdf\/acces`: Haraka ignores it/,
    ],
    [
      'a correct one after a misspelt one, with a comment',
      ['pmdf/access   # who may send to whom', ...STOCK, 'pmdf/switchchannel'],
      IGNORE,
      /config\/plugins:1:1: error: for Haraka the comment after `pmdf\/access` is part of the name/,
    ],
    [
      'one twice',
      ['pmdf/access', 'pmdf/access', ...STOCK],
      [],
      /config\/plugins:2:1: error: `pmdf\/access` is listed twice/,
    ],
  ] as const) {
    it(`${what} does not start`, async () => {
      const { code, stdout, stderr } = await startExpectingFailure({ plugins, smtpIni, config: CONFIG });
      assert.notEqual(code, 0);
      assert.match(stderr, told);
      assert.match(stderr, / {2}hint: /);
      // The error that Haraka prints contains it too, with its place.
      const said = stderr.split('\n').filter((line) => told.test(line));
      assert.ok(
        said.length + stdout.split('\n').filter((line) => told.test(line)).length >= 2,
        stderr + stdout,
      );
    });
  }

  it('correct plugins, and has a policy with errors, repeats the first of them in its own error', async () => {
    const { stderr, stdout } = await startExpectingFailure({
      plugins: ['pmdf/switchchannel', 'pmdf/access', ...STOCK],
      config: { ...CONFIG, 'pmdf/mappings': 'ORIG_SEND_ACCESS\n\n  a|b|c|d  $QNo\n  a|b|c|e  $QNo\n' },
    });
    const place = 'config/pmdf/mappings:3:12: error: ';
    const said = [...stderr.split('\n'), ...stdout.split('\n')].filter((line) => line.includes(place));
    assert.ok(
      said.some((line) => !line.startsWith(place) && line.includes(', and 1 more')),
      stderr + stdout,
    );
  });

  it("our plugins and the site's starts, although a wrong name of another plugin is left out", async () => {
    const install = await makeInstall({
      plugins: ['pmdf/switchchannel', 'pmdf/access', 'no_such_plugin', 'deliver', ...STOCK],
      pluginFiles: { 'deliver.js': 'exports.register = function () {}\n' },
      smtpIni: IGNORE,
      config: {
        ...CONFIG,
        'pmdf/mappings': `${CONFIG['pmdf/mappings']}\nSEND_ACCESS\n\n  *|*|*|never@domain.com  $NNo\n`,
        'pmdf/pmdf.yaml': 'switch_lookup: literal\nshadow:\n  tables: [SEND_ACCESS]\n',
      },
    });
    try {
      const haraka = await install.start();
      const log = await haraka.waitForLog('runs without');
      await haraka.stop();
      const [line = '', ...more] = log.split('\n').filter((one) => one.includes('policy in force'));
      assert.deepEqual(more, []);
      assert.match(line, /; hash=[0-9a-f]{16}$/);
      assert.ok(
        line
          .replace(/; hash=\w+$/, '')
          .endsWith(
            `policy in force: ${install.dir}/config/pmdf: 4 channels, 5 rewrite rules, 2 entries in 2 mapping tables, ` +
              'general database general.txt; plugins: pmdf/switchchannel, pmdf/access; in shadow: SEND_ACCESS',
          ),
        line,
      );
      assert.match(log, /ignore_bad_plugins is set, and Haraka runs without no_such_plugin$/m);
    } finally {
      install.remove();
    }
  });
});
