/*
 * PMDF option files.
 */
import assert from 'node:assert/strict';
import { integerOf, parseOptionFile } from '../../../lib/text/option-file.js';

function read(text: string) {
  const { value, diagnostics } = parseOptionFile({ name: 'x_option', shortName: 'x_option', text });
  return {
    options: value.map(({ name, value: written }) => [name, written]),
    codes: diagnostics.map(({ code }) => code),
    places: value.map(({ nameSpan, valueSpan }) => [nameSpan.offset, valueSpan.offset]),
  };
}

describe('an option file', () => {
  it('has comments, blank lines, and values with an equals sign', () => {
    const { options, codes, places } = read('! a comment\n\nLDAP_BASE=o=x\n Other = y \n');
    assert.deepEqual(options, [
      ['LDAP_BASE', 'o=x'],
      ['Other', 'y'],
    ]);
    assert.deepEqual(codes, []);
    assert.deepEqual(places, [
      [13, 23],
      [28, 36],
    ]);
  });

  it('reports a line that is no option, and goes on', () => {
    assert.deepEqual(read('example.com 0\n=3\nA=1\n'), {
      options: [['A', '1']],
      codes: ['option/line', 'option/line'],
      places: [[17, 19]],
    });
  });

  for (const [value, number] of [
    ['0', 0],
    ['2', 2],
    ['2%101', 5],
    ['16%fF', 255],
    ['8%9', null],
    ['1%0', null],
    ['37%1', null],
    ['', null],
    ['2%', null],
    ['-1', null],
    ['1.5', null],
    ['99999999999999999999', null],
  ] as const) {
    it(`${value} is ${String(number)}`, () => assert.equal(integerOf(value), number));
  }
});
