import assert from 'node:assert/strict';
import { authRequired, saslOf } from '../../../lib/tls/sasl-keywords.js';
import { tlsOf, tlsRequired } from '../../../lib/tls/tls-keywords.js';

/** Keywords in effect, and their demands as server and as client; `X` means `tls` and `sasl`. */
const cases: readonly (readonly [keywords: string, server: string, client: string])[] = [
  ['', 'no', 'no'],
  ['noX', 'no', 'no'],
  ['mayX', 'may', 'may'],
  ['mustX', 'must', 'must'],
  ['mayXserver', 'may', 'no'],
  ['mayXclient', 'no', 'may'],
  ['mustXserver mayXclient', 'must', 'may'],
  ['mustXserver noXclient', 'must', 'no'],
  ['noXserver mustXclient', 'no', 'must'],
  ['mustX noXclient', 'must', 'no'],
  ['noX mayXserver', 'may', 'no'],
  ['mayX mayXserver mayXclient', 'may', 'may'],
];

for (const [family, read] of [
  ['tls', tlsOf],
  ['sasl', saslOf],
] as const) {
  describe(`the ${family} keywords`, () => {
    for (const [keywords, server, client] of cases) {
      it(`\`${keywords.replaceAll('X', family)}\` gives ${server} as server, ${client} as client`, () => {
        const names = new Set(keywords.replaceAll('X', family).split(' '));
        assert.deepEqual(read(names), { server, client });
      });
    }

    it('ignore the other family', () => {
      const other = family === 'tls' ? 'mustsasl' : 'musttls';
      assert.deepEqual(read(new Set([other])), { server: 'no', client: 'no' });
    });
  });
}

describe('the replies of required TLS and AUTH', () => {
  it('are 530 5.7.0', () => {
    assert.deepEqual(authRequired, { code: 530, enhanced: '5.7.0', text: 'No AUTH command has been given.' });
    assert.deepEqual(tlsRequired, {
      code: 530,
      enhanced: '5.7.0',
      text: 'No STARTTLS command has been given.',
    });
  });
});
