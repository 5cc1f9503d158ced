/*
 * The relay table and the built-in entries, run by the mapping engine.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { needsBuiltInPass } from '../../../lib/access/built-in-entries.js';
import { builtInMappingTable, builtInTable } from '../../../lib/access/built-in-table.js';
import { decideTable } from '../../../lib/access/decide-access.js';
import { decideSourceRoutes } from '../../../lib/access/decide-source-routes.js';
import { printAddress, splitAddress } from '../../../lib/address/address.js';
import type { ApplyMapping } from '../../../lib/mapping/mapping.js';
import { run } from './answers.js';
import { sendProbe } from './probe-facts.js';
import { type RelayProbe, relayEntries, relayProbes } from './relay-probes.js';
import { applyPairs, applyTables } from './tables-of.js';

const table = 'ORIG_SEND_ACCESS';

function ask(apply: ApplyMapping, askedAs: string, probe: string) {
  const address = 'x@y';
  return run(decideTable(apply, { table, askedAs, probe, inputFlags: new Set(), address }));
}

function outcomeOf(decision: ReturnType<typeof ask>): RelayProbe['outcome'] {
  if (decision.verdict.kind !== 'accept') return 'rejects';
  return decision.outcome.explicitPermit ? 'permits' : 'passes';
}

describe('relay table', () => {
  const apply = applyPairs(table, relayEntries);
  for (const { probe, entries, outcome, final } of relayProbes) {
    it(`${outcome} ${probe}`, () => {
      const decision = ask(apply, table, probe);
      assert.equal(outcomeOf(decision), outcome);
      assert.deepEqual(
        decision.entries,
        entries.map((number) => `mappings:${number}`),
      );
      assert.equal(decision.outcome.text, outcome === 'rejects' ? 'Relaying not permitted' : null);
      if (final !== undefined) {
        assert.equal(run(apply(table, probe, new Set()))?.output, final);
      }
    });
  }

  it('does not let a bar in live mail shift the fields', () => {
    const probe = sendProbe({
      sourceChannel: 'tcp_local',
      envelopeFrom: '"x|tcp_local|y"@ext.org',
      destinationChannel: 'l',
      envelopeTo: 'jane@domain.com',
    });
    assert.equal(ask(apply, table, probe).verdict.kind, 'accept');
  });

  it('shows general-database forwarding as relaying unless the process channel is between', () => {
    const probe = (sourceChannel: string, destinationChannel: string): string =>
      sendProbe({ sourceChannel, envelopeFrom: 'FROM', destinationChannel, envelopeTo: 'jdoe@other.com' });
    assert.equal(ask(apply, table, probe('tcp_local', 'tcp_local')).verdict.kind, 'reject');
    assert.equal(ask(apply, table, probe('tcp_local', 'process')).verdict.kind, 'accept');
    assert.equal(ask(apply, table, probe('process', 'tcp_local')).verdict.kind, 'accept');
  });
});

describe('table of built-in entries', () => {
  const parsed = builtInMappingTable(['tcp_local'], ['domain.com']);
  const apply = applyTables([parsed.value]);

  it('has no errors', () => {
    assert.deepEqual(parsed.diagnostics, []);
    assert.equal(parsed.value.entries.length, 13);
  });

  for (const { probe, entries, outcome } of relayProbes.filter((one) => !one.entries.includes(14))) {
    it(`${outcome} ${probe}`, () => {
      const decision = ask(apply, builtInTable, probe);
      assert.equal(outcomeOf(decision), outcome);
      assert.deepEqual(
        decision.entries,
        entries.map((number) => `built-in:${number}`),
      );
    });
  }

  it('covers every local domain and every source channel', () => {
    const several = builtInMappingTable(['tcp_local', 'tcp_tls'], ['one.example', 'two.example']);
    const bound = applyTables([several.value]);
    const cases = [
      ['tcp_local', 'a%x.two.example%y.one.example@one.example', ['built-in:1', 'built-in:1']],
      ['tcp_tls', 'v%evil.com%two.example@one.example', ['built-in:2', 'built-in:5']],
      ['tcp_tls', '@evil.com:v@x.two.example', ['built-in:11']],
      ['tcp_local', '"v@evil.com"@two.example', ['built-in:7']],
      ['tcp_auth', 'v%evil.com@one.example', []],
    ] as const;
    for (const [sourceChannel, envelopeTo, entries] of cases) {
      const probe = sendProbe({
        sourceChannel,
        envelopeFrom: 'a@ext.org',
        destinationChannel: 'l',
        envelopeTo,
      });
      assert.deepEqual(ask(bound, builtInTable, probe).entries, entries, envelopeTo);
    }
  });

  it('works for names that need quoting', () => {
    const odd = builtInMappingTable(['tcp $%*x'], ['a$%*b.example']);
    assert.deepEqual(odd.diagnostics, []);
    const bound = applyTables([odd.value]);
    const decision = ask(bound, builtInTable, 'tcp $%*x|a@b|l|jane%h.a$%*b.example%x@other');
    assert.deepEqual(decision.entries, ['built-in:3']);
    assert.equal(ask(bound, builtInTable, 'tcp $%*x|a@b|l|v%evil.com@other').verdict.kind, 'reject');
  });

  it('reports a name that cannot be in a table', () => {
    assert.notDeepEqual(builtInMappingTable(['tcp_local'], ['a\nb']).diagnostics, []);
  });

  it('is not consulted about probes that it could not match', () => {
    const part = fc.constantFrom('a', 'evil.com', 'domain.com', '.', '@', '%', '!', '"', ':', ',', '\\', '|');
    const localPart = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
    const domain = fc.constantFrom('domain.com', 'host.domain.com', 'evil.com', 'a', '[192.0.2.1]');
    const to = fc.record({ route: fc.constant([]), localPart, domain });
    fc.assert(
      fc.property(to, part, (address, from) => {
        fc.pre(!needsBuiltInPass(address));
        const probe = sendProbe({
          sourceChannel: 'tcp_local',
          envelopeFrom: `${from}%x.y@z`,
          envelopeTo: printAddress(address),
        });
        assert.deepEqual(ask(apply, builtInTable, probe).entries, []);
      }),
      { numRuns: 500 },
    );
  });

  it('is followed by the stricter entries for the same address', () => {
    const decide = (mode: 'strict' | 'pmdf', asReceived: string) =>
      run(
        decideSourceRoutes({
          mode,
          to: splitAddress(asReceived),
          asReceived,
          sourceChannel: 'tcp_local',
          envelopeFrom: '',
          applyBuiltIn: apply,
          isOutside: function* (host) {
            const answer = yield { kind: 'database', database: 'domain', key: host };
            return answer.kind === 'absent' && !`.${host}`.endsWith('.domain.com');
          },
        }),
      ).verdict.place;
    const cases = [
      ['jane@domain.com', null, null],
      ['jane%host.domain.com@domain.com', 'built-in:1', 'built-in:1'],
      ['victim%intranet@domain.com', 'built-in:strict-1', null],
      ['victim%evil.com@domain.com', 'built-in:5', 'built-in:5'],
      ['victim%other.com%host.domain.com@domain.com', 'built-in:5', 'built-in:5'],
      ['jane%host.domain.com%other.com@domain.com', 'built-in:strict-1', 'built-in:3'],
      ['nick!victim@domain.com', 'built-in:strict-2', null],
      ['"victim%intranet"@domain.com', 'built-in:strict-4', null],
      ['@relay.org:jane@domain.com', 'built-in:12', 'built-in:12'],
      ['@relay.org:victim%intranet@domain.com', 'built-in:strict-1', 'built-in:12'],
    ] as const;
    for (const [address, strict, pmdf] of cases) {
      assert.equal(decide('strict', address), strict, address);
      assert.equal(decide('pmdf', address), pmdf, address);
    }
  });
});
