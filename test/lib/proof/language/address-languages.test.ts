/*
 * The literals of clients: every address is in, and nothing that is not an address.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { literalOf } from '../../../../lib/address/literal.js';
import { AddressLanguages } from '../../../../lib/proof/language/address-languages.js';
import { findText } from '../../../../lib/proof/language/find-text.js';
import { Languages } from '../../../../lib/proof/language/language.js';

const languages = new Languages({ left: 10_000_000 });
const literals = new AddressLanguages(languages).clientLiteral();

function isIn(text: string): boolean {
  const common = languages.intersection([literals, languages.text(text)]);
  return findText(languages, common, { left: 100_000 }) !== null;
}

describe('the literals of clients', () => {
  const rows: readonly (readonly [string, boolean])[] = [
    ['[192.0.2.1]', true],
    ['[IPv6:::]', true],
    ['[IPv6:2001:db8::9]', true],
    ['[IPv6:1:2:3:4:5:6:7:8]', true],
    ['[192.0.2.256]', false],
    ['[192.0.2]', false],
    ['[x:.9.9]', false],
    ['[IPv6:1:2:3]', false],
    ['[IPv6:1::2::3]', false],
    ['[IPv6:1:2:3:4:5:6:7:8:9]', false],
    ['[IPv6:12345::]', false],
    ['192.0.2.1', false],
  ];
  for (const [text, wanted] of rows) it(`${text}: ${wanted}`, () => assert.equal(isIn(text), wanted));

  it('has every address', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        const literal = literalOf(address);
        assert.ok(literal !== null && isIn(literal), `${address}`);
      }),
    );
  });
});
