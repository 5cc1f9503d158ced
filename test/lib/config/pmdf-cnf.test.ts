import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type PmdfCnf, splitPmdfCnf } from '../../../lib/config/pmdf-cnf.js';
import { type Diagnostic, formatDiagnostic } from '../../../lib/text/diagnostic.js';
import { readLogicalLines } from '../../../lib/text/logical-lines.js';
import type { SourceFile } from '../../../lib/text/source.js';

const included: SourceFile = {
  name: 'internet.rules',
  shortName: 'internet.rules',
  text: '.com $U@X\n\nx\nX\n',
};

function split(text: string): PmdfCnf {
  const source = { name: 'pmdf.cnf', shortName: 'pmdf.cnf', text };
  return splitPmdfCnf(readLogicalLines(source, () => included).value, source);
}

function codes(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(({ severity, code }) => `${severity} ${code}`);
}

interface Case {
  readonly text: string;
  readonly rules: readonly string[];
  readonly blocks: readonly (readonly string[])[];
  readonly codes?: readonly string[];
}

const cases: readonly Case[] = [
  {
    text: 'a $U@a\n!note\nb $U@b\n\nl\nlocal-host',
    rules: ['a $U@a', '!note', 'b $U@b'],
    blocks: [['l', 'local-host']],
  },
  { text: 'host $U%a!b@c\n\nl\nh', rules: ['host $U%a!b@c'], blocks: [['l', 'h']] },
  {
    text: 'a $U@a\n\n\n \t\n\nl\nh\n\n\n\nx\nX\n\n',
    rules: ['a $U@a'],
    blocks: [
      ['l', 'h'],
      ['x', 'X'],
    ],
  },
  { text: 'a $U@a\r\n\r\nl\r\nh\r\n', rules: ['a $U@a'], blocks: [['l', 'h']] },
  {
    text: 'a $U@a\n\n! one\n\n! two\n\nl\n! in\nh\n! after\n\n! last',
    rules: ['a $U@a'],
    blocks: [['! one', '! two', 'l', '! in', 'h', '! after'], ['! last']],
  },
  {
    text: 'a $U@a\n<internet.rules\n\nl\nh',
    rules: ['a $U@a', '.com $U@X'],
    blocks: [
      ['x', 'X'],
      ['l', 'h'],
    ],
  },
  { text: 'a $U@a\n\\\n\nl\nh', rules: ['a $U@a'], blocks: [['l', 'h']] },
  { text: '\nl\nh', rules: [], blocks: [['l', 'h']], codes: ['warning cnf/no-rules'] },
  {
    text: '! head\n\na $U@a\n\nl\nh',
    rules: ['! head'],
    blocks: [['a $U@a'], ['l', 'h']],
    codes: ['warning cnf/no-rules'],
  },
  { text: 'a $U@a\nl\nh', rules: ['a $U@a', 'l', 'h'], blocks: [], codes: ['error cnf/no-channels'] },
  { text: 'a $U@a\n\n! none', rules: ['a $U@a'], blocks: [['! none']], codes: ['error cnf/no-channels'] },
  { text: '', rules: [], blocks: [], codes: ['error cnf/no-channels'] },
];

describe('splitPmdfCnf', () => {
  for (const { text, rules, blocks, codes: wanted = [] } of cases) {
    it(`splits ${JSON.stringify(text)}`, () => {
      const parts = split(text);
      assert.deepEqual(
        parts.ruleLines.map((line) => line.text),
        rules,
      );
      assert.deepEqual(
        parts.blocks.map((block) => block.map((line) => line.text)),
        blocks,
      );
      assert.deepEqual(codes(parts.diagnostics), wanted);
    });
  }

  it('points at the blank line that ends the rules too early', () => {
    const [found] = split('! head\n\na $U@a\n\nl\nh').diagnostics;
    assert.ok(found);
    assert.match(
      formatDiagnostic(found),
      /^pmdf\.cnf:2:1: warning: there is no rewrite rule before this blank line/,
    );
  });

  it('knows how channel blocks begin', () => {
    assert.match(
      split('a $U@a\nl\nh').diagnostics[0]?.hint ?? '',
      /^end the rewrite rules with a blank line/,
    );
    assert.match(split('a $U@a\n\n').diagnostics[0]?.hint ?? '', /^define at least/);
  });

  it('loses no line that is not blank', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('', ' ', '! c', 'a b', 'l')), (lines) => {
        const { ruleLines, blocks } = split(lines.join('\n'));
        const kept = [...ruleLines, ...blocks.flat()].map((line) => line.text);
        assert.deepEqual(
          kept,
          lines.filter((line) => line.trim() !== ''),
        );
      }),
    );
  });
});
