/*
 * xtext and the form of UTF-8 addresses: what was written is read back, and hostile text is refused, in linear time.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeUtf8Address, decodeXtext, encodeUtf8Address, encodeXtext } from '../../../lib/notary/xtext.js';

const printableText = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((one) => String.fromCharCode(one)),
});

describe('xtext', () => {
  for (const [text, xtext] of [
    ['', ''],
    ['bob@domain.com', 'bob@domain.com'],
    ['a+b=c d', 'a+2Bb+3Dc+20d'],
    ['"x y"@z', '"x+20y"@z'],
    ['\\|!~', '\\|!~'],
  ] as const) {
    it(`writes ${JSON.stringify(text)} as ${xtext}`, () => {
      assert.equal(encodeXtext(text), xtext);
      assert.equal(decodeXtext(xtext), text);
    });
  }

  it('reads small digits too', () => assert.equal(decodeXtext('a+2bb'), 'a+b'));

  for (const xtext of [
    '+',
    'a+',
    'a+2',
    '+G0',
    '+2',
    'a b',
    'a=b',
    '+0D+0A',
    '+00',
    '+7F',
    '+80',
    '+C3+B6',
    'ö',
    '\r\n',
    '\t',
  ])
    it(`refuses ${JSON.stringify(xtext)}`, () => assert.equal(decodeXtext(xtext), null));

  it('reads what it wrote, which fits into a parameter', () => {
    fc.assert(
      fc.property(printableText, (text) => {
        assert.match(encodeXtext(text), /^[!-<>-~]*$/);
        assert.equal(decodeXtext(encodeXtext(text)), text);
      }),
    );
  });

  it('gives printable ASCII or nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => assert.match(decodeXtext(text) ?? '', /^[ -~]*$/)),
    );
  });
});

describe('UTF-8 addresses in parameters', () => {
  for (const [text, written] of [
    ['bob@domain.com', 'bob@domain.com'],
    ['jörg@domain.com', 'j\\x{F6}rg@domain.com'],
    ['a+b=c\\d e', 'a\\x{2B}b\\x{3D}c\\x{5C}d\\x{20}e'],
    ['\u{1f600}@例.example', '\\x{1F600}@\\x{4F8B}.example'],
  ] as const) {
    it(`writes ${text} as ${written}`, () => {
      assert.equal(encodeUtf8Address(text), written);
      assert.equal(decodeUtf8Address(written), text);
    });
  }

  it('reads them unchanged too', () => assert.equal(decodeUtf8Address('jörg@domain.com'), 'jörg@domain.com'));

  for (const written of [
    'a+b',
    'a=b',
    'a b',
    '\\x{}',
    '\\x{A}',
    '\\x{0D}',
    '\\x{0A}',
    '\\x{85}',
    '\\x{2028}',
    '\\x{D800}',
    '\\x{110000}',
    '\\x{0000041}',
    '\\x{41',
    '\\y{41}',
    'a\\b',
    'a\nb',
    'a\u2028b',
    '\ud800',
  ])
    it(`refuses ${JSON.stringify(written)}`, () => assert.equal(decodeUtf8Address(written), null));

  it('are read as they were written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const written = encodeUtf8Address(text);
        assert.match(written, /^[!-~]*$/);
        const read = decodeUtf8Address(written);
        assert.ok(read === text || /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text), written);
      }),
    );
  });

  it('are text without controls or nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(decodeUtf8Address(text) ?? '', /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
      }),
    );
  });
});
