/*
 * Texts for property tests of addresses: with many special characters, and long hostile ones.
 */

import fc from 'fast-check';

const signs = [...'@%!:;,.<>()[]"\\ \t-+=|_/', '::', '%%', 'IPv6:', 'IMCEASMTP-', '+40', '\r\n', '\0'];
const words = [
  'a',
  'b1',
  'user',
  'evil.example',
  'domain.com',
  '192.0.2.1',
  '::1',
  'é',
  'пример',
  '用',
  '\u{1f4e7}',
];
const lookAlikes = [
  '\uff05',
  '\uff20',
  '\uff01',
  '\u203c',
  '\uff0e',
  '\u3002',
  '\u00ad',
  '\u0301',
  '\ufdfa',
  '\ud87c',
];

/** Any text, mostly of characters in addresses, with lone surrogates and controls. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(fc.constantFrom(...signs, ...words, ...lookAlikes), { maxLength: 24 })
      .map((a) => a.join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
      .map((units) => String.fromCharCode(...units)),
  },
);

/** The length of the long texts: a quadratic pass over one would exceed any time limit of a test. */
const length = 100_000;

/** Long texts on which careless scanners become quadratic. */
export const longTexts: readonly string[] = [
  ...[
    '@',
    '%',
    '!',
    '"',
    '\\',
    '(',
    ')',
    '[',
    ']',
    ':',
    ',',
    '<',
    '.',
    '-',
    'a',
    'é',
    '\u0301',
    '\uff05',
    ' ',
  ],
  ...[
    '@a,',
    '@a:',
    '@[',
    '@[a',
    '@[a]',
    '%[',
    '%[a',
    '"@',
    '"a"',
    '\\"',
    '(a',
    '(@',
    'a.',
    '[a].',
    '[a',
    '::',
    'a!',
  ],
  ...['\u0301\u0323', '\ufdfa', '\ud87c', '\u{1f4e7}', 'IMCEASMTP-', '+40', '1.', '0:'],
].flatMap((piece) => {
  const run = piece.repeat(Math.ceil(length / piece.length));
  return [run, `@a:"${run}`, `IMCEASMTP-v@${run}`];
});
