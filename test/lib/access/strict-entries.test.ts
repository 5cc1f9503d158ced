/*
 * Our stricter entries, and the pass that leads to them.
 */
import assert from 'node:assert/strict';
import { decideSourceRoutes, type SourceRouteMode } from '../../../lib/access/decide-source-routes.js';
import { decideStrict } from '../../../lib/access/strict-entries.js';
import type { Address } from '../../../lib/address/address.js';
import type { Lookup } from '../../../lib/engine/lookup.js';
import type { TraceEvent } from '../../../lib/engine/trace.js';
import type { MappingResult } from '../../../lib/mapping/mapping.js';
import { always, answered, run, unmatched } from './answers.js';

function to(localPart: string, route: readonly string[] = []): Address {
  return { route, localPart, domain: 'domain.com' };
}

/** A fake without rewriting: hosts under domain.com are inside. */
function* isOutside(host: string): Lookup<boolean> {
  const answer = yield { kind: 'database', database: 'domain', key: host };
  return answer.kind === 'absent' && host !== 'domain.com' && !host.endsWith('.domain.com');
}

function strict(localPart: string) {
  return run(decideStrict({ to: to(localPart), isOutside }));
}

describe('stricter entries', () => {
  const cases: readonly (readonly [string, string | null])[] = [
    ['jane', null],
    ['jane+tag', null],
    ['"jane doe"', null],
    ['jane%host.domain.com', null],
    ['jane%HOST.Domain.com', null],
    ['host.domain.com!jane', null],
    ['"jane@host.domain.com"', null],
    ['victim%evil.example', 'built-in:strict-1'],
    ['victim%intranet', 'built-in:strict-1'],
    ['victim%evil%host.domain.com', 'built-in:strict-1'],
    ['victim%', 'built-in:strict-1'],
    ['evil!victim', 'built-in:strict-2'],
    ['evil!victim%host.domain.com', 'built-in:strict-1'],
    ['host.domain.com!evil!victim', 'built-in:strict-2'],
    ['"victim@evil.example"', 'built-in:strict-3'],
    ['victim\\@evil.example', 'built-in:strict-3'],
    ['"victim\\@evil.example"', 'built-in:strict-3'],
    ['"@evil.example:victim"', 'built-in:strict-3'],
    ['"victim%evil.example"', 'built-in:strict-4'],
    ['"evil!victim"', 'built-in:strict-4'],
    ['victim\\%evil', 'built-in:strict-4'],
    ['"evil::victim"', 'built-in:strict-4'],
    ['IMCEASMTP-victim+40evil.example', 'built-in:strict-4'],
    ['victim\uff05evil.example', 'built-in:strict-4'],
    ['jane%a_b.domain.com', null],
    ['victim%evil.example#.domain.com', 'built-in:strict-1'],
    ['victim%evil.example/.domain.com', 'built-in:strict-1'],
    ['victim%evil.example=.domain.com', 'built-in:strict-1'],
    ['victim%evil.example?.domain.com', 'built-in:strict-1'],
    ['victim%evil.example[.domain.com', 'built-in:strict-1'],
    ['victim%host\uff0edomain.com', 'built-in:strict-1'],
    ['"us er%host.domain.com"', 'built-in:strict-4'],
    ['"jane%host.domain.com%domain.com!"', 'built-in:strict-4'],
    ['jane%host.domain.com!', 'built-in:strict-1'],
    ['jane%host.domain.com%sub.domain.com', null],
    ['host.domain.com!sub.domain.com!jane', null],
    ['other.example%host.domain.com!jane', 'built-in:strict-1'],
    ['"jane@host.domain.com%domain.com"', 'built-in:strict-3'],
    ['%host.domain.com', 'built-in:strict-1'],
    ['"jane%host.domain.com\\"@\\"domain.com"', 'built-in:strict-3'],
    ['"\\"jane%domain.com\\""', 'built-in:strict-4'],
    ['"bob,jane%host.domain.com"', 'built-in:strict-4'],
    ['"<jane@host.domain.com>"', 'built-in:strict-3'],
    ['"jane@host.domain.com(jane)"', 'built-in:strict-3'],
    ['domain.com/evil.domain.com!victim', 'built-in:strict-2'],
    ['"victim@evil.example+.domain.com"', 'built-in:strict-3'],
  ];
  for (const [localPart, place] of cases) {
    it(`${localPart}: ${place ?? 'nothing'}`, () => {
      assert.equal(strict(localPart)?.place ?? null, place);
    });
  }

  it('name the host that leads outside', () => {
    assert.equal(strict('victim%EVIL.example%host.domain.com')?.host, 'evil.example');
  });

  it('look up each host once, whatever its case', () => {
    const asked: string[] = [];
    const check = {
      to: to('a%x.domain.com%X.DOMAIN.COM'),
      isOutside: (host: string) => {
        asked.push(host);
        return isOutside(host);
      },
    };
    assert.equal(run(decideStrict(check)), null);
    assert.deepEqual(asked, ['x.domain.com']);
  });

  it('refuse more than eight hosts without a look-up', () => {
    const hosts = Array.from({ length: 9 }, (_, index) => `h${index}.domain.com`);
    assert.equal(strict(`a%${hosts.slice(1).join('%')}`), null);
    assert.equal(strict(`a%${hosts.join('%')}`)?.place, 'built-in:strict-5');
  });
});

describe('source-route pass', () => {
  function decide(mode: SourceRouteMode, address: Address, answer: MappingResult) {
    const { apply, asked } = always(answer);
    const trace: TraceEvent[] = [];
    const decision = run(
      decideSourceRoutes({
        mode,
        to: address,
        asReceived: `${address.localPart}@domain.com`,
        sourceChannel: 'tcp_local',
        envelopeFrom: 'a|b@ext.org',
        applyBuiltIn: apply,
        isOutside,
        trace: (event) => trace.push(event),
      }),
    );
    return { ...decision, asked, trace };
  }
  const victim = to('victim%intranet');
  const permit = answered('Y', '');

  it('consults the built-in table about the address as received', () => {
    const { asked } = decide('strict', victim, permit);
    assert.deepEqual(asked, [['built-in', 'tcp_local|a\ud87cb@ext.org||victim%intranet@domain.com', '']]);
  });

  it('does not consult the table for an address without routing', () => {
    const { asked, verdict } = decide('strict', to('jane'), permit);
    assert.deepEqual(asked, []);
    assert.deepEqual(verdict, { kind: 'accept', place: null });
  });

  it('refuses by a stricter entry after a permit of the built-in ones', () => {
    const { verdict, entries, trace } = decide('strict', victim, permit);
    assert.deepEqual(verdict, {
      kind: 'reject',
      place: 'built-in:strict-1',
      reply: { code: 550, enhanced: '5.7.1', text: 'Relaying not permitted: victim%intranet@domain.com' },
    });
    assert.deepEqual(entries, ['mappings:3', 'built-in:strict-1']);
    assert.deepEqual(
      trace.map((event) => {
        if (event.kind === 'routing-refused') return [event.place, event.reason];
        return event.kind === 'decided' && [event.what, event.verdict];
      }),
      [
        ['built-in', 'accept'],
        ['built-in:strict-1', 'a percent sign routes to intranet'],
        ['built-in:strict-1', 'reject'],
      ],
    );
  });

  it('refuses by a stricter entry an address for which the built-in table was not consulted', () => {
    const { verdict } = decide('strict', to('IMCEASMTP-victim+40evil'), permit);
    assert.equal(verdict.place, 'built-in:strict-4');
  });

  it('refuses by a built-in entry in both modes', () => {
    for (const mode of ['strict', 'pmdf'] as const) {
      const { verdict } = decide(mode, victim, answered('N', 'Relaying not permitted'));
      assert.equal(verdict.kind, 'reject', mode);
      assert.equal(verdict.place, 'mappings:3');
    }
  });

  it('leaves the stricter entries out in mode `pmdf`, everything in mode `off`', () => {
    assert.equal(decide('pmdf', victim, unmatched('x')).verdict.kind, 'accept');
    const off = decide('off', victim, answered('N', ''));
    assert.deepEqual([off.verdict.kind, off.asked], ['accept', []]);
  });

  it('defers if the table cannot answer', () => {
    const { verdict } = decide('strict', victim, answered('', '', { failed: 'no database' }));
    assert.equal(verdict.kind, 'defer');
  });
});
