/*
 * One access table consulted once: verdict, place, log lines and trace.
 */
import assert from 'node:assert/strict';
import { decideTable } from '../../../lib/access/decide-access.js';
import type { AccessTable } from '../../../lib/access/tables.js';
import type { TraceEvent } from '../../../lib/engine/trace.js';
import type { MappingResult } from '../../../lib/mapping/mapping.js';
import { always, answered, entryAt, run, unmatched } from './answers.js';

function decide(result: MappingResult | null, table: AccessTable = 'SEND_ACCESS') {
  const { apply, asked } = always(result);
  const trace: TraceEvent[] = [];
  const decision = run(
    decideTable(apply, {
      table,
      probe: 'tcp_local|a@b|l|c@d',
      inputFlags: new Set('AT'),
      address: 'c@d',
      trace: (event) => trace.push(event),
    }),
  );
  return { ...decision, asked, trace };
}

describe('decideTable', () => {
  it('passes probe and input flags to the table', () => {
    assert.deepEqual(decide(null).asked, [['SEND_ACCESS', 'tcp_local|a@b|l|c@d', 'AT']]);
  });

  it('permits when there is no such table, and traces nothing', () => {
    const { verdict, trace, entries } = decide(null);
    assert.deepEqual(verdict, { kind: 'accept', place: null });
    assert.deepEqual([trace, entries], [[], []]);
  });

  it('permits without a match', () => {
    const { verdict, trace } = decide(unmatched('tcp_local|a@b|l|c@d'));
    assert.deepEqual(verdict, { kind: 'accept', place: null });
    assert.deepEqual(trace, [
      { kind: 'decided', what: 'SEND_ACCESS', verdict: 'accept', place: null, text: '' },
    ]);
  });

  it('rejects in the name of the last entry that matched', () => {
    const { verdict, trace, entries } = decide(
      answered('N', 'Mail Blocked', { entries: [entryAt(4), entryAt(3)] }),
    );
    assert.deepEqual(verdict, {
      kind: 'reject',
      place: 'mappings:3',
      reply: { code: 550, enhanced: '5.7.1', text: 'Mail Blocked: c@d' },
    });
    assert.deepEqual(entries, ['mappings:4', 'mappings:3']);
    assert.deepEqual(trace, [
      {
        kind: 'decided',
        what: 'SEND_ACCESS',
        verdict: 'reject',
        place: 'mappings:3',
        text: 'Mail Blocked: c@d',
      },
    ]);
  });

  it('closes a connection with the unchanged text', () => {
    const { verdict } = decide(answered('N', '500 5.7.1 Go away'), 'PORT_ACCESS');
    assert.equal(verdict.kind, 'reject');
    assert.deepEqual(verdict.kind === 'reject' && verdict.reply, {
      code: 500,
      enhanced: '5.7.1',
      text: 'Go away',
    });
  });

  const deferring: readonly (readonly [string, MappingResult, RegExp])[] = [
    ['the table could not answer', answered('Y', '', { failed: 'no database' }), /SEND_ACCESS: no database/],
    ['a rejection rests on a failed look-up', answered('N', '', { failed: 'gone' }), /gone/],
    ['a permit depends on a group', answered('YI', 'joe|staff'), /`\$I`.*not supported/],
  ];
  for (const [when, result, cause] of deferring) {
    it(`defers when ${when}`, () => {
      const { verdict } = decide(result);
      assert.equal(verdict.kind, 'defer');
      assert.match(verdict.kind === 'defer' ? verdict.cause : '', cause);
      assert.equal(verdict.kind === 'defer' && verdict.reply.code, 451);
    });
  }

  it('keeps a rejection beside a flag that is not implemented', () => {
    assert.equal(decide(answered('NI', 'joe|staff|No')).verdict.kind, 'reject');
  });

  it('logs on a match, on a rejection, and what was malformed', () => {
    assert.deepEqual(decide(answered('<>N', 'seen|refused|No')).logLines, ['seen', 'refused']);
    assert.deepEqual(decide(answered('<>Y', 'seen|refused')).logLines, ['seen']);
    assert.deepEqual(decide(answered('ND', 'soon|No')).logLines, [
      'the argument `soon` of `$D` is not an integer',
    ]);
    assert.deepEqual(decide(answered('<', 'two\nlines')).logLines, ['two lines']);
  });
});
