/*
 * The thirteen built-in entries as text, their names, and the quick check before the pass.
 */
import assert from 'node:assert/strict';
import {
  builtInEntries,
  needsBuiltInPass,
  placeBuiltInEntries,
} from '../../../lib/access/built-in-entries.js';
import { placeOf } from '../../../lib/text/places.js';
import { relayEntries } from './relay-probes.js';

const thirteen = relayEntries.slice(0, 13);

describe('built-in entries', () => {
  it('are these thirteen for one domain', () => {
    const entries = builtInEntries('tcp_local', ['domain.com']);
    assert.deepEqual(
      entries.map(({ pattern, template }) => [pattern, template]),
      thirteen,
    );
    assert.deepEqual(
      entries.map(({ number }) => number),
      thirteen.map((_, index) => index + 1),
    );
  });

  it('are written in turn for every local domain, each domain once', () => {
    const entries = builtInEntries('tcp_local', ['one.example', 'two.example', 'ONE.example', '']);
    assert.deepEqual(
      entries.map(({ number }) => number),
      [1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13],
    );
    assert.equal(entries[1]?.pattern, 'tcp_local|*|*|*$%*.two.example@*');
  });

  it('still reject routing when there is no local domain', () => {
    assert.deepEqual(
      builtInEntries('tcp_local', []).map(({ number }) => number),
      [5, 6, 13],
    );
  });

  it('quote names with special characters of the mapping language', () => {
    const [first] = builtInEntries('tcp $%*', ['a*b$%.example']);
    assert.equal(first?.pattern, 'tcp$ $$$%$*|*|*|*$%*.a$*b$$$%.example@*');
    assert.equal(first?.template, 'tcp$ $$%*|$0|$1|$2@$4$R');
  });

  it('are named by their number, the same for every domain', () => {
    for (const domains of [['one.example', 'two.example'], []]) {
      for (const entry of placeBuiltInEntries(builtInEntries('tcp_local', domains))) {
        assert.equal(placeOf(entry.span), `built-in:${entry.number}`);
        const { text } = entry.span.source;
        const { patternSpan, templateSpan } = entry;
        assert.equal(text.slice(patternSpan.offset, patternSpan.offset + patternSpan.length), entry.pattern);
        assert.equal(
          text.slice(templateSpan.offset, templateSpan.offset + templateSpan.length),
          entry.template,
        );
      }
    }
  });

  const quick: readonly (readonly [string, readonly string[], boolean])[] = [
    ['jane', [], false],
    ['"jane doe"', [], false],
    ['jane', ['relay.org'], true],
    ['jane%host', [], true],
    ['host!jane', [], true],
    ['"a@b"', [], true],
  ];
  for (const [localPart, route, needed] of quick) {
    it(`${needed ? 'look' : 'do not look'} at ${localPart} with ${route.length} hosts of a route`, () => {
      assert.equal(needsBuiltInPass({ route, localPart, domain: 'domain.com' }), needed);
    });
  }
});
