/*
 * Expansion on random graphs of aliases and forwardings: it terminates, finds what a plain search finds, and returns no
 * address twice.
 */

import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { holdBars } from '../../../lib/address/bar.js';
import { StepBudget } from '../../../lib/engine/environment.js';
import { absent, driveNow, found, type Lookup } from '../../../lib/engine/lookup.js';
import {
  type AliasResult,
  type ExpansionSources,
  expandAddress,
  type Rewritten,
} from '../../../lib/forwarding/expand.js';
import { createMappings } from '../../../lib/mapping/compile-tables.js';
import { bindMappings, createAliasTable } from '../../support/language.js';
import { tableOf } from '../mapping/make.js';
import { parseText } from './make.js';

/** Names and their members. */
type Graph = ReadonlyMap<string, readonly string[]>;

interface World {
  readonly file?: Graph;
  readonly database?: Graph;
  readonly forward?: Graph;
  readonly depth?: number;
  readonly most?: number;
  readonly steps?: number;
  readonly mapping?: readonly (readonly [string, string])[];
}

function textOf(graph: Graph): string {
  return [...graph].map(([name, values]) => `${name}: ${values.join(', ')}\n`).join('');
}

/** Bare names are of this host; every address is on one channel with aliases, `x.org` outside on another. */
function* rewrite(address: string): Lookup<Rewritten> {
  // A real rewrite may do look-ups.
  yield { kind: 'database', database: 'general', key: address };
  const whole = address.includes('@') ? address : `${address}@domain.com`;
  const hasAliases = !whole.endsWith('@x.org');
  const channel = hasAliases ? 'l' : 'tcp_local';
  const routed = {
    address: holdBars(whole),
    channel,
    hasAliases,
    matching: 'exact',
    needsAlias: false,
    looksUp: false,
  } as const;
  return { kind: 'routed', routed };
}

function expand(start: string, world: World): AliasResult {
  const environment = {
    random: () => 0,
    uniqueString: () => 'u',
    budget: new StepBudget(world.steps ?? 1_000_000),
  };
  const mappings = createMappings(world.mapping === undefined ? [] : [tableOf('FORWARD', world.mapping)]);
  const expansionWorld: ExpansionSources = {
    aliases: {
      file: createAliasTable(parseText(textOf(world.file ?? new Map())).value),
      hasDatabase: world.database !== undefined,
      urls: { urls: [], depth: 5, most: 100, upperDomainOf: () => null },
    },
    rewrite,
    lookUp: () => {
      throw new Error('no address is on a directory channel');
    },
    applyMapping: bindMappings(mappings, environment),
    inputFlags: new Set(),
    hasDatabase: world.forward !== undefined,
    depth: world.depth ?? 10,
    most: world.most ?? 1000,
    environment,
  };
  const routed = {
    address: holdBars(`${start}@domain.com`),
    channel: 'l',
    hasAliases: true,
    matching: 'exact',
    needsAlias: false,
    looksUp: false,
  } as const;
  return driveNow(expandAddress(routed, expansionWorld), (request) => {
    if (request.kind !== 'database') return absent;
    const graph = request.database === 'alias' ? world.database : world.forward;
    const key = request.key.toLowerCase().replace(/@domain\.com$/, '');
    // The alias database is queried for the whole address first; the answer to the local part is enough.
    const values = request.database === 'alias' && request.key.includes('@') ? undefined : graph?.get(key);
    return values === undefined ? absent : found(values.join(', '));
  });
}

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'] as const;
const name = fc.constantFrom(...names);
const target = fc.oneof(
  { weight: 3, arbitrary: name },
  { weight: 2, arbitrary: fc.constantFrom('p@x.org', 'q@x.org', 'r@x.org') },
);
const graph: fc.Arbitrary<Graph> = fc
  .array(fc.tuple(name, fc.array(target, { minLength: 1, maxLength: 4 })), { maxLength: 7 })
  .map((pairs) => new Map(pairs));
const single: fc.Arbitrary<Graph> = fc
  .array(fc.tuple(name, target), { maxLength: 7 })
  .map((pairs) => new Map(pairs.map(([one, other]) => [one, [other]])));

/** The result of a plain search in an alias file; null if it meets a loop. */
function reached(graph: Graph, start: string): Set<string> | null {
  const finals = new Set<string>();
  const search = (address: string, path: readonly string[]): boolean => {
    if (path.includes(address)) return false;
    const values = graph.get(address);
    if (values === undefined) {
      finals.add(address.includes('@') ? address : `${address}@domain.com`);
      return true;
    }
    return values.every((value) => {
      if (value !== address) return search(value, [...path, address]);
      finals.add(`${address}@domain.com`);
      return true;
    });
  };
  return search(start, []) ? finals : null;
}

describe('expandAddress', () => {
  it('finds what a plain search finds, and refuses exactly if that meets a loop', () => {
    fc.assert(
      fc.property(graph, (file) => {
        const expansion = expand('a', { file });
        const wanted = reached(file, 'a');
        if (wanted === null) assert.equal(expansion.kind, 'refused');
        else {
          assert.equal(expansion.kind, 'expanded');
          const addresses = expansion.kind === 'expanded' ? expansion.addresses : [];
          assert.deepEqual(addresses.map(({ address }) => address).sort(), [...wanted].sort());
        }
      }),
      { numRuns: 500 },
    );
  });

  it('terminates on any graph of aliases and forwardings, without a duplicate', () => {
    fc.assert(
      fc.property(graph, graph, single, (file, database, forward) => {
        const expansion = expand('a', { file, database, forward, steps: 20_000 });
        assert.notEqual(expansion.kind, 'failed');
        if (expansion.kind !== 'expanded') return;
        const keys = expansion.addresses.map(({ address, channel }) => `${channel} ${address}`);
        assert.equal(new Set(keys).size, keys.length);
        assert.ok(keys.length > 0);
      }),
      { numRuns: 500 },
    );
  });

  it('expands many lists that share their members in few steps', () => {
    const wide = new Map<string, string[]>();
    for (let level = 0; level < 8; level += 1) {
      const next = Array.from({ length: 30 }, (_, n) => `l${level + 1}n${n}`);
      for (let n = 0; n < 30; n += 1) wide.set(`l${level}n${n}`, next);
    }
    const expansion = expand('l0n0', { file: wide, steps: 50_000 });
    assert.equal(expansion.kind === 'expanded' ? expansion.addresses.length : expansion.kind, 30);
  });

  it('stops at the limit without expanding the rest of a list', () => {
    const members = Array.from({ length: 50_000 }, (_, n) => `m${n}@x.org`);
    const expansion = expand('all', { file: new Map([['all', members]]), most: 10, steps: 1_000 });
    assert.equal(expansion.kind, 'refused');
  });

  it('names a loop in full', () => {
    const loop = new Map(['a', 'b', 'c'].map((one, n) => [one, [['b', 'c', 'a'][n] ?? '']]));
    const expansion = expand('a', { file: loop });
    assert.equal(
      expansion.kind === 'refused' ? expansion.reply.text : expansion.kind,
      'forwarding loop: a@domain.com -> b@domain.com -> c@domain.com -> a@domain.com',
    );
  });

  it('lets an entry of each source include itself', () => {
    const self = new Map([['a', ['a']]]);
    const expansion = expand('a', { file: self, database: self });
    assert.deepEqual(expansion.kind === 'expanded' && expansion.addresses, [
      { address: 'a@domain.com', channel: 'l' },
    ]);
  });

  it('stops a mapping that keeps making new addresses', () => {
    const expansion = expand('a', { mapping: [['*', '$Y$Dx$0']] });
    assert.equal(expansion.kind === 'refused' ? expansion.reply.enhanced : expansion.kind, '5.4.6');
  });
});
