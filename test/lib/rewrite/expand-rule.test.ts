/*
 * What an address must never add to a template: separators, substitutions, controls or fields of a probe.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { heldBar } from '../../../lib/address/bar.js';
import { brief, channel, compiled, type FakeTable, hostTable, rewrite } from './fixture.js';

const hosts = hostTable(['P', channel('process')], ['Q', channel('tcp_local')]);

// The address is split at its last at sign only, so each of these is one local part.
const hostileLocalParts = [
  'a%b',
  'a%b%c',
  '"a@b"',
  '"a%b@Q"',
  'a\\@b',
  'a$b',
  'a$%b',
  '$U',
  '$H',
  '$$',
  '$',
  'a$(secret)',
  '"$(secret)"',
  'a${T,x}',
  'a)b',
  '"a)%b@Q"',
  'a}b',
  'a$Tq|',
  'a$E$B',
  'a$?gone',
  'a!b',
  'a|b',
  '"a b"',
  "__proto__'",
];

describe('a hostile local part', () => {
  for (const user of hostileLocalParts) {
    it(`\`${user}\` stays unchanged in a template`, () => {
      const result = rewrite(compiled('x.com $U%y.com@P'), `${user}@x.com`, { hosts });
      assert.equal(brief(result), `${user}@y.com via P on process`);
    });

    it(`\`${user}\` is an unchanged key, and stays unchanged in the answer`, () => {
      const general = new Map([[user.toLowerCase(), '$U%y.com@P']]);
      const result = rewrite(compiled('x.com $($U)'), `${user}@x.com`, { hosts, general });
      assert.equal(brief(result), `${user}@y.com via P on process`);
    });

    it(`\`${user}\` without an entry fails the rule`, () => {
      const rules = compiled('x.com $($U)', 'x.com $U%x.com@Q');
      const general = new Map([['secret', 'victim%evil@P']]);
      const result = rewrite(rules, `${user}@x.com`, { hosts, general });
      assert.equal(brief(result), `${user}@x.com via Q on tcp_local`);
    });

    it(`\`${user}\` returned by a mapping table is only text`, () => {
      const tables = new Map<string, FakeTable>([['ECHO', (probe) => ({ output: probe, flags: 'Y' })]]);
      const general = new Map([['secret', 'victim%evil@P']]);
      const rules = compiled('x.com ${ECHO,$U}@Q');
      const result = rewrite(rules, `${user}@x.com`, { hosts, tables, general });
      assert.equal(brief(result), `${user}@Q via Q on tcp_local`);
    });
  }

  it('returned by a table inside a look-up is only text of the key', () => {
    const tables = new Map<string, FakeTable>([['ECHO', (probe) => ({ output: `k-${probe}`, flags: 'Y' })]]);
    const general = new Map([['k-a$u%b', 'found%y.com@P']]);
    const result = rewrite(compiled('x.com $(${ECHO,$U})'), 'a$U%b@x.com', { hosts, tables, general });
    assert.equal(brief(result), 'found@y.com via P on process');
  });

  it('does not affect the separators of the table', () => {
    const tables = new Map<string, FakeTable>([['T', (probe) => ({ output: `${probe}%$H@P`, flags: 'Y' })]]);
    const result = rewrite(compiled('x.com ${T,$U}', '.y ${T,$U}'), 'bob@h.y', { hosts, tables });
    assert.equal(brief(result), 'bob@h via P on process');
  });

  it('holds its own bars in the argument of a table, not those of the template', () => {
    const probes: string[] = [];
    const tables = new Map<string, FakeTable>([
      [
        'T',
        (probe) => {
          probes.push(probe);
          return { output: probe, flags: 'Y' };
        },
      ],
    ]);
    const result = rewrite(compiled('x.com ${T,$U|$D}@Q'), 'a|b@x.com', { hosts, tables });
    assert.deepEqual(probes, [`a${heldBar}b|x.com`]);
    assert.equal(brief(result), 'a|b|x.com@Q via Q on tcp_local');
  });

  it('has its bars in a key', () => {
    const general = new Map([['a|b', '$U%y.com@P']]);
    const result = rewrite(compiled('x.com $($U)'), `a${heldBar}b@x.com`, { hosts, general });
    assert.equal(result.kind, 'routed');
  });
});

describe('a look-up', () => {
  const lookups: readonly (readonly [string, string, string])[] = [
    ['$($U)', 'jdoe%other.com@P', 'jdoe@other.com via P on process'],
    ['$($U)', 'jdoe@Q', 'jdoe@Q via Q on tcp_local'],
    ['$($U)%other.com@P', 'jdoe', 'jdoe@other.com via P on process'],
    ['$U%$($U)@P', 'other.com', 'bob@other.com via P on process'],
    ['$U%x@$($U)', 'P', 'bob@x via P on process'],
    ['$($U)', 'a$%b$@c$$%other.com@P', 'a%b@c$@other.com via P on process'],
    ['$^$($U)@P', 'jdoe%$H$D', 'JDOE@X.COM via P on process'],
    ['$($U)', 'jdoe%other.com@P$E$F', 'jdoe@other.com via P on process'],
    ['$($U)', 'jdoe%other.com@P$B', 'bob@x.com via x.com: no rule'],
    ['$($U)', ' jdoe%other.com@P ', 'jdoe@other.com via P on process'],
    ['$($U)', '"j doe"%other.com@P', '"j doe"@other.com via P on process'],
  ];
  for (const [template, value, wanted] of lookups) {
    it(`\`${template}\` that answers \`${value}\` gives ${wanted}`, () => {
      const general = new Map([['bob', value]]);
      assert.equal(brief(rewrite(compiled(`x.com ${template}`), 'bob@x.com', { hosts, general })), wanted);
    });
  }

  it('that returns itself terminates', () => {
    const tables = new Map<string, FakeTable>([['T', () => ({ output: '${T,x}', flags: 'Y' })]]);
    const result = rewrite(compiled('x.com $U@Q${T,x}'), 'bob@x.com', { hosts, tables });
    assert.equal(brief(result), 'failed: the answer of the mapping table `T` nests look-ups too deep');
  });

  it('can contain a tag and an error text', () => {
    const general = new Map([['bob', '$U%y.com$Tt|$?not here']]);
    const result = rewrite(compiled('x.com $($U)', 't|y.com $U@nowhere'), 'bob@x.com', { hosts, general });
    assert.equal(result.kind, 'no-channel');
    if (result.kind === 'no-channel') assert.deepEqual([result.host, result.text], ['nowhere', 'not here']);
  });

  it('without a dollar reads like one that begins with `$_`, which changes nothing', () => {
    const pieces = fc.constantFrom('a', 'B.c', '%', '@', 'P', 'y.com', ' ', '"', '\\', '|', '!', '.');
    const answers = fc.array(pieces, { maxLength: 9 }).map((parts) => parts.join('').trim());
    fc.assert(
      fc.property(
        answers,
        fc.constantFrom('$($U)', '$\\$($U)@P', 'a%$($U)', '${T,$($U)}'),
        (text, template) => {
          const tables = new Map<string, FakeTable>([['T', (probe) => ({ output: probe, flags: 'Y' })]]);
          const answer = (value: string) =>
            rewrite(compiled(`x.com ${template}`), 'bob@x.com', {
              hosts,
              tables,
              general: new Map([['bob', value]]),
            });
          const form = template.includes('$\\') ? '$\\' : '$_';
          const shown = (value: string) => JSON.stringify(answer(value)).replaceAll(form, '');
          assert.equal(shown(text), shown(form + text));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
