/*
 * Quotes and escapes of local parts, and subaddresses.
 */

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { heldBar } from '../../../lib/address/bar.js';
import { dequote, isDotString, quote, splitSubaddress } from '../../../lib/address/local-part.js';
import { hostileText } from './texts.js';

describe('dequote', () => {
  const contents: readonly (readonly [localPart: string, content: string])[] = [
    ['user', 'user'],
    ['', ''],
    ['""', ''],
    ['"us er"', 'us er'],
    ['"us\\"er"', 'us"er'],
    ['"us\\\\er"', 'us\\er'],
    ['"a\\b"', 'ab'],
    ['us\\er', 'user'],
    ['us\\@er', 'us@er'],
    ['us\\\\er', 'us\\er'],
    ['user\\', 'user\\'],
    ['"user\\', '"user\\'],
    ['a."b c"', 'a.b c'],
    ['"a"."b"', 'a.b'],
    ['o"neill', 'o"neill'],
    ['"a"b"', 'ab"'],
    ['\\"a\\"', '"a"'],
    ['"\\"a\\""', '"a"'],
    ['"é"', 'é'],
    ['"\u{1f4e7}\\\u{1f4e7}"', '\u{1f4e7}\u{1f4e7}'],
  ];
  for (const [localPart, content] of contents) {
    it(`reads ${localPart || 'nothing'}`, () => assert.equal(dequote(localPart), content));
  }
});

describe('quote', () => {
  const localParts: readonly (readonly [content: string, localPart: string])[] = [
    ['user', 'user'],
    ['us.er+tag', 'us.er+tag'],
    ["o'neill", "o'neill"],
    ['a!b%c', 'a!b%c'],
    ['é', 'é'],
    [`a${heldBar}b`, `a${heldBar}b`],
    ['', '""'],
    ['us er', '"us er"'],
    ['a@b', '"a@b"'],
    ['a"b', '"a\\"b"'],
    ['a\\b', '"a\\\\b"'],
    ['.a', '".a"'],
    ['a.', '"a."'],
    ['a..b', '"a..b"'],
    ['a,b', '"a,b"'],
    ['(a)', '"(a)"'],
  ];
  for (const [content, localPart] of localParts) {
    it(`writes ${content || 'nothing'}`, () => assert.equal(quote(content), localPart));
  }

  it('is undone by dequote', () => {
    fc.assert(fc.property(hostileText, (content) => assert.equal(dequote(quote(content)), content)));
  });

  it('leaves a text unchanged exactly if it is a dot-string', () => {
    fc.assert(
      fc.property(hostileText, (content) => assert.equal(quote(content) === content, isDotString(content))),
    );
  });
});

describe('splitSubaddress', () => {
  const splits: readonly (readonly [localPart: string, user: string, detail: string | null])[] = [
    ['user', 'user', null],
    ['user+detail', 'user', 'detail'],
    ['user+a+b', 'user', 'a+b'],
    ['user+', 'user', ''],
    ['+user', '+user', null],
    ['+user+a', '+user', 'a'],
    ['', '', null],
    ['"us er+a b"', '"us er"', 'a b'],
    ['"user+a"', 'user', 'a'],
    ['"user"', '"user"', null],
    ['user\\+a', 'user', 'a'],
  ];
  for (const [localPart, user, detail] of splits) {
    it(`splits ${localPart || 'nothing'}`, () =>
      assert.deepEqual(splitSubaddress(localPart), { user, detail }));
  }
});
