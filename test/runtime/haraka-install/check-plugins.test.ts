/*
 * The findings about config/plugins and smtp.ini, and which of them stop Haraka.
 */
import assert from 'node:assert/strict';
import { lineColumnAt } from '../../../lib/text/places.js';
import { checkPlugins, startErrors } from '../../../runtime/haraka-install/check-plugins.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** A finding as `severity code line:column`. */
type Told = string;

const complete = ['pmdf/switchchannel', 'pmdf/access', 'queue/smtp_forward', 'pmdf/deliver'];

interface Row {
  readonly lines: readonly string[];
  readonly smtpIni?: string;
  /** The findings of `pmdf check`. */
  readonly told: readonly Told[];
  /** What stops Haraka: the lines. */
  readonly stops?: readonly number[];
}

const rows: Readonly<Record<string, Row>> = {
  'a complete list': { lines: complete, told: [] },
  'a list with comments and blanks': {
    lines: ['# all', '', '  ; x', ...complete.map((name) => ` ${name}\t`)],
    told: [],
  },
  'the long names': { lines: complete.map((name) => name.replace(/^pmdf/, 'haraka-plugin-pmdf')), told: [] },
  'a slash too many': { lines: [...complete.slice(0, 3), './pmdf//deliver/'], told: [] },
  'only the bundle': { lines: ['pmdf'], told: ['error install/whole-bundle 1:1'], stops: [1] },
  'the bundle by its package': {
    lines: [...complete, 'haraka-plugin-pmdf'],
    told: ['error install/whole-bundle 5:1'],
    stops: [5],
  },
  'a misspelt plugin': {
    lines: ['pmdf/switchchannel', 'pmdf/acces', 'queue/smtp_forward', 'pmdf/deliver'],
    told: ['error install/no-such-plugin 2:1', 'warning install/not-listed 4:1'],
    stops: [2],
  },
  'a misspelt plugin that Haraka would leave out': {
    lines: ['pmdf/switchchannel', 'pmdf/acces', 'queue/smtp_forward', 'pmdf/deliver'],
    smtpIni: 'ignore_bad_plugins=true\n',
    told: [
      'warning install/ignore-bad-plugins 1:20',
      'error install/no-such-plugin 2:1',
      'warning install/not-listed 4:1',
    ],
    stops: [2],
  },
  'another case': {
    lines: [...complete, 'PMDF/Auth'],
    told: ['error install/no-such-plugin 5:1'],
    stops: [5],
  },
  'a misspelt bundle': {
    lines: [...complete, 'pdmf/auth'],
    told: ['error install/no-such-plugin 5:1'],
    stops: [5],
  },
  'a wrong separator': {
    lines: [...complete, 'pmdf.auth'],
    told: ['error install/no-such-plugin 5:1'],
    stops: [5],
  },
  'a plugin without the bundle': {
    lines: [...complete, 'maytls'],
    told: ['error install/no-such-plugin 5:1'],
    stops: [5],
  },
  'a comment after a name of ours': {
    lines: [...complete, 'pmdf/auth # passwords'],
    told: ['error install/no-such-plugin 5:1'],
    stops: [5],
  },
  'a comment after another name': {
    lines: ['tls # x', ...complete],
    told: ['error install/no-such-plugin 1:1'],
  },
  'a plugin of ours twice': {
    lines: [...complete, 'pmdf/access'],
    told: ['error install/twice 5:1'],
    stops: [5],
  },
  'another plugin twice': { lines: ['tls', ...complete, 'tls'], told: ['warning install/twice 6:1'] },
  'nothing of ours': { lines: ['rcpt_to.in_host_list'], told: ['warning install/none-listed 1:1'] },
  'no plugin at all': { lines: ['# pmdf/access'], told: ['warning install/none-listed 1:1'] },
  'deliver without access': {
    lines: ['pmdf/switchchannel', 'queue/smtp_forward', 'pmdf/deliver'],
    told: ['warning install/not-listed 3:1'],
  },
  'access without switchchannel': { lines: ['pmdf/access'], told: ['warning install/not-listed 1:1'] },
  'delivery by other plugins': {
    lines: ['pmdf/switchchannel', 'pmdf/access', 'rcpt_to.in_host_list'],
    told: [],
  },
  'another accepting plugin beside deliver': {
    lines: ['rcpt_to.in_host_list', ...complete],
    told: ['warning install/other-decides 1:1'],
  },
  'relaying by another list': {
    lines: ['relay_acl', ...complete],
    told: ['warning install/other-decides 1:1'],
  },
  'a setting that is off': { lines: complete, smtpIni: 'ignore_bad_plugins=0\n', told: [] },
  'a setting of another section': { lines: complete, smtpIni: '[x]\nignore_bad_plugins=1\n', told: [] },
};

describe('config/plugins', () => {
  const folder = temporaryFolder();

  for (const [name, { lines, smtpIni, told, stops = [] }] of Object.entries(rows)) {
    it(`with ${name}`, () => {
      folder.write('config/plugins', `${lines.join('\n')}\n`);
      if (smtpIni !== undefined) folder.write('config/smtp.ini', smtpIni);
      const found = checkPlugins(folder.path('config'));
      assert.deepEqual(
        found.map(({ severity, code, span }) => {
          const { line, column } = lineColumnAt(span.source, span.offset);
          return `${severity} ${code} ${line}:${column}`;
        }),
        told,
      );
      const stopping = startErrors(folder.path('config'), { install: folder.path(), haraka: null });
      assert.deepEqual(
        stopping.map(({ span }) => lineColumnAt(span.source, span.offset).line),
        stops,
      );
    });
  }

  it('with a dot and a slash in front, as Haraka finds it', () => {
    folder.write('config/plugins', `./${complete.join('\n')}\n`);
    folder.write('node_modules/Haraka/package.json', '{"name": "Haraka"}\n');
    folder.write('node_modules/haraka-plugin-pmdf/switchchannel/package.json', '{}\n');
    const [finding, ...others] = checkPlugins(folder.path('config')).filter(({ message }) =>
      /no plugin .*pmdf/.test(message),
    );
    assert.equal(finding?.hint, 'write `pmdf/switchchannel`');
    assert.deepEqual(others, []);
    folder.write('plugins/pmdf/switchchannel.js', '');
    assert.ok(checkPlugins(folder.path('config')).every(({ span }) => span.offset !== 0));
  });

  it('that is missing is reported for an install that can run', () => {
    folder.write('config/pmdf/pmdf.cnf', '');
    assert.deepEqual(checkPlugins(folder.path('config')), []);
    folder.write('config/smtp.ini', '');
    const [finding] = checkPlugins(folder.path('config'));
    assert.equal(finding?.code, 'install/none-listed');
    assert.equal(finding?.span.source.name, 'config/plugins');
  });

  it('may name plugins of the site with names like ours', () => {
    folder.write('config/plugins', `${[...complete, 'pmdf-statistics', 'deliver'].join('\n')}\n`);
    folder.write('plugins/deliver.js', '');
    folder.write('node_modules/haraka-plugin-pmdf-statistics/package.json', '{}');
    assert.deepEqual(checkPlugins(folder.path('config')), []);
  });

  it('is searched for plugins that Haraka does not have if its folder is known', () => {
    folder.write('config/plugins', `${['queue/smtp_foward', ...complete].join('\n')}\n`);
    folder.write('node_modules/Haraka/package.json', '{"name": "Haraka"}');
    folder.write('node_modules/Haraka/plugins/queue/smtp_forward.js', '');
    const found = checkPlugins(folder.path('config'));
    assert.deepEqual(
      found.map(({ code, severity }) => `${severity} ${code}`),
      ['error install/no-such-plugin'],
    );
    folder.write('config/smtp.ini', 'ignore_bad_plugins=yes\n');
    assert.equal(checkPlugins(folder.path('config')).at(-1)?.severity, 'warning');
  });
});
