/*
 * Where comments go: from pmdf.yaml into PMDF's files, and back.
 */
import assert from 'node:assert/strict';
import { findYamlComments } from '../../../../bin/show/convert/yaml-comments.js';
import { readYaml } from '../../../../lib/config/yaml/read-yaml.js';
import { convert, type Files } from './files.js';

const yaml = `# The head of the file.

# above the rules
rules: # behind the key
  # before the first
  - a.example $U@l.example # behind the first
  - 'b.example $?no # comment'
  - { pattern: c.example, template: "$U@l.example#x" } # behind the third
# at the edge
  - . $U%$H@OUT-DAEMON
  # after the last

# by itself

limits:
  # of steps
  steps: 5000 # enough

# above the channels
channels:
  - name: l
    # before the keywords
    keywords: [smtp, mx] # behind the keywords
    # before the host
    host: l.example
      # deeper than the next channel
  # before defaults
  - defaults: switchchannel
  - name: tcp_local # behind the name
    host: OUT-DAEMON
    hosts: # behind hosts
      # before the first host
      - x.example
      # before the second
      - { name: y.example, proper: z.example }
        # behind all hosts
  # after the last channel
mappings:
  # before the table
  T:
    # before the entry
    - [a, b] # behind the entry
    # after the last entry
  # before the empty table
  EMPTY:
  # after the last table
aliases:
  # before the alias
  bob: carol # behind the alias
  # after the last alias
`;

const cnf = `! above the rules
! behind the key
! before the first
! behind the first
a.example $U@l.example
b.example $?no # comment
! behind the third
c.example $U@l.example#x
! at the edge
. $U%$H@OUT-DAEMON
! after the last
! by itself

! above the channels
! before the keywords
! behind the keywords
l smtp mx
! before the host
l.example
! deeper than the next channel

! before defaults
defaults switchchannel

! behind the name
tcp_local
OUT-DAEMON
! behind hosts
! before the first host
x.example
! before the second
y.example z.example
! behind all hosts

! after the last channel
`;

const mappings = `! before the table
T

! before the entry
! behind the entry
  a  b
! after the last entry

! before the empty table
EMPTY

! after the last table
`;

const aliases = `! before the alias
! behind the alias
bob: carol
! after the last alias
`;

const settings = `# The head of the file.

limits:
  # of steps
  steps: 5000 # enough
`;

describe('comments of pmdf.yaml', () => {
  const { files } = convert({ 'pmdf.yaml': yaml }, 'pmdf');
  const expected: Files = { 'pmdf.cnf': cnf, mappings, aliases, 'pmdf.yaml': settings };
  for (const [name, text] of Object.entries(expected)) {
    it(`are kept in ${name}`, () => assert.equal(files[name], text));
  }

  it('stay with the settings when the file is one line', () => {
    const flow =
      '{ limits: { steps: 5000 }, rules: [a $U@l.example], # one\n channels: [{name: l, host: l.example}] }';
    const written = convert({ 'pmdf.yaml': flow }, 'pmdf').files;
    assert.equal(written['pmdf.yaml'], '# one\nlimits:\n  steps: 5000\n');
    assert.equal(written['pmdf.cnf'], 'a $U@l.example\n\nl\nl.example\n');
  });

  it('stay with the settings when the document has markers', () => {
    const marked =
      '--- # one\nrules: [a $U@l.example]\nchannels:\n  - name: l\n    host: l.example\nlocal_host: "25"\n...\n';
    const written = convert({ 'pmdf.yaml': marked }, 'pmdf').files;
    assert.equal(written['pmdf.yaml'], "# one\nlocal_host: '25'\n");
  });

  it('of `files` stay when it goes', () => {
    const { files: written, notes } = convert(
      {
        'pmdf.cnf': 'a $U@l.example\n\nl\nl.example\n',
        'pmdf.yaml': '# of files\nfiles:\n  # here\n  cnf: pmdf.cnf\n',
      },
      'yaml',
    );
    assert.match(written['pmdf.yaml'] ?? '', /^# of files\n# here\n\nrules:\n/);
    assert.deepEqual(
      notes.filter((one) => one.kind === 'left-out').map((one) => one.place),
      ['pmdf.yaml:4'],
    );
  });
});

describe('comments of PMDF files', () => {
  it('come back unchanged', () => {
    const files: Files = { 'pmdf.cnf': cnf, mappings, aliases, 'pmdf.yaml': settings };
    assert.deepEqual(convert(convert(files, 'yaml').files, 'pmdf').files, files);
  });

  it('are spelled out if YAML cannot hold them', () => {
    const { files, notes } = convert(
      { 'pmdf.cnf': '! a bell \u0007 rings\na $U@l.example\n\nl\nl.example\n' },
      'yaml',
    );
    assert.match(files['pmdf.yaml'] ?? '', /# a bell \\u\{7\} rings\n/);
    assert.ok(
      notes.some((one) => one.kind === 'written-otherwise' && one.what.startsWith('characters in comments')),
    );
  });

  it('name included files', () => {
    const { files } = convert(
      {
        'pmdf.cnf': 'a $U@l.example\n<one.rules\nz $U@l.example\n\n<all.channels\n',
        'one.rules': 'b $U@l.example\n<two.rules\n',
        'two.rules': '! two\nc $U@l.example\n',
        'all.channels': 'l\nl.example\n',
      },
      'pmdf',
    );
    assert.equal(
      files['pmdf.cnf'],
      [
        'a $U@l.example\n! from <one.rules\nb $U@l.example\n! from <two.rules\n! two\nc $U@l.example\n',
        '! end of <two.rules\n! end of <one.rules\nz $U@l.example\n\n! from <all.channels\nl\nl.example\n',
        '! end of <all.channels\n',
      ].join(''),
    );
  });
});

describe('findYamlComments', () => {
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['a: 1 # x', ['# x']],
    ["a: 'b # c'", []],
    ['a: "b # \\" # c" # x', ['# x']],
    ['a: b#c', []],
    ['a: |\n  text\n  # text\n# x\nb: 1', ['# x']],
    ['a: | # x\n  text', ['# x']],
    ['[a, # x\n b] # y', ['# x', '# y']],
    ['# x\r\na: 1\r\n# y', ['# x', '# y']],
    ['# only', ['# only']],
    ['a: > \n  # text\n\n# x', ['# x']],
  ];
  for (const [text, expected] of rows) {
    it(`finds ${JSON.stringify(expected)} in ${JSON.stringify(text)}`, () => {
      const source = { name: 'pmdf.yaml', shortName: 'pmdf.yaml', text };
      const comments = findYamlComments(source, readYaml(source).value);
      assert.deepEqual(
        comments.map((one) => one.text),
        expected,
      );
      for (const { offset, text: found } of comments) assert.ok(text.startsWith(found, offset));
    });
  }
});
