import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { type Candidate, Candidates } from '../../../lib/rewrite/candidates.js';
import type { HostPlace } from '../../../lib/rewrite/extract-host.js';
import { eachProbe, matchAllProbe, type Probe } from '../../../lib/rewrite/probe-order.js';
import { rulesOf } from '../../../lib/rewrite/rule.js';
import { compileRules, type RewriteRules } from '../../../lib/rewrite/rule-index.js';
import { parseRules } from '../../support/language.js';
import { linesOf } from './fixture.js';

/** A candidate as text, with the pattern of its rule and, except for the channel table, the parts of the host. */
function brief(
  tried: Candidate,
  { host, domain, literal }: Pick<Probe, 'host' | 'domain' | 'literal'>,
): string {
  if (tried === null) return 'channel table';
  const what = typeof tried === 'string' ? `key ${tried}` : tried.pattern;
  return `${what}: ${host} ${domain} ${literal}`;
}

/** The plain reading: every probe is looked up. */
function byProbes(
  rules: RewriteRules,
  { host, from }: { readonly host: string; readonly from: HostPlace },
  tag: string,
  domainDatabase: boolean,
): string[] {
  const found: string[] = [];
  const add = (probe: Probe, pattern: string): void => {
    for (const rule of rules.byPattern.get(tag + pattern) ?? []) found.push(brief(rule, probe));
  };
  add(matchAllProbe(host), '$*');
  for (const probe of eachProbe(host)) {
    if (probe.pattern === '.') found.push(brief(null, probe));
    add(probe, probe.pattern);
    if (domainDatabase && probe.domainDatabase) found.push(brief(tag + probe.pattern, probe));
  }
  if (from === 'percent') add(matchAllProbe(host), '$%');
  if (from === 'bang') add(matchAllProbe(host), '$!');
  return found;
}

/** All candidates, in the order in which they are tried. */
function candidatesFor(...about: ConstructorParameters<typeof Candidates>): string[] {
  const found: string[] = [];
  const candidates = new Candidates(...about);
  while (candidates.next()) found.push(brief(candidates.tried, candidates));
  assert.equal(candidates.next(), false);
  return found;
}

const label = fc.constantFrom('a', 'b', 'com', 'x-1', '10', 'b_c', 'Com', 'é');
const name = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join('.'));
const octet = fc.constantFrom('1', '2', '10', '255', '01');
const octets = fc.array(octet, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('.'));
const hosts = fc.oneof(
  name,
  octets.map((text) => `[${text}]`),
  fc.ipV4().map((text) => `[${text}]`),
  fc.ipV6().map((text) => `[IPv6:${text}]`),
  fc.tuple(octets, name).map(([text, rest]) => `[${text}].${rest}`),
  fc.constantFrom('', '.', '[]', 'a..b', '.a', 'a.', '$*', '[1.]', '*.com', `${'a.'.repeat(40)}com`),
  fc.string({ maxLength: 8 }),
);
const patterns = fc.oneof(
  name,
  name.map((text) => `.${text}`),
  octets.map((text) => `[${text}]`),
  octets.map((text) => `[${text}.]`),
  fc.constantFrom('.', '$*', '$%', '$!', '[]', '[IPv6:]', '[*.*.*.*]', '*.com', '*.*.com', '*'),
);
const places = fc.constantFrom<HostPlace>('route', 'at', 'percent', 'bang');

describe('what is tried for a host', () => {
  it('is what all probes of it find, in their order', () => {
    let tried = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('', 't|'), patterns), { maxLength: 12 }),
        fc.record({ host: hosts, from: places }),
        fc.constantFrom('', 't|'),
        fc.boolean(),
        (written, place, tag, domainDatabase) => {
          const text = written.map(([before, pattern]) => `${before}${pattern} $U@b`).join('\n');
          const rules = compileRules(rulesOf(parseRules(linesOf(text)).value));
          const found = candidatesFor(rules, place, tag, domainDatabase);
          assert.deepEqual(found, byProbes(rules, place, tag, domainDatabase));
          tried += found.length - 1;
        },
      ),
      { numRuns: 3000 },
    );
    assert.ok(tried > 2000, `only ${tried} rules and keys were tried`);
  });

  it('is the same for rules made of the parts of the host', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.domain(),
          fc.ipV4().map((text) => `[${text}]`),
        ),
        (host) => {
          const own = [...eachProbe(host)].map(({ pattern }) => `${pattern} $U@b`);
          const withoutStars = own.filter((line) => !line.includes('*'));
          for (const lines of [own, withoutStars]) {
            const rules = compileRules(rulesOf(parseRules(linesOf(lines.join('\n'))).value));
            const place = { host, from: 'at' } as const;
            const found = candidatesFor(rules, place, '', false);
            assert.equal(found.length, lines.length + 1);
            assert.deepEqual(found, byProbes(rules, place, '', false));
          }
        },
      ),
    );
  });
});
