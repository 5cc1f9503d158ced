import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type ConnectionLimits, OpenConnections } from '../../../lib/limits/connection-limits.js';

const total = 'too many connections, try again later';
const perClient = 'too many connections from your address, try again later';

/** Limits, the addresses that connect one after another, and the refusal of each. */
const rows: readonly (readonly [string, ConnectionLimits, readonly (readonly [string, string | null])[]])[] =
  [
    [
      'no limit',
      { connections: 0, connectionsPerClient: 0 },
      [
        ['192.0.2.1', null],
        ['192.0.2.1', null],
      ],
    ],
    [
      'a limit for all',
      { connections: 2, connectionsPerClient: 0 },
      [
        ['192.0.2.1', null],
        ['192.0.2.2', null],
        ['192.0.2.3', total],
      ],
    ],
    [
      'a limit for each',
      { connections: 0, connectionsPerClient: 1 },
      [
        ['192.0.2.1', null],
        ['192.0.2.1', perClient],
        ['192.0.2.2', null],
      ],
    ],
    [
      'a network of IPv6',
      { connections: 0, connectionsPerClient: 1 },
      [
        ['2001:db8::1', null],
        ['2001:db8::2:1', perClient],
        ['2001:db8:0:1::1', null],
      ],
    ],
  ];

describe('limits on open connections', () => {
  for (const [what, limits, connections] of rows) {
    it(`${what}: refuses what exceeds it, and takes it once another closed`, () => {
      const open = new OpenConnections();
      const served: object[] = [];
      for (const [address, refusal] of connections) {
        const connection = { address };
        assert.equal(open.open(connection, address, limits)?.reply.text ?? null, refusal, address);
        if (refusal === null) served.push(connection);
      }
      for (const connection of served) open.close(connection);
      for (const connection of served) open.close(connection);
      assert.equal(open.size, 0);
      for (const [address, refusal] of connections) {
        assert.equal(open.open({ address }, address, limits)?.reply.text ?? null, refusal, address);
      }
    });
  }

  it('count a connection once that gets another address', () => {
    const open = new OpenConnections();
    const limits = { connections: 1, connectionsPerClient: 1 };
    const connection = {};
    assert.equal(open.open(connection, '192.0.2.1', limits), null);
    assert.equal(open.open(connection, '192.0.2.2', limits), null);
    assert.equal(open.size, 1);
  });
});
