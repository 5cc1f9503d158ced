/*
 * The arguments of the benchmark.
 */
import assert from 'node:assert/strict';
import { readArguments, WrongArgument } from './arguments.js';

const known = ['decision', 'stores'];

describe('the arguments of the benchmark', () => {
  it('name tables, options and a number of addresses', () => {
    assert.deepEqual(readArguments([], known), {
      names: [],
      addresses: 1_000_000,
      json: false,
      plot: false,
      readme: false,
      docs: false,
    });
    assert.deepEqual(readArguments(['stores', '--addresses=5000', '--json', '--readme', '--docs'], known), {
      names: ['stores'],
      addresses: 5_000,
      json: true,
      plot: false,
      readme: true,
      docs: true,
    });
  });

  for (const [wrong, message] of [
    ['store', 'there is no table store; there are: decision, stores'],
    ['--jsn', 'there is no option --jsn; there are: --addresses=N, --json, --plot, --readme, --docs'],
    [
      '--addresses=0',
      'there is no option --addresses=0; there are: --addresses=N, --json, --plot, --readme, --docs',
    ],
  ] as const) {
    it(`are not ${wrong}`, () => {
      assert.throws(() => readArguments([wrong], known), new WrongArgument(message));
    });
  }
});
