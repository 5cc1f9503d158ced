import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { isLocal } from '../../../plugins/watch/permit.js';

interface Row {
  readonly local?: string;
  readonly remote?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly isLocal: boolean;
}

const rows: readonly Row[] = [
  { headers: { host: 'localhost:8925' }, isLocal: true },
  { headers: { host: 'LOCALHOST' }, isLocal: true },
  { headers: { host: '127.0.0.1:8925' }, isLocal: true },
  { headers: { host: '127.9.9.9' }, isLocal: true },
  { headers: { host: '[::1]:8925' }, isLocal: true },
  { local: '::1', remote: '::1', headers: { host: '[::1]' }, isLocal: true },
  { local: '::ffff:127.0.0.1', remote: '::ffff:127.0.0.1', headers: { host: 'localhost' }, isLocal: true },
  { headers: {}, isLocal: false },
  { headers: { host: '' }, isLocal: false },
  { headers: { host: 'attacker.example' }, isLocal: false },
  { headers: { host: 'localhost.attacker.example' }, isLocal: false },
  { headers: { host: '127.0.0.1.attacker.example' }, isLocal: false },
  { headers: { host: 'attacker.example:127' }, isLocal: false },
  { headers: { host: 'localhost@attacker.example' }, isLocal: false },
  { headers: { host: '2130706433' }, isLocal: false },
  { headers: { host: '0x7f.1' }, isLocal: false },
  { headers: { host: '0.0.0.0' }, isLocal: false },
  { headers: { host: '[::ffff:192.0.2.1]' }, isLocal: false },
  { local: '192.0.2.1', headers: { host: 'localhost' }, isLocal: false },
  { remote: '192.0.2.9', headers: { host: 'localhost' }, isLocal: false },
  { local: '192.0.2.1', remote: '192.0.2.1', headers: { host: 'localhost' }, isLocal: false },
  { headers: { host: 'localhost', forwarded: 'for=192.0.2.1' }, isLocal: false },
  { headers: { host: 'localhost', 'x-forwarded-for': '127.0.0.1' }, isLocal: false },
  { headers: { host: 'localhost', 'x-real-ip': '127.0.0.1' }, isLocal: false },
  { headers: { host: 'localhost', via: '1.1 proxy' }, isLocal: false },
];

describe('who may see the page', () => {
  for (const { local = '127.0.0.1', remote = '127.0.0.1', headers, isLocal: expected } of rows) {
    it(`${expected ? 'lets in' : 'refuses'} ${remote} at ${local} with ${JSON.stringify(headers)}`, () => {
      const socket = Object.defineProperties(new Socket(), {
        localAddress: { value: local },
        remoteAddress: { value: remote },
      });
      const request = new IncomingMessage(socket);
      request.headers = { ...headers };
      assert.equal(isLocal(request), expected);
    });
  }
});
