import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { printPattern } from '../../../lib/rewrite/print-rules.js';
import { rulesOf } from '../../../lib/rewrite/rule.js';
import { rulesInOrder, type SearchStep, searchSteps } from '../../../lib/rewrite/rule-order.js';
import { parseRules } from '../../support/language.js';
import { channel, hostTable, linesOf } from './fixture.js';

const patterns = [
  '.',
  '$!',
  '$%',
  '[*.*.*.*]',
  '[]',
  '[10.]',
  '[10.1.]',
  '[10.1.2.3]',
  '.c',
  '*.*.c',
  '.b.c',
  '*.b.c',
  '*.*.*',
  'a.b.c',
  'A.b.c',
  '[IPv6:2001:]',
  '[IPv6:2001:db8:]',
  '$*',
  't|a.b.c',
  't|.',
];

function rulesFrom(order: readonly string[]) {
  return rulesOf(parseRules(linesOf(order.map((pattern) => `${pattern} $U@x$E\n`).join(''))).value);
}

function printed(rules: ReturnType<typeof rulesFrom>): string[] {
  return rules.map(({ pattern }) => printPattern(pattern));
}

describe('rulesInOrder', () => {
  it('puts the most specific patterns first, whatever the order of the file', () => {
    assert.deepEqual(printed(rulesInOrder(rulesFrom(patterns))), [
      '$*',
      'a.b.c',
      'A.b.c',
      '*.b.c',
      '.b.c',
      '*.*.c',
      '.c',
      '*.*.*',
      '[10.1.2.3]',
      '[IPv6:2001:db8:]',
      '[10.1.]',
      '[IPv6:2001:]',
      '[10.]',
      '[]',
      '[*.*.*.*]',
      '.',
      '$%',
      '$!',
      't|a.b.c',
      't|.',
    ]);
  });

  it('keeps the order of the file between rules with one pattern', () => {
    const rules = rulesFrom(['.', 'B.c', '.', 'b.c', 'a.c', 'b.c']);
    assert.deepEqual(
      rulesInOrder(rules).map((rule) => rules.indexOf(rule)),
      [1, 3, 5, 4, 0, 2],
    );
  });

  it('agrees with what is tried for a host', () => {
    const hosts = [
      'a.b.c',
      'x.b.c',
      'x.y.c',
      'x.y.z',
      'c',
      '[10.1.2.3]',
      '[10.1.9.9]',
      '[192.0.2.1]',
      '[IPv6:2001:db8::1]',
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(patterns), fc.constantFrom(...hosts), (order, host) => {
        const rules = rulesFrom(order);
        const all = rulesInOrder(rules);
        const steps = searchSteps(rules, hostTable(), false, host);
        const places = steps.map((step) => (step.kind === 'rule' ? all.indexOf(step.rule) : -1));
        assert.deepEqual(
          places,
          [...places].sort((one, other) => one - other),
        );
        assert.ok(!places.includes(-1));
      }),
      { numRuns: 300 },
    );
  });
});

function stepText(step: SearchStep): string {
  switch (step.kind) {
    case 'rule':
      return printPattern(step.rule.pattern);
    case 'domain-database':
      return `database ${step.key}`;
    case 'channel-table':
      return `channel ${step.channel}`;
  }
}

describe('searchSteps', () => {
  it('consults the channel table before `.`, and the domain database after each pattern', () => {
    const rules = rulesFrom(['.b', '.', '$%']);
    const steps = searchSteps(rules, hostTable(['a.b', channel('tcp_x')]), true, 'a.b');
    assert.deepEqual(steps.map(stepText), [
      'database a.b',
      '.b',
      'database .b',
      'channel tcp_x',
      '.',
      'database .',
      '$%',
    ]);
  });
});
