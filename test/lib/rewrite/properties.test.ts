import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { extractHost, joinAddress, splitForRewrite } from '../../../lib/rewrite/extract-host.js';
import { rulesOf } from '../../../lib/rewrite/rule.js';
import { compileRules } from '../../../lib/rewrite/rule-index.js';
import { parseRules, printRules, probesFor } from '../../support/language.js';
import { brief, channel, compiled, type FakeTable, hostTable, linesOf, rewrite } from './fixture.js';

/** A value without its places. */
function shape(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, member: unknown) => (key === 'span' ? undefined : member)));
}

const pieces = [
  ...['$U', '$0U', '$1U', '$D', '$1D', '$H', '$2H', '$L', '$W', '$$', '$%', '$@', '$\\', '$^', '$_'],
  ...['$&0', '$!1', '$*0', '$#1', '$(', ')', '${T,', '}', '$E', '$B', '$F', '$R', '$S', '$A', '$P', '$X'],
  ...['$Mtcp_local', '$Nl', '$Qx', '$Cy', '$Tt|', '$?no such', '$4001002?later', '$1M', '$1N', '$[', '$]'],
  ...['$[IMTA_LIBUTIL,hostName,', ']'],
  ...['%', '@', 'a', 'b.c', '.', ' ', '$', '|', '"', '!', '$V', '1', '\\', '\t'],
];
const templates = fc.array(fc.constantFrom(...pieces), { maxLength: 10 }).map((parts) => parts.join(''));
const patterns = fc.oneof(
  fc.constantFrom(
    'a',
    'b.c',
    '.c',
    '*.c',
    '.',
    '$%',
    '$!',
    '$*',
    '[]',
    '[1.2.]',
    't|.',
    't|a',
    '*',
    '[x',
    'a..b',
  ),
  fc.string({ maxLength: 6 }),
);
const ruleLines = fc.tuple(patterns, templates).map(([pattern, template]) => `${pattern}  ${template}`);
const files = fc.array(fc.oneof(ruleLines, fc.constant('! a comment'), fc.string()), { maxLength: 6 });

const addressPieces = [
  'u',
  'a',
  'b.c',
  '[1.2.3.4]',
  '@',
  '%',
  '%%',
  '!',
  ':',
  ',',
  '"',
  '\\',
  '$U',
  '|',
  '.',
  'é',
];
const addresses = fc.oneof(
  fc.array(fc.constantFrom(...addressPieces), { maxLength: 12 }).map((parts) => parts.join('')),
  fc.string(),
);

describe('rewrite rules, whatever is written', () => {
  it('are read without throwing, and every place is in the file', () => {
    fc.assert(
      fc.property(files, (lines) => {
        const text = lines.join('\n');
        for (const { span } of parseRules(linesOf(text)).diagnostics) {
          assert.ok(span.offset >= 0 && span.offset <= text.length, `${span.offset} of ${text.length}`);
        }
      }),
    );
  });

  for (const line of ['%  $V$%', 'a  $U%b$Z$@.c', 'a  $E$V$H$%$H$U@b']) {
    it(`are read the same when printed: ${line}`, () => {
      const { value } = parseRules(linesOf(line));
      assert.equal(rulesOf(value).length, 1);
      assert.deepEqual(shape(parseRules(linesOf(printRules(value))).value), shape(value));
    });
  }

  it('are read the same when printed', () => {
    let rules = 0;
    fc.assert(
      fc.property(files, (lines) => {
        const { value } = parseRules(linesOf(lines.join('\n')));
        const again = parseRules(linesOf(printRules(value)));
        assert.deepEqual(shape(again.value), shape(value));
        rules += rulesOf(value).length;
      }),
      { numRuns: 500 },
    );
    assert.ok(rules > 100, `only ${rules} rules were free of errors`);
  });

  it('terminate for every address', () => {
    const hosts = hostTable(['a', channel('l')], ['b.c', channel('tcp_local')]);
    const tables = new Map<string, FakeTable>([['T', (probe) => ({ output: probe, flags: 'Y' })]]);
    const general = new Map([
      ['u', '$U%b.c'],
      ['a', 'x%a@b.c'],
    ]);
    const ends = new Set<string>();
    fc.assert(
      fc.property(files, addresses, (lines, address) => {
        const rules = compileRules(rulesOf(parseRules(linesOf(lines.join('\n'))).value));
        ends.add(rewrite(rules, address, { hosts, tables, general, domains: general }).kind);
      }),
      { numRuns: 2000 },
    );
    assert.ok(ends.has('routed') && ends.has('no-channel'));
  });

  it('are found by key, not one by one', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => `host${index}.com $U%b@c`);
    // With one step for each probe and each item, 100 steps are far fewer than there are rules.
    const result = rewrite(compiled(...many, 'last.com $U%b@d'), 'u@last.com', { steps: 100 });
    assert.equal(brief(result), 'u@b via d: no channel');
  });

  it('cost little for a host of 2000 labels', () => {
    const host = `${'a.'.repeat(1999)}com`;
    const result = rewrite(compiled('*.com $U@wrong', '.com $U@wrong', '. $U%$H@x'), `u@${host}`, {
      steps: 20,
    });
    assert.equal(brief(result), `u@${host} via x: no channel`);
  });
});

describe('an address, whatever is written', () => {
  it('is put together as it was', () => {
    fc.assert(
      fc.property(addresses, (text) => {
        const joined = joinAddress(splitForRewrite(text));
        assert.equal(joined, text);
      }),
    );
  });

  it('loses a host each time its first one is removed', () => {
    fc.assert(
      fc.property(addresses, fc.boolean(), (text, bangFirst) => {
        let address = splitForRewrite(text);
        for (let left = text.length; ; left -= 1) {
          const found = extractHost(address, bangFirst);
          if (found === undefined) break;
          assert.ok(left > 0);
          assert.notEqual(found.host, '');
          address = found.rest;
        }
      }),
    );
  });

  it('has distinct probes, and the last is the catch-all', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.domain(),
          fc.ipV4().map((ip) => `[${ip}]`),
          fc.ipV6().map((ip) => `[IPv6:${ip}]`),
        ),
        (host) => {
          const probes = probesFor(host).map((probe) => probe.pattern);
          assert.equal(new Set(probes).size, probes.length);
          assert.equal(probes.at(-1), '.');
        },
      ),
    );
  });

  it('gets its host back from the two parts of a probe', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.domain(),
          fc.ipV4().map((ip) => `[${ip}]`),
        ),
        (host) => {
          for (const probe of probesFor(host).slice(0, -1)) assert.equal(probe.host + probe.domain, host);
        },
      ),
    );
  });
});
