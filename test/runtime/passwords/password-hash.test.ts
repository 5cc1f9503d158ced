import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  hashPassword,
  impossibleHash,
  isPassword,
  longestPassword,
  objectionTo,
  parseHash,
  presentCost,
  printHash,
} from '../../../runtime/passwords/password-hash.js';

const cheap = { ln: 10, r: 1, p: 1 };

describe('password hashes', () => {
  it('accepts the password and no other', async () => {
    const hash = await hashPassword('Secret pässword');
    const kept = parseHash(printHash(hash));
    assert.ok(kept !== null);
    assert.equal(await isPassword(kept, 'Secret pässword'), true);
    // The same character, composed of two.
    assert.equal(await isPassword(kept, 'Secret pa\u0308ssword'), true);
    assert.equal(await isPassword(kept, 'secret pässword'), false);
    assert.equal(await isPassword(kept, ''), false);
  });

  it('salts every hash', async () => {
    const [one, other] = await Promise.all([hashPassword('same'), hashPassword('same')]);
    assert.notEqual(printHash(one), printHash(other));
    assert.doesNotMatch(printHash(one), /same/);
  });

  it('derives keys as in RFC 7914', async () => {
    const key =
      'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640';
    const hash = { cost: { ln: 10, r: 8, p: 16 }, salt: Buffer.from('NaCl'), key: Buffer.from(key, 'hex') };
    assert.equal(await isPassword(hash, 'password'), true);
  });

  it('makes hashes that no password matches', async () => {
    assert.equal(await isPassword(impossibleHash(cheap), ''), false);
  });

  it('reads what it prints', () => {
    fc.assert(
      fc.property(
        fc.record({
          ln: fc.integer({ min: 10, max: 15 }),
          r: fc.integer({ min: 1, max: 32 }),
          p: fc.integer({ min: 1, max: 16 }),
        }),
        fc.uint8Array({ minLength: 9, maxLength: 64 }),
        fc.uint8Array({ minLength: 17, maxLength: 64 }),
        (cost, salt, key) => {
          const hash = { cost: { ...cost }, salt: Buffer.from(salt), key: Buffer.from(key) };
          assert.deepEqual(parseHash(printHash(hash)), hash);
        },
      ),
    );
  });

  const good = printHash(impossibleHash(presentCost));
  for (const wrong of [
    '',
    'secret',
    good.slice(1),
    `${good}$`,
    `${good} `,
    good.replace('scrypt', 'argon2id'),
    good.replace('ln=15', 'ln=9'),
    good.replace('ln=15', 'ln=21'),
    good.replace('ln=15', 'ln=015'),
    good.replace('r=8', 'r=0'),
    good.replace('ln=15,r=8', 'ln=20,r=32'),
    good.replace('p=1', 'p=17'),
  ]) {
    it(`does not accept \`${wrong.slice(0, 30)}\` as a hash`, () => assert.equal(parseHash(wrong), null));
  }

  it('reads anything without throwing', () => {
    fc.assert(fc.property(fc.string(), (text) => parseHash(text) === null));
  });

  for (const [password, objection] of [
    ['', /empty/],
    ['x'.repeat(longestPassword + 1), /longer/],
    ['a\u0000b', /control/],
    ['a\tb', /control/],
  ] as const) {
    it(`objects to ${JSON.stringify(password.slice(0, 8))}`, () =>
      assert.match(objectionTo(password) ?? '', objection));
  }

  it('accepts any other password', () => {
    for (const password of ['x', ' leading blank', 'päss', 'x'.repeat(longestPassword)])
      assert.equal(objectionTo(password), null);
  });
});
