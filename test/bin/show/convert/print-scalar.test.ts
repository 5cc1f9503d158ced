import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { printNode } from '../../../../bin/show/convert/print-node.js';
import { printQuoted, printScalar } from '../../../../bin/show/convert/print-scalar.js';
import { readYaml } from '../../../../lib/config/yaml/read-yaml.js';
import { plainValue } from '../../../lib/config/plain-value.js';

function readText(text: string): unknown {
  const { value, diagnostics } = readYaml({ name: 'a.yaml', shortName: 'a.yaml', text });
  assert.deepEqual(diagnostics, [], text);
  return plainValue(value);
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({
    unit: fc.constantFrom(
      'a',
      '$',
      ' ',
      "'",
      '"',
      '\\',
      '#',
      ':',
      '-',
      '{',
      ',',
      '\t',
      '\n',
      '1',
      '\u2028',
      '\ufeff',
    ),
    maxLength: 8,
  }),
  fc.constantFrom('null', '~', 'true', '1', '1e3', '0x1f', '.inf', '-', '---', 'yes', '', '[10.]', '%', '@a'),
);

describe('printScalar', () => {
  it('reads back as the same text, in a block and in a list', () => {
    fc.assert(
      fc.property(text, (one) => {
        assert.deepEqual(
          readText(`a: ${printScalar(one)}\nb: [${printScalar(one)}, ${printQuoted(one)}]\n`),
          {
            a: one,
            b: [one, one],
          },
        );
      }),
      { numRuns: 1000 },
    );
  });

  const rows: readonly (readonly [string, string])[] = [
    ['TCP-DAEMON', 'TCP-DAEMON'],
    ['smtp mx', 'smtp mx'],
    ['733', "'733'"],
    ['null', "'null'"],
    ["it's", "'it''s'"],
    ['[10.1.2.3]', "'[10.1.2.3]'"],
    ['a\tb', '"a\\x09b"'],
    ['\u202e', '"\\u202e"'],
  ];
  for (const [one, printed] of rows) {
    it(`prints ${JSON.stringify(one)} as ${printed}`, () => assert.equal(printScalar(one), printed));
  }
});

describe('printNode', () => {
  it('reads back as the same tree', () => {
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.constantFrom(25, -1.5, true, null),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'b c', '1', "'"), tie('tree'), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const read = readYaml({ name: 'a', shortName: 'a', text: JSON.stringify({ a: value }) }).value;
        assert.ok(read !== null);
        assert.deepEqual(readText(`${printNode(read).join('\n')}\n`), plainValue(read));
      }),
      { numRuns: 500 },
    );
  });
});
