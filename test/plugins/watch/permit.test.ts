import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { type Origin, originOf } from '../../../plugins/watch/permit.js';

interface Row {
  readonly local?: string;
  readonly remote?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly origin: Origin;
}

const rows: readonly Row[] = [
  { headers: { host: 'localhost:8925' }, origin: 'this host' },
  { headers: { host: 'LOCALHOST' }, origin: 'this host' },
  { headers: { host: '127.0.0.1:8925' }, origin: 'this host' },
  { headers: { host: '127.9.9.9' }, origin: 'this host' },
  { headers: { host: '[::1]:8925' }, origin: 'this host' },
  { local: '::1', remote: '::1', headers: { host: '[::1]' }, origin: 'this host' },
  {
    local: '::ffff:127.0.0.1',
    remote: '::ffff:127.0.0.1',
    headers: { host: 'localhost' },
    origin: 'this host',
  },
  { headers: {}, origin: 'misnamed' },
  { headers: { host: '' }, origin: 'misnamed' },
  { headers: { host: 'attacker.example' }, origin: 'misnamed' },
  { headers: { host: 'localhost.attacker.example' }, origin: 'misnamed' },
  { headers: { host: '127.0.0.1.attacker.example' }, origin: 'misnamed' },
  { headers: { host: 'attacker.example:127' }, origin: 'misnamed' },
  { headers: { host: 'localhost@attacker.example' }, origin: 'misnamed' },
  { headers: { host: '2130706433' }, origin: 'misnamed' },
  { headers: { host: '0x7f.1' }, origin: 'misnamed' },
  { headers: { host: '0.0.0.0' }, origin: 'misnamed' },
  { headers: { host: '[::ffff:192.0.2.1]' }, origin: 'misnamed' },
  { local: '192.0.2.1', headers: { host: 'localhost' }, origin: 'elsewhere' },
  { remote: '192.0.2.9', headers: { host: 'localhost' }, origin: 'elsewhere' },
  { local: '192.0.2.1', remote: '192.0.2.1', headers: { host: 'localhost' }, origin: 'elsewhere' },
  { headers: { host: 'localhost', forwarded: 'for=192.0.2.1' }, origin: 'elsewhere' },
  { headers: { host: 'localhost', 'x-forwarded-for': '127.0.0.1' }, origin: 'elsewhere' },
  { headers: { host: 'localhost', 'x-real-ip': '127.0.0.1' }, origin: 'elsewhere' },
  { headers: { host: 'localhost', via: '1.1 proxy' }, origin: 'elsewhere' },
  { headers: { host: 'localhost', 'x-forwarded-proto': 'https' }, origin: 'elsewhere' },
  { headers: { host: 'localhost', 'cf-connecting-ip': '192.0.2.1' }, origin: 'elsewhere' },
  { headers: { host: 'localhost', 'x-client-ip': '192.0.2.1' }, origin: 'elsewhere' },
];

describe('where a request comes from', () => {
  for (const { local = '127.0.0.1', remote = '127.0.0.1', headers, origin } of rows) {
    it(`takes ${remote} at ${local} with ${JSON.stringify(headers)} for ${origin}`, () => {
      const socket = Object.defineProperties(new Socket(), {
        localAddress: { value: local },
        remoteAddress: { value: remote },
      });
      const request = new IncomingMessage(socket);
      request.headers = { ...headers };
      assert.equal(originOf(request), origin);
    });
  }
});
