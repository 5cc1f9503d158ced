import assert from 'node:assert/strict';
import { choiceOf, type Option, readArguments } from '../../bin/support/arguments.js';
import { UsageError } from '../../bin/support/usage-error.js';

const options: readonly Option[] = [
  { name: 'json', takes: 'nothing', help: '' },
  { name: 'source', takes: 'a word', value: 'CHANNEL', aliases: ['source-channel'], help: '' },
  { name: 'to', takes: 'words', help: '' },
  { name: 'image-file', takes: 'perhaps a word', help: '' },
];

/** All values that were read, in one object. */
function readAll(words: readonly string[]): object {
  const { flags, values, lists, words: rest } = readArguments(words, options);
  return { flags: [...flags], values: [...values], lists: [...lists], words: rest };
}

const nothing = { flags: [], values: [], lists: [], words: [] };

describe('arguments', () => {
  const read: readonly (readonly [string, readonly string[], object])[] = [
    ['nothing', [], {}],
    ['words', ['a', '', '-'], { words: ['a', '', '-'] }],
    ['a flag in both spellings', ['--json', '-JSON'], { flags: ['json'] }],
    ['a value after its option', ['--source', 'l', 'a'], { values: [['source', 'l']], words: ['a'] }],
    ['a value after an equals sign', ['--source=-x=y'], { values: [['source', '-x=y']] }],
    [
      'no value of an option with an optional one',
      ['-image_file', 'a'],
      { flags: ['image-file'], words: ['a'] },
    ],
    [
      'a value of an option with an optional one',
      ['-image_file=a'],
      { flags: ['image-file'], values: [['image-file', 'a']] },
    ],
    ['an empty value', ['--source', ''], { values: [['source', '']] }],
    ["PMDF's spelling", ['-source_channel=l'], { values: [['source', 'l']] }],
    ['upper case', ['-SOURCE_CHANNEL=L'], { values: [['source', 'L']] }],
    ['several words', ['--to', 'a', 'b', '--json'], { flags: ['json'], lists: [['to', ['a', 'b']]] }],
    ['an option several times', ['--to', 'a', '--to=b', 'c'], { lists: [['to', ['a', 'b', 'c']]] }],
    ['arguments after two dashes', ['a', '--', '--json', '--'], { words: ['a', '--json', '--'] }],
    ['two dashes after several words', ['--to', 'a', '--', 'b'], { lists: [['to', ['a']]], words: ['b'] }],
  ];
  for (const [name, words, expected] of read) {
    it(`reads ${name}`, () => assert.deepEqual(readAll(words), { ...nothing, ...expected }));
  }

  const refused: readonly (readonly [string, readonly string[], RegExp, RegExp | null])[] = [
    ['an unknown option', ['--jsno'], /unknown option `--jsno`/, /did you mean `--json`/],
    ['an option unlike any other', ['--wholly-new'], /unknown option `--wholly-new`/, /put `--` before/],
    ['a name of Object.prototype', ['--constructor'], /unknown option/, /put `--`/],
    ['an option without its value', ['--source'], /`--source` needs CHANNEL/, /--source=CHANNEL/],
    ['an option in place of a value', ['--source', '--json'], /needs CHANNEL/, null],
    ['an empty list', ['--to'], /`--to` needs VALUE/, null],
    ['a value for a flag', ['--json=yes'], /takes no value/, null],
    ['octets that are not UTF-8', ['--source', 'a\uFFFD'], /is not UTF-8/, /iconv/],
    ['an option given twice', ['--source', 'a', '--source', 'b'], /given twice/, null],
    ['an alias given twice', ['--source=a', '-source_channel=b'], /given twice/, null],
  ];
  for (const [name, words, message, hint] of refused) {
    it(`refuses ${name}`, () => {
      assert.throws(
        () => readAll(words),
        (error) => {
          assert.ok(error instanceof UsageError);
          assert.match(error.message, message);
          if (hint !== null) assert.match(error.hint ?? '', hint);
          return true;
        },
      );
    });
  }

  it('chooses among words, ignoring case', () => {
    const given = readArguments(['--source=BACKWARD'], options);
    assert.equal(choiceOf(given, 'source', ['forward', 'backward'], 'forward'), 'backward');
    assert.equal(choiceOf(given, 'to', ['forward', 'backward'], 'forward'), 'forward');
    assert.throws(() => choiceOf(given, 'source', ['up'], 'up'), UsageError);
  });
});
