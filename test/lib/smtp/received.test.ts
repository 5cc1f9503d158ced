/*
 * Received lines of forwarded copies, and the loops that they reveal.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  loopOf,
  mostForwardings,
  mostReceived,
  readReceived,
  receivedFor,
} from '../../../lib/smtp/received.js';

const date = 'Mon, 02 Mar 2026 10:00:00 +0000';

function lineFor(address: string, host = 'domain.com'): string {
  return receivedFor({ host, way: 'process channel', id: 'A1.1', address, date, hop: null });
}

const foreign =
  'from mx.example (mx.example [192.0.2.1])\n\tby domain.com (Haraka) with ESMTP id A1;\n\tlater';

describe('Received lines of forwarded copies', () => {
  it('name the forwarding host and the recipient', () => {
    assert.equal(
      lineFor('jane.doe@domain.com'),
      `by domain.com (pmdf process channel)\r\n\tid A1.1 for <jane.doe@domain.com>;\r\n\t${date}`,
    );
  });

  it('leave out an address that a header cannot carry', () => {
    for (const address of [
      'gr\u00fcn@domain.com',
      'a\r\nX: b@domain.com',
      '',
      `${'a'.repeat(400)}@domain.com`,
    ]) {
      assert.equal(lineFor(address), `by domain.com (pmdf process channel)\r\n\tid A1.1;\r\n\t${date}`);
    }
  });

  const cases: readonly {
    readonly name: string;
    readonly lines: readonly string[];
    readonly address: string;
    readonly loop: RegExp | null;
  }[] = [
    { name: 'no lines', lines: [], address: 'a@domain.com', loop: null },
    {
      name: 'another host',
      lines: [lineFor('a@domain.com', 'b.example')],
      address: 'a@domain.com',
      loop: null,
    },
    { name: 'another address', lines: [lineFor('b@domain.com')], address: 'a@domain.com', loop: null },
    { name: 'a longer address', lines: [lineFor('ba@domain.com')], address: 'a@domain.com', loop: null },
    { name: 'our other lines', lines: [foreign], address: 'jane@domain.com', loop: null },
    {
      name: 'the same address',
      lines: [foreign, lineFor('a@domain.com')],
      address: 'a@domain.com',
      loop: /before/,
    },
    { name: 'other letters', lines: [lineFor('A@Domain.Com')], address: 'a@domain.com', loop: /before/ },
    {
      name: 'a line that was unfolded',
      lines: [lineFor('a@domain.com').replace(/\r\n\t/g, ' ')],
      address: 'a@domain.com',
      loop: /before/,
    },
    {
      name: 'many forwardings',
      lines: Array.from({ length: mostForwardings }, (_, at) => lineFor(`a+${at}@domain.com`)),
      address: 'a@domain.com',
      loop: /forwarded 10 times/,
    },
    {
      name: 'one forwarding less',
      lines: Array.from({ length: mostForwardings - 1 }, (_, at) => lineFor(`a+${at}@domain.com`)),
      address: 'a@domain.com',
      loop: null,
    },
    {
      name: 'many lines',
      lines: Array.from({ length: mostReceived + 1 }, () => foreign),
      address: 'a@domain.com',
      loop: /51 Received lines/,
    },
    {
      name: 'one line less',
      lines: Array.from({ length: mostReceived }, () => foreign),
      address: 'a@b',
      loop: null,
    },
  ];
  for (const { name, lines, address, loop } of cases) {
    it(`${loop === null ? 'are not a loop' : 'are a loop'}: ${name}`, () => {
      const found = loopOf(readReceived(lines, 'domain.com'), address);
      if (loop === null) assert.equal(found, null);
      else assert.match(found ?? '', loop);
    });
  }

  it('reveal every printable address when it comes back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 60 }), (local) => {
        const address = `${local}@domain.com`;
        const received = readReceived([foreign, lineFor(address)], 'domain.com');
        assert.match(loopOf(received, address) ?? '', /before/);
      }),
    );
  });

  it('are read once, however many recipients there are', () => {
    let reads = 0;
    const lines = [foreign];
    Object.defineProperty(lines, 1, {
      enumerable: true,
      get() {
        reads += 1;
        return lineFor('user7@domain.com');
      },
    });
    const received = readReceived(lines, 'domain.com');
    const addresses = Array.from({ length: 1000 }, (_, at) => `user${at}@domain.com`);
    const round = addresses.filter((address) => loopOf(received, address) !== null);
    assert.deepEqual({ reads, round }, { reads: 1, round: ['user7@domain.com'] });
  });
});
