/*
 * The purpose of each built-in entry: the audit finds the hole without it, or the entry closes none.
 *
 * Entries 1 to 4 remove hops through our own hosts from an address, entries 11 and 12 permit. None of them refuses, so
 * without one of them as much or more is refused. For 11 and 12 that is obvious: whatever they match, 13 matches too.
 * For 1 to 4 it holds because an address that is refused once a hop is removed is also refused with the hop in it: what
 * 5 and 6 look for is left of the hop, and 5 also finds the percent sign of the hop; for 7 to 10 the hop is inside the
 * quotes, whose ends stay; for 13 the route in front stays, and the domain at the end. A search through all short local
 * parts confirms it.
 */
import assert from 'node:assert/strict';
import { parsePath } from '../../../../lib/address/parse-path.js';
import { decideForm } from '../../../../lib/decide/built-in-pass.js';
import { absent, driveNow } from '../../../../lib/engine/lookup.js';
import type { CompiledPolicy } from '../../../../lib/policy/compile-policy.js';
import type { Policy } from '../../../../lib/policy/policy.js';
import { sessionOf } from '../../decide/session-of.js';
import { plainEnvironment } from '../../policy/policy-of.js';
import { leaksOf, without, witness } from './audit-of.js';
import { type SiteName, siteOf } from './sites.js';

/** An entry, and an address that leaks without it, at a site and with settings; null if there is none. */
type Row = readonly [entry: string, witness: string | null, site?: SiteName, yaml?: string];

const pmdf = 'built_in_source_routes: pmdf\n';
const followed = `${pmdf}source_routes: follow\n`;

const rows: readonly Row[] = [
  ['built-in:1', null],
  ['built-in:2', null],
  ['built-in:3', null],
  ['built-in:4', null],
  ['built-in:5', 'victim%relay-audit.example@any-host.domain.com', 'example', pmdf],
  ['built-in:6', 'relay-audit.example!victim@any-host.domain.com', 'example', pmdf],
  ['built-in:7', '"victim@relay-audit.example"@domain.com', 'example', pmdf],
  ['built-in:8', '"victim@relay-audit.example"@any-host.domain.com', 'example', pmdf],
  ['built-in:9', '@domain.com:"victim@relay-audit.example"@domain.com', 'example', pmdf],
  ['built-in:10', '@any-host.domain.com:"victim@relay-audit.example"@any-host.domain.com', 'example', pmdf],
  ['built-in:11', null],
  ['built-in:12', null],
  // If routes are removed the site's own entry refuses.
  ['built-in:13', '@any-host.domain.com:victim@relay-audit.example', 'example', followed],
  ['built-in:strict-1', 'victim%relay-audit@any-host.domain.com', 'example', ''],
  ['built-in:strict-2', 'relay-audit!victim@any-host.domain.com', 'example', ''],
  ['built-in:strict-3', '"victim@relay-audit.example"@hub.example', 'hub', ''],
  ['built-in:strict-4', '"victim%relay-audit"@domain.com', 'example', ''],
  // It limits the work; without it every host is looked up, and found to be outside.
  ['built-in:strict-5', null],
];

/** Leaks without an entry that do not exist with it. */
function opened(compiled: CompiledPolicy, entry: string): readonly string[] {
  const known = new Set(leaksOf(compiled).map(witness));
  return leaksOf(compiled, entry)
    .filter((leak) => !known.has(witness(leak)))
    .map(({ address }) => address);
}

/** Parts of local parts: hosts outside and inside, and all routing characters. */
const pieces = ['v', '%', '!', '@', 'evil.example', 'evil', 'domain.com', 'milan'] as const;
const longest = 4;

function* localParts(length: number): Generator<string> {
  if (length === 0) yield '';
  else for (const front of localParts(length - 1)) for (const piece of pieces) yield front + piece;
}

function isRefused(policy: Policy, to: string): boolean | null {
  const parsed = parsePath(`<${to}>`);
  if (parsed.kind !== 'path' || parsed.path.kind !== 'address') return null;
  const { address } = parsed.path;
  const form = decideForm(policy, sessionOf(), 'a@b.example', address, plainEnvironment());
  return driveNow(form, () => absent).verdict.kind === 'reject';
}

/** Every short address that the policy refuses for its form. */
function* refused(policy: Policy): Generator<string> {
  for (let length = 2; length <= longest; length += 1) {
    for (const localPart of localParts(length)) {
      for (const to of [
        `${localPart}@domain.com`,
        `"${localPart}"@domain.com`,
        `@r.example:${localPart}@milan`,
      ]) {
        if (isRefused(policy, to) === true) yield to;
      }
    }
  }
}

describe('the relay audit with a built-in entry left out', function () {
  this.timeout(60_000);

  for (const [entry, expected, site = 'example', yaml = pmdf] of rows) {
    if (expected === null) continue;
    it(`finds ${expected} without ${entry}`, () => {
      const found = opened(siteOf(site, yaml), entry);
      assert.ok(found.includes(expected), `found only ${found.slice(0, 5).join(' ')}`);
    });
  }

  for (const [entry, expected] of rows) {
    if (expected !== null) continue;
    it(`finds no hole without ${entry}, which refuses nothing that others do not`, () => {
      for (const site of ['example', 'hub', 'milan'] as const) {
        for (const yaml of entry.startsWith('built-in:strict') ? [''] : [pmdf, followed]) {
          assert.deepEqual(opened(siteOf(site, yaml), entry), []);
        }
      }
    });
  }

  it('covers each entry', () => {
    const entries = [
      ...Array.from({ length: 13 }, (_, index) => `built-in:${index + 1}`),
      ...siteOf('example', '').policy.strictPlaces,
    ];
    assert.deepEqual(
      rows.map(([entry]) => entry),
      entries,
    );
  });

  it('is right about the entries that refuse nothing: no short address is a counterexample', () => {
    const { policy } = siteOf('milan', pmdf);
    const addresses = [...refused(policy)];
    assert.ok(addresses.length > 1_000, `${addresses.length} refused`);
    for (const entry of [1, 2, 3, 4, 11, 12].map((number) => `built-in:${number}`)) {
      const lesser = without(entry, policy);
      assert.deepEqual(addresses.filter((to) => isRefused(lesser, to) === false).slice(0, 5), [], entry);
    }
  });
});
