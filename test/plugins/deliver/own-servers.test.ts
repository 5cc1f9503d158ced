/*
 * Which servers are the gateway itself, and which of the servers of a domain are left then.
 */
import assert from 'node:assert/strict';
import { isOwnAddress } from '../../../plugins/deliver/own-servers.js';
import { withoutOwn } from '../../../plugins/haraka/delivery/own-servers.js';

describe('the gateway itself', () => {
  const everywhere = [{ host: '::0', port: 25 }];
  const rows = [
    ['an address of the host', '192.0.2.1', 25, everywhere, true],
    ['an IPv6 address of the host', '2001:db8:0::1', 25, everywhere, true],
    ['an address of the host, mapped to IPv6', '::ffff:192.0.2.1', 25, everywhere, true],
    ['a loopback address', '127.0.0.53', 25, everywhere, true],
    ['any address', '0.0.0.0', 25, everywhere, true],
    ['another port of the host', '192.0.2.1', 10025, everywhere, false],
    ['another host', '192.0.2.2', 25, everywhere, false],
    ['a name', 'mail.domain.com', 25, everywhere, false],
    ['a listener of one address', '192.0.2.1', 25, [{ host: '192.0.2.1', port: 25 }], true],
    ['a listener of another address', '127.0.0.1', 25, [{ host: '192.0.2.1', port: 25 }], false],
    ['IPv6 where only IPv4 is listened to', '2001:db8::1', 25, [{ host: '0.0.0.0', port: 25 }], false],
    ['a listener of localhost', '127.0.0.1', 2525, [{ host: 'localhost', port: 2525 }], true],
    ['the public address', '198.51.100.1', 25, [{ host: '::0', port: 2525 }], true],
    ['the public address at the own port', '198.51.100.1', 2525, [{ host: '::0', port: 2525 }], true],
    ['the public address at another port', '198.51.100.1', 26, everywhere, false],
  ] as const;
  for (const [what, address, port, listeners, isOwn] of rows) {
    it(`is ${isOwn ? '' : 'not '}${what}`, () => {
      const host = (): string[] => ['192.0.2.1', '2001:db8::1'];
      assert.equal(isOwnAddress(address, port, { listeners, host, public: ['198.51.100.1'] }), isOwn);
    });
  }
});

describe('the servers of a domain', () => {
  const server = (exchange: string, priority: number) => ({ exchange, priority });
  const [best, own, equal, last, resort] = [
    server('a', 10),
    server('own', 20),
    server('b', 20),
    server('c', 30),
    server('d', 65_536),
  ];
  const left = (...servers: (typeof best)[]) => withoutOwn(servers, (one) => one === own);

  it('are those preferred to the gateway, and the last resort', () => {
    assert.deepEqual(left(best, own, equal, last, resort), [best, resort]);
    assert.deepEqual(left(equal, own, last), []);
  });

  it('are all when the gateway is none of them', () => {
    assert.deepEqual(left(last, best), [last, best]);
  });
});
