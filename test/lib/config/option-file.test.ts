import assert from 'node:assert/strict';
import { numberOf, readOptions } from '../../../lib/config/option-file.js';
import { lineColumnAt } from '../../../lib/text/index.js';
import { sourceOf } from './source-of.js';

function read(text: string): { readonly values: object; readonly found: readonly string[] } {
  const { value, diagnostics } = readOptions(sourceOf(text));
  return {
    values: Object.fromEntries([...value].map(([name, option]) => [name, option.value])),
    found: diagnostics.map(({ code, span }) => {
      const { line, column } = lineColumnAt(span.source, span.offset);
      return `${code} ${line}:${column}`;
    }),
  };
}

const files: readonly (readonly [string, object, readonly string[]])[] = [
  ['', {}, []],
  [
    '! directory_option\nexample.com=0\na1.example.com=3\n',
    { 'EXAMPLE.COM': '0', 'A1.EXAMPLE.COM': '3' },
    [],
  ],
  ['LDAP_BASE=o=Example Computing,c=US\n', { LDAP_BASE: 'o=Example Computing,c=US' }, []],
  [' ldap_host = a b \r\n#x=1\n;y=2\n\n', { LDAP_HOST: 'a b' }, []],
  ['A=1\n\\\nB=2', { A: '1', B: '2' }, []],
  ['A=\n', { A: '' }, []],
  ['A=1\na=2\n', { A: '2' }, ['option/twice 2:1']],
  ['A\n=1\nB C=2\nD=4\n', { D: '4' }, ['option/line 1:1', 'option/line 2:1', 'option/line 3:1']],
  ['__proto__=1\n', { ['__PROTO__']: '1' }, []],
];

describe('readOptions', () => {
  for (const [text, values, found] of files) {
    it(JSON.stringify(text), () => assert.deepEqual(read(text), { values, found }));
  }

  it('knows the places of names and values', () => {
    const option = readOptions(sourceOf('A=1\n  NAME =  value \n')).value.get('NAME');
    assert.deepEqual(
      option && [option.nameSpan, option.valueSpan].map(({ source, offset }) => lineColumnAt(source, offset)),
      [
        { line: 2, column: 3 },
        { line: 2, column: 11 },
      ],
    );
    assert.equal(option?.valueSpan.length, 5);
  });
});

describe('numberOf', () => {
  const rows: readonly (readonly [string, number | string])[] = [
    ['200', 200],
    ['16%c8', 200],
    ['2%11001000', 200],
    ['x', '`N` is not a number, in digits or as `base%digits`'],
    ['', '`N` is not a number, in digits or as `base%digits`'],
    ['0', '`N` is not from 1 to 200'],
    ['201', '`N` is not from 1 to 200'],
  ];
  for (const [value, expected] of rows) {
    it(JSON.stringify(value), () => {
      const option = readOptions(sourceOf(`N=${value}`)).value.get('N');
      assert.ok(option);
      assert.equal(numberOf(option, 1, 200), expected);
    });
  }
});
