/*
 * `repairedLine` answers as the repair of a whole message does, also where it sees at once that there is nothing to repair.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LineEndRepair, repairedLine } from '../../../lib/smtp/line-ends.js';

const octet = fc.constantFrom(0x00, 0x0a, 0x0d, 0x20, 0x2e, 0x78, 0xff);
const piece = fc.oneof(fc.constant([0x0d, 0x0a]), fc.array(octet, { maxLength: 4 }));

describe('the repair of a line', () => {
  it('answers as the repair of a message does', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const line = Uint8Array.from(pieces.flat());
        const repair = new LineEndRepair();
        const plain = Buffer.concat([repair.push(line), repair.end()]);
        assert.deepEqual(Buffer.from(repairedLine(line)), plain);
      }),
      { numRuns: 2000 },
    );
  });

  it('leaves a fit line as it is', () => {
    const line = Buffer.from('Received: from a\r\n\tby b\r\n');
    assert.equal(repairedLine(line), line);
  });
});
