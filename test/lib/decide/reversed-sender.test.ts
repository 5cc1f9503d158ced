import assert from 'node:assert/strict';
import { site, withDatabase } from './forwarding-site.js';

describe('address reversal', () => {
  const yaml = withDatabase('reverse');
  const reverse = {
    'jdoe@pc.domain.com': 'Jane.Doe@domain.com',
    'mapped@x.org': 'second@x.org',
    'bad@x.org': '<<',
  };
  const mappings = [
    'REVERSE',
    '',
    '  *@pc.domain.com   $Y$0@domain.com',
    '  twice@*   $Y$Dmapped@x.org',
    '  kept@*   $Y$Nno@x.org',
    '  flagless@*   no@x.org',
    '  context@*   $C$:E$:Renvelope@x.org$Y$E',
    '',
  ].join('\n');
  const here = () => site({ yaml, mappings }, { reverse });
  for (const [from, wanted] of [
    ['jdoe@pc.domain.com', 'Jane.Doe@domain.com'],
    ['bob@pc.domain.com', 'bob@domain.com'],
    ['twice@x.org', 'second@x.org'],
    ['kept@x.org', 'kept@x.org'],
    ['flagless@x.org', 'flagless@x.org'],
    ['context@x.org', 'envelope@x.org'],
    ['bad@x.org', 'bad@x.org'],
    ['other@x.org', 'other@x.org'],
    ['', ''],
  ] as const) {
    it(`<${from}> is shown as <${wanted}>`, () => {
      const decision = here().sender(from);
      assert.equal(decision.verdict.kind, 'accept');
      assert.equal(decision.reversedFrom, wanted);
      assert.equal(decision.envelopeFrom, from);
    });
  }

  it('consults the database before the mapping, and the mapping only without an entry', () => {
    const asked = here();
    asked.sender('jdoe@pc.domain.com');
    assert.deepEqual(asked.probes('REVERSE'), []);
    asked.sender('bob@pc.domain.com');
    assert.deepEqual(
      asked.events.flatMap(({ kind }) => (kind === 'lookup' || kind === 'table-probed' ? [kind] : [])),
      ['lookup', 'table-probed'],
    );
  });

  it('defers if the database does not answer', () => {
    assert.equal(site({ yaml }, { reverse: 'broken' }).sender('a@x.org').verdict.kind, 'defer');
  });

  it('needs no database', () => {
    const alone = site({ mappings: 'REVERSE\n\n  *@pc.domain.com   $Y$0@domain.com\n' }, { reverse });
    assert.equal(alone.sender('jdoe@pc.domain.com').reversedFrom, 'jdoe@domain.com');
  });
});
