/*
 * Which commands are completed, and how: the text that Haraka gets to read.
 */

import assert from 'node:assert/strict';
import { completedCommand } from '../../../../plugins/haraka/connection/command-lines.js';

const rows: readonly (readonly ['from' | 'to', string, string])[] = [
  ['from', 'FROM:<joe>', 'FROM:<joe@said.example>'],
  ['from', 'from: <joe> SIZE=100', 'from: <joe@said.example> SIZE=100'],
  ['to', 'TO:<a.b+c=d>', 'TO:<a.b+c=d@said.example>'],
  ['to', "To:<o'neil|x> NOTIFY=NEVER", "To:<o'neil|x@said.example> NOTIFY=NEVER"],
];

const untouched: readonly (readonly ['from' | 'to', string])[] = [
  ['from', 'FROM:<>'],
  ['from', 'FROM:<joe@a.example>'],
  ['from', 'FROM:<postmaster>'],
  ['to', 'TO:<PostMaster>'],
  ['to', 'TO:<joe%evil.example>'],
  ['to', 'TO:<evil.example!joe>'],
  ['to', 'TO:<"joe">'],
  ['to', 'TO:<@a.example:joe>'],
  ['to', 'TO:<joe>x'],
  ['to', 'TO:joe'],
  ['to', 'FROM:<joe>'],
  ['to', 'TO:<jo\re>'],
  ['to', 'TO:<jo\u00e9>'],
];

describe('bare addresses in commands', () => {
  for (const [direction, rest, completed] of rows) {
    it(`completes ${rest}`, () => {
      assert.equal(
        completedCommand(rest, direction, () => 'said.example'),
        completed,
      );
    });
  }
  for (const [direction, rest] of untouched) {
    it(`leaves ${JSON.stringify(rest)} as it is`, () => {
      assert.equal(
        completedCommand(rest, direction, () => 'said.example'),
        rest,
      );
    });
  }

  it('leaves an address unchanged that gets no domain', () => {
    assert.equal(
      completedCommand('TO:<joe>', 'to', () => null),
      'TO:<joe>',
    );
  });
});
