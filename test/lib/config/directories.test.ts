/*
 * `directories` in pmdf.yaml: it means what the option file of the channel means.
 */
import assert from 'node:assert/strict';
import { parseSettings } from '../../../lib/config/parse-settings.js';
import { parseDirectoryOptions } from '../../../lib/directory/option-file.js';
import { parseDirectoryFilter } from '../../../lib/directory/search-filter.js';

function fileOf(name: string, text: string) {
  return { name, shortName: name, text };
}

function inYaml(text: string) {
  const { value, diagnostics } = parseSettings(fileOf('pmdf.yaml', `directories:\n  directory:\n${text}`));
  return { setting: value.directories.get('directory'), codes: diagnostics.map(({ code }) => code) };
}

const pairs: readonly (readonly [options: string, yaml: string])[] = [
  ['example.com=0\n', '    domains: { example.com: crdb }\n'],
  ['EXAMPLE.com=16%0\n', '    domains: { Example.Com: crdb }\n'],
  [
    'example.com=2\nDEFAULT_METHOD=2\nINLINE_AMBIGUOUS=0\nLDAP_SERVERS=a.example+1389|10.0.0.1|2001:db8::1+636\nLDAP_BASE=o=x,c=US\nTLS_MODE=2\n',
    `    domains: { example.com: ldap }
    default_method: ldap
    inline_ambiguous: bounce
    ldap: { servers: ['a.example:1389', 10.0.0.1, '[2001:db8::1]:636'], base: 'o=x,c=US', tls: on }
`.replace('tls: on', "tls: 'on'"),
  ],
];

describe('directories in pmdf.yaml', () => {
  for (const [options, yaml] of pairs) {
    it(`is the same as ${options.split('\n', 1)[0]} ...`, () => {
      const { value, diagnostics } = parseDirectoryOptions(fileOf('directory_option', options));
      assert.deepEqual(diagnostics, []);
      assert.deepEqual(inYaml(yaml), { setting: value.setting, codes: [] });
    });
  }

  it('has a file or a search of its own for a domain', () => {
    const ofUser = parseDirectoryFilter('(uid=$U)');
    assert.ok('value' in ofUser);
    const { setting } = inYaml(
      "    domains: { a.example: { file: a.cdb }, b.example: { ldap: { base: o=b, filter: '(uid=$U)' } } }\n",
    );
    assert.deepEqual(
      [...(setting?.domains.values() ?? [])],
      [
        { kind: 'database', file: 'a.cdb' },
        { kind: 'ldap', base: 'o=b', scope: null, filter: ofUser.value, attribute: null },
      ],
    );
  });

  for (const [yaml, code] of [
    ['    domains: { example.com: 3 }\n', 'settings/type'],
    ['    domains: { example.com: ccso }\n', 'settings/choice'],
    ['    domains: { example.com: {} }\n', 'settings/type'],
    ['    domains: { .example.com: crdb }\n', 'settings/domain'],
    ["    ldap: { servers: ['a:b'], base: o=x }\n", 'settings/next-hop'],
    ["    ldap: { servers: [a], filter: 'uid=$U' }\n", 'directory/filter'],
    ['    ldap: { base: o=x }\n', 'settings/missing-key'],
  ] as const) {
    it(`reports ${code} in ${yaml.trim()}`, () => assert.deepEqual(inYaml(yaml).codes, [code]));
  }
});
