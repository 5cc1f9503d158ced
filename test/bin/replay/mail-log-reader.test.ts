/*
 * Requests in PMDF's log, as pmdf/log and PMDF write it.
 */
import assert from 'node:assert/strict';
import { readLog } from './read-log.js';

const time = '02-Dec-2026 08:50:33.30';
const client = 'mx.b.example (mx.b.example [192.0.2.7])';

describe("PMDF's log", () => {
  it('has what was accepted and refused, once for all that a recipient became', () => {
    const { requests, kinds } = readLog([
      `${time} tcp_local    l            ES 2  rfc822;list@domain.com bob@domain.com ${client}`,
      `${time} tcp_local    l            ES 2  rfc822;list@domain.com ann@domain.com ${client}`,
      `${time} tcp_local    tcp_local    J 0 "a\\x20b"@b.example rfc822;x@c.example x@c.example ${client} 450 4.2.1 later`,
      `${time} tcp_local                 J 0 a@b.example   ${client} 550 5.7.1 no`,
    ]);
    assert.deepEqual(kinds, ['used', 'used', 'used', 'used']);
    assert.deepEqual(
      requests.map(({ from, to, happened, place }) => [from, to, happened.verdict, happened.code, place]),
      [
        ['', 'list@domain.com', 'accept', null, 'log:1'],
        ['"a b"@b.example', 'x@c.example', 'defer', 450, 'log:3'],
        ['a@b.example', null, 'reject', 550, 'log:4'],
      ],
    );
    const [first, second] = requests;
    assert.equal(first?.client.client.address, '192.0.2.7');
    assert.deepEqual(first?.client.reverseName, { kind: 'confirmed', name: 'mx.b.example' });
    assert.deepEqual(
      [first?.client.tls, second?.client.tls, first?.client.helo],
      [true, false, 'mx.b.example'],
    );
  });

  it('has the user and the server in XML', () => {
    const { requests } = readLog([
      '<en ts="2026-12-02T08:53:00.00" sc="tcp_auth" dc="l" ac="ESA" sz="3" so="a@b.example" od="rfc822;bob@domain.com" de="bob@domain.com" us="jane" tr="TCP|192.0.2.25|587|192.0.2.7|4711"/>',
    ]);
    const [{ client: session } = { client: null }] = requests;
    assert.deepEqual(
      [session?.authUser, session?.tls, session?.server, session?.client.address],
      ['jane', true, { address: '192.0.2.25', port: 587 }, '192.0.2.7'],
    );
  });

  it('has no request where the client is not named, the message was refused, or mail leaves', () => {
    const { requests, kinds } = readLog([
      `${time} tcp_local    l            E 1 a@b.example rfc822;bob@domain.com bob@domain.com`,
      `${time} tcp_local    l            J 7 a@b.example rfc822;bob@domain.com bob@domain.com ${client} 550 5.6.0 virus`,
      `${time} l                         D 1 a@b.example rfc822;bob@domain.com bob@domain.com smtp;250 ok`,
      `${time} tcp_local    +            C TCP|192.0.2.25|25|192.0.2.7|4711 SMTP`,
      `${time} nothing`,
    ]);
    assert.deepEqual(requests, []);
    assert.deepEqual(kinds, ['other', 'other', 'other', 'other', 'unknown']);
  });
});
