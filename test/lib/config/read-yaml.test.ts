import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dump, load } from 'js-yaml';
import { describe, it } from 'mocha';
import { readYaml } from '../../../lib/config/yaml/read-yaml.js';
import type { YamlNode, YamlScalar } from '../../../lib/config/yaml/yaml-node.js';
import type { Span } from '../../../lib/text/source.js';
import { plainValue } from './plain-value.js';
import { formatted, sourceOf } from './source-of.js';

function nodesOf(node: YamlNode | null): YamlNode[] {
  if (node === null) return [];
  switch (node.kind) {
    case 'scalar':
      return [node];
    case 'sequence':
      return [node, ...node.items.flatMap(nodesOf)];
    case 'mapping':
      return [node, ...node.entries.flatMap((entry) => [entry.keyScalar, ...nodesOf(entry.value)])];
  }
}

function scalarsOf(text: string): YamlScalar[] {
  return nodesOf(readYaml(sourceOf(text)).value).filter((node) => node.kind === 'scalar');
}

function covered(span: Span): string {
  return span.source.text.slice(span.offset, span.offset + span.length);
}

/** The place in the file of the character at an index of a scalar. */
function characterAt(text: string, scalar: YamlScalar, index: number): string | undefined {
  const piece = scalar.pieces.findLast((one) => one.start <= index);
  return piece === undefined ? undefined : text[piece.offset + index - piece.start];
}

function assertInFile(span: Span): void {
  assert.ok(span.offset >= 0 && span.length >= 0);
  assert.ok(span.offset + span.length <= span.source.text.length);
}

describe('readYaml', () => {
  describe('values by the core schema', () => {
    const values: readonly (readonly [string, unknown])[] = [
      ['yes', 'yes'],
      ['no', 'no'],
      ['on', 'on'],
      ['true', true],
      ['False', false],
      ['~', null],
      ['null', null],
      ['', null],
      ['25', 25],
      ['-7', -7],
      ['0x1F', 31],
      ['0o17', 15],
      ['017', 17],
      ['1_000', '1_000'],
      ['1.5e3', 1500],
      ['.inf', Number.POSITIVE_INFINITY],
      ['12:30', '12:30'],
      ['2001-01-01', '2001-01-01'],
      ['"25"', '25'],
      ["'true'", 'true'],
      ['[1, {a: b}]', [1, { a: 'b' }]],
    ];
    for (const [written, value] of values) {
      it(`reads \`${written}\``, () => {
        const { value: root, diagnostics } = readYaml(sourceOf(`k: ${written}\n`));
        assert.deepEqual(diagnostics, []);
        assert.deepEqual(plainValue(root), { k: value });
      });
    }

    it('returns no tree for an empty file, and for one of comments only', () => {
      for (const text of ['', '\n\n', '# nothing\n', '\ufeff']) {
        assert.deepEqual(readYaml(sourceOf(text)), { value: null, diagnostics: [] });
      }
    });
  });

  describe('places', () => {
    const spans: readonly (readonly [string, readonly string[]])[] = [
      ['a: 1\n', ['a: 1', 'a', '1']],
      ['\ufeffa: b', ['a: b', 'a', 'b']],
      ['a: "x" # c\n"b": \'y\'\n', ['a: "x" # c\n"b": \'y\'', 'a', '"x"', '"b"', "'y'"]],
      ['- [a, "]" , ] # ]\n- {}\n', ['- [a, "]" , ] # ]\n- {}', '[a, "]" , ]', 'a', '"]"', '{}']],
      ['[ # ]\n]', ['[ # ]\n]']],
      ['{a: [b], c: }', ['{a: [b], c: }', 'a', '[b]', 'b', 'c', '']],
      [
        'a:\n  - |\n    x\n    y\n\n  - z\n',
        ['a:\n  - |\n    x\n    y\n\n  - z', 'a', '- |\n    x\n    y\n\n  - z', 'x\n    y', 'z'],
      ],
      ['a: >-\r\n  x\r\n  y\r\nb: c\r\n', ['a: >-\r\n  x\r\n  y\r\nb: c', 'a', 'x\r\n  y', 'b', 'c']],
      ['[a: b, c]', ['[a: b, c]', 'a: b', 'a', 'b', 'c']],
    ];
    for (const [text, expected] of spans) {
      it(`covers every value of ${JSON.stringify(text)}`, () => {
        const { value, diagnostics } = readYaml(sourceOf(text));
        assert.deepEqual(diagnostics, []);
        assert.deepEqual(
          nodesOf(value).map((node) => covered(node.span)),
          expected,
        );
      });
    }

    const aligned: readonly (readonly [string, string, string])[] = [
      ["a: 'it''s here'", "it's here", "it's here"],
      ['a: "x\\ty\\u0041z"', 'x\tyAz', 'x\\y\\z'],
      ['a: "\\U0001F600z"', '\u{1f600}z', '\\Uz'],
      ['a: "one \\\n   two"', 'one two', 'one two'],
      ['a: one\n   two', 'one two', 'one\ntwo'],
      ['a: >-\n   one\n   two\n', 'one two', 'one\ntwo'],
      ['a: |-\n   one\n     two\n', 'one\n  two', 'one\n  two'],
    ];
    for (const [text, read, from] of aligned) {
      it(`knows where each character of ${JSON.stringify(read)} comes from in ${JSON.stringify(text)}`, () => {
        const scalar = scalarsOf(text)[1];
        assert.ok(scalar !== undefined);
        assert.equal(scalar.text, read);
        const characters = Array.from({ length: read.length }, (_, index) =>
          characterAt(text, scalar, index),
        );
        assert.equal(characters.join(''), from);
      });
    }
  });

  describe('findings', () => {
    const findings: readonly (readonly [string, string])[] = [
      [
        'a: 1\nb: 2\na: 3\n',
        'pmdf.yaml:3:1: error: the key `a` is given twice [yaml/duplicate-key]\n  a: 3\n  ^\npmdf.yaml:1:1: note: first given here\n  a: 1\n  ^',
      ],
      [
        'a: 1\n---\nb: 2\n',
        'pmdf.yaml:2:1: error: a second document begins here [yaml/documents]\n  ---\n  ^^^\n  hint: keep everything in one document: remove this line',
      ],
      [
        'a:\n\tb: 1\n',
        'pmdf.yaml:2:1: error: a tab cannot indent [yaml/syntax]\n  \tb: 1\n  ^\n  hint: indent with blanks',
      ],
      [
        'rules:\n  - [127.0.1.]   $U%[127.0.1.$L]@TCP-INTERNAL\n',
        'pmdf.yaml:2:18: error: the indentation does not fit, or text lacks its quotes [yaml/syntax]\n    - [127.0.1.]   $U%[127.0.1.$L]@TCP-INTERNAL\n                   ^\n  hint: put text that begins with `[` in single quotes',
      ],
      [
        'a: [1, 2\n',
        'pmdf.yaml:2:1: error: the file ends inside a list, a mapping or a quoted text [yaml/syntax]\n  \n  ^\n  hint: look for a quote or a bracket that is opened and never closed',
      ],
      [
        'a: *x\n',
        'pmdf.yaml:1:4: error: aliases are not supported: `*x` [yaml/alias]\n  a: *x\n     ^^\n  hint: put text that begins with `*` in single quotes',
      ],
      [
        'a: &x 1\n',
        'pmdf.yaml:1:4: error: anchors are not supported: `&x` [yaml/alias]\n  a: &x 1\n     ^^\n  hint: put text that begins with `&` in single quotes',
      ],
      [
        'a: !!str 1\n',
        'pmdf.yaml:1:4: error: type tags are not supported: `!!str` [yaml/tag]\n  a: !!str 1\n     ^^^^^\n  hint: put text that begins with `!` in single quotes',
      ],
      [
        '[a]: 1\n',
        'pmdf.yaml:1:1: error: a key must be one word or text, not a sequence [yaml/key]\n  [a]: 1\n  ^^^\n  hint: put text that begins with `[` or `{` in single quotes',
      ],
    ];
    for (const [text, expected] of findings) {
      it(`shows what is wrong with ${JSON.stringify(text)}`, () => {
        assert.equal(formatted(readYaml(sourceOf(text))), expected);
      });
    }

    it('refuses very deep nesting', () => {
      const { value, diagnostics } = readYaml(sourceOf('['.repeat(100_000)));
      assert.equal(value, null);
      assert.match(formatted({ value, diagnostics }), /nested more than 100 deep \[yaml\/syntax\]/);
    });

    it('does not expand aliases of aliases', () => {
      const levels = Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`);
      const { value, diagnostics } = readYaml(sourceOf(`a0: &a0 x\n${levels.join('\n')}\n`));
      assert.equal(diagnostics.length, 31 + 60);
      assert.equal(nodesOf(value).length, 1 + 31 * 2);
    });

    it('treats `__proto__` and `constructor` like other keys', () => {
      const { value, diagnostics } = readYaml(sourceOf('__proto__: {x: 1}\nconstructor: 2\n'));
      assert.deepEqual(diagnostics, []);
      assert.ok(value?.kind === 'mapping');
      assert.deepEqual(
        value.entries.map((entry) => entry.key),
        ['__proto__', 'constructor'],
      );
    });
  });

  describe('properties', () => {
    const fragments = fc.array(
      fc.constantFrom(
        ...[
          'a',
          'b: ',
          '- ',
          ': ',
          '? ',
          '\n',
          '\r\n',
          '  ',
          ' ',
          '\t',
          '[',
          ']',
          '{',
          '}',
          ',',
          "'",
          '"',
          '|',
          '>-',
          '#',
          '&x ',
          '*x',
          '!',
          '!!str ',
          '---\n',
          '...\n',
          '%YAML 1.2\n',
          '<<: ',
          '\\',
          '\\x41',
          '\ufeff',
          '\u{1f600}',
          '1',
          '~',
        ],
      ),
      { maxLength: 40 },
    );
    const anyText = fc.oneof(
      fragments.map((parts) => parts.join('')),
      fc.string({ unit: 'binary' }),
    );

    it('never throws, and every span is in the file', () => {
      fc.assert(
        fc.property(anyText, (text) => {
          const { value, diagnostics } = readYaml(sourceOf(text));
          for (const node of nodesOf(value)) {
            assertInFile(node.span);
            if (node.kind !== 'scalar') continue;
            assert.equal(node.pieces[0]?.start, 0);
            for (const piece of node.pieces) assert.ok(piece.offset >= 0 && piece.offset <= text.length);
          }
          for (const { span } of diagnostics) assertInFile(span);
        }),
        { numRuns: 2000 },
      );
    });

    it('reads what js-yaml loads', () => {
      fc.assert(
        fc.property(fc.jsonValue({ maxDepth: 4 }), fc.integer({ min: -1, max: 3 }), (value, flowLevel) => {
          // A number such as -0 has no distinct spelling in a dump.
          const text = dump(value, { flowLevel });
          const { value: root, diagnostics } = readYaml(sourceOf(text));
          assert.deepEqual(diagnostics, []);
          assert.deepEqual(JSON.stringify(plainValue(root)), JSON.stringify(load(text)));
        }),
        { numRuns: 500 },
      );
    });

    it('reads JSON', () => {
      fc.assert(
        fc.property(fc.json(), (text) => {
          const { value: root, diagnostics } = readYaml(sourceOf(text));
          assert.deepEqual(diagnostics, []);
          assert.deepEqual(JSON.stringify(plainValue(root)), JSON.stringify(load(text)));
        }),
        { numRuns: 500 },
      );
    });
  });
});
