/*
 * The work that the proof takes for large policies of ordinary shape: it grows with the policy, not with its square.
 */
import assert from 'node:assert/strict';
import { absent, driveNow } from '../../../../lib/engine/lookup.js';
import { OverlappingPatterns } from '../../../../lib/proof/relay/overlapping-patterns.js';
import { proveRelaying } from '../../../../lib/proof/relay/prove-relaying.js';
import type { RulePattern } from '../../../../lib/rewrite/index.js';
import { cnf, type LargeSite, mappings } from '../../../bench/prove/large-site.js';
import { plainEnvironment, policyOf } from '../../policy/policy-of.js';

const limit = 10_000_000;

function prove(site: LargeSite, values: readonly string[] = []) {
  const compiled = policyOf({ cnf: cnf(site), mappings: mappings(site) });
  const work = { left: limit };
  const entries = values.map((value, index) => ({ key: `user${index}`, value }));
  const { channels } = driveNow(
    proveRelaying(compiled, () => plainEnvironment(1_000_000), work, { contents: () => entries }),
    () => absent,
  );
  return { answer: channels[0]?.answer, work: limit - work.left };
}

const small: LargeSite = { rules: 100, entries: 500, addresses: 0, hole: 'none' };

describe('the proof of a large policy', () => {
  it('takes work in proportion to rules and entries', () => {
    const one = prove(small);
    const four = prove({ ...small, rules: 400, entries: 2_000 });
    assert.deepEqual([one.answer, four.answer], ['proved', 'proved']);
    assert.ok(four.work < 5 * one.work, `${four.work} steps after ${one.work}`);
  });

  it('finds a hole in the last entry', () => {
    assert.equal(prove({ ...small, hole: 'entry' }).answer, 'relays');
  });

  it('does not decide where too many values of the general database are templates', () => {
    const values = Array.from({ length: 10_001 }, (_, index) => `$U%x${index}.example@PROCESS-DAEMON`);
    assert.equal(prove(small, values).answer, 'not-decided');
  });
});

describe('patterns that overlap', () => {
  const pattern = (kind: RulePattern['kind'], text: string, place: number) => ({
    pattern: { kind, text },
    place,
    exact: kind === 'host' ? text : null,
  });
  const all = [
    pattern('host', 'a.b.example', -1),
    pattern('host', 'b.example', -1),
    pattern('host', '[10.1.2.3]', -1),
    pattern('stars', '*.c.b.example', 494),
    pattern('suffix', '.c.b.example', 495),
    pattern('literal-prefix', '[10.1.2.]', 494),
    pattern('literal-prefix', '[10.1.]', 496),
    pattern('suffix', '.b.example', 497),
    pattern('suffix', '.other.example', 497),
    pattern('any-literal', '[]', 899),
  ];
  const overlapping = new OverlappingPatterns(all);
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['a.b.example', []],
    ['.c.b.example', ['*.c.b.example']],
    ['.b.example', ['.c.b.example', 'a.b.example', '*.c.b.example']],
    ['.other.example', []],
    ['[10.1.2.]', ['[10.1.2.3]']],
    ['[10.1.]', ['[10.1.2.3]', '[10.1.2.]']],
    ['[]', all.slice(0, -1).map((one) => one.pattern.text)],
  ];
  for (const [text, before] of rows) {
    it(`${text} has ${before.length} before it`, () => {
      const one = all.find((each) => each.pattern.text === text);
      assert.ok(one !== undefined);
      const found = overlapping.before(one).map((each) => each.pattern.text);
      assert.deepEqual(found.toSorted(), before.toSorted());
    });
  }
});
