import assert from 'node:assert/strict';
import { convert, type Files } from './files.js';

const files: Files = {
  'pmdf.cnf': [
    '$*   $U@l.example$Mtcp_local',
    '[IPv6:2001:db8:]   $U@\\',
    'l.example',
    '<more.rules',
    '',
    'defaults staff master_debug',
    'what is this',
    '',
    'l smtp',
    'l.example',
    '',
  ].join('\n'),
  'more.rules': '.   $U@l.example\n',
  aliases: 'team: <team.list\n',
  'team.list': 'bob@l.example\n',
  'pmdf.yaml':
    'local_domains: [a.example]\nfiles: { cnf: pmdf.cnf }\ndatabases: { alias: alias.cdb }\ntls_verify: name\n',
};

const common = [
  'without-effect pmdf.cnf:6 the group id `staff`',
  'without-effect pmdf.cnf:6 the keyword `master_debug`',
  'left-out pmdf.cnf:7 the line: only the first line of a `defaults` block counts',
  'written-otherwise pmdf.cnf:4 the include of `more.rules`: its lines are there, between two comments',
  'written-otherwise pmdf.cnf:2 the continued line: as one line',
];
const rest = [
  'left-out pmdf.yaml:2 `files`, since these files are part of the result',
  'stays aliases:1 the list file `team.list`',
  'stays null the general database `general.txt`',
  'stays pmdf.yaml:3 the alias database `alias.cdb`',
];

describe('conversionNotes', () => {
  const rows = {
    yaml: [...common, ...rest],
    pmdf: [
      ...common.slice(0, 2),
      'not-in-pmdf pmdf.cnf:1 the pattern `$*`',
      'not-in-pmdf pmdf.cnf:2 the pattern `[IPv6:2001:db8:]`',
      ...common.slice(2),
      'stays pmdf.yaml:1 the setting `local_domains`, in pmdf.yaml',
      'stays pmdf.yaml:4 the setting `tls_verify.default`, in pmdf.yaml',
      ...rest,
    ],
  } as const;
  for (const form of ['yaml', 'pmdf'] as const) {
    it(`lists what has no counterpart in ${form}`, () => {
      const { notes } = convert(files, form);
      assert.deepEqual(
        notes.map(({ kind, place, what }) => `${kind} ${place} ${what}`),
        rows[form],
      );
    });
  }

  it('is empty if everything is converted and has an effect', () => {
    const plain: Files = { 'pmdf.cnf': 'a $U@a\n\nl smtp\na\n', 'pmdf.yaml': 'databases: { general: }\n' };
    assert.deepEqual(convert(plain, 'yaml').notes, []);
    assert.deepEqual(convert(plain, 'pmdf').notes, []);
  });
});
