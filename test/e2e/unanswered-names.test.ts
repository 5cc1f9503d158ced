/*
 * Clients whose names a name server answers late, not at all, or with a failure: the time limit is kept, and what a
 * name could have permitted is not rejected permanently.
 */

import assert from 'node:assert/strict';
import { connectionIni, exampleFile, type Gateway, startGateway } from './support/gateway.js';
import { connect } from './support/smtp-client.js';
import { until } from './support/until.js';

const PROXY = '127.0.3.1';
const ptr = (last: number): string => `PTR ${last}.100.51.198.in-addr.arpa`;
const addressOf = (last: number): string => `198.51.100.${last}`;

/** Last number of the address, its name look-up, and the replies to mail for outside and for our own domain. */
const rows: readonly (readonly [number, string, number])[] = [
  [11, 'a silent name server', 451],
  [12, 'a name server that fails', 451],
  [13, 'a name inside whose addresses nobody tells', 451],
  [14, 'a name outside whose addresses nobody tells', 550],
  [15, 'a name inside with other addresses', 550],
  [16, 'no name', 550],
  [17, 'a name inside, told late', 250],
  [18, 'a name inside, told at once', 250],
];

const names = {
  [ptr(11)]: 'silence',
  [ptr(12)]: 'failure',
  [ptr(13)]: ['pc13.domain.com'],
  'A pc13.domain.com': 'failure',
  [ptr(14)]: ['pc14.other.example'],
  'A pc14.other.example': 'failure',
  [ptr(15)]: ['pc15.domain.com'],
  'A pc15.domain.com': ['198.51.100.99'],
  [ptr(17)]: { afterMs: 800, records: ['pc17.domain.com'] },
  'A pc17.domain.com': { afterMs: 300, records: [addressOf(17)] },
  [ptr(18)]: ['pc18.domain.com'],
  'A pc18.domain.com': [addressOf(18)],
} as const;

describe('clients whose name look-up fails', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({
      names,
      settings: 'reverse_timeout: 1.5\nreload: { settle: 0 }\n',
      config: { 'connection.ini': connectionIni(PROXY) },
    });
  });
  after(() => gateway?.stop());

  async function replies(last: number): Promise<{ readonly outside: string; readonly inside: number }> {
    const client = await connect({ port: gateway.port, localAddress: PROXY, awaitGreeting: false });
    client.sendRaw(Buffer.from(`PROXY TCP4 ${addressOf(last)} 127.0.0.1 4000 25\r\n`));
    assert.equal((await client.readReply('a greeting')).code, 220);
    await client.ehlo();
    assert.equal((await client.mail('a@client.example')).code, 250);
    const outside = await client.rcpt('x@other.com');
    const { code } = await client.rcpt('bob@domain.com');
    await client.quit();
    return { outside: outside.lines.join(), inside: code };
  }

  it('are told to try again, if a name could have made them internal', async () => {
    // Quick answers first, which must not shorten the resolver's timeout.
    for (let time = 0; time < 5; time += 1) await replies(18);
    await Promise.all(
      rows.map(async ([last, what, code]) => {
        const { outside, inside } = await replies(last);
        assert.equal(inside, 250, what);
        assert.equal(Number(outside.slice(0, 3)), code, `${what}: ${outside}`);
        if (code === 451) assert.match(outside, /^451 4\.4\.3 cannot look up the name of your address now/);
      }),
    );
  });

  it('are rejected permanently, if no name leads inside', async () => {
    const literalOnly = exampleFile('pmdf.cnf').replace(/^\.domain\.com .*\n/m, '');
    gateway.replaceFile('pmdf.cnf', literalOnly);
    await until(
      () => gateway.log().includes('policy 2 is in force'),
      5_000,
      () => gateway.log().slice(-2_000),
    );
    for (const last of [11, 12, 13]) assert.match((await replies(last)).outside, /^550 5\.7\.1 /);
  });
});
