/*
 * A message is held once, however the client or Haraka ends: a message that got no 250 is not held.
 */

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sampleMessage } from './support/deliver.js';
import { exampleFile, type Gateway, startGateway } from './support/gateway.js';
import { connect } from './support/smtp-client.js';
import { until } from './support/until.js';

const mappings = `ORIG_SEND_ACCESS

  *|*|l|held@domain.com   $Y$H
  tcp_local|*|tcp_local|* $NRelaying$ not$ permitted
`;

/** Recipients whose mail is held: by an entry, and by the number of recipients. */
const ways: readonly (readonly string[])[] = [
  ['held@domain.com'],
  ['bob@domain.com', 'ann@domain.com', 'kim@domain.com'],
];

describe('held files', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({
      mappings,
      cnf: exampleFile('pmdf.cnf').replace(/^(tcp_local .*)$/m, '$1 holdlimit 2'),
    });
  });
  after(() => gateway?.stop());
  beforeEach(() => gateway.clearSinks());

  async function leave(to: readonly string[]): Promise<void> {
    const client = await connect({ port: gateway.port, localAddress: '127.0.2.1' });
    await client.ehlo();
    await client.mail('a@client.example');
    for (const one of to) assert.equal((await client.rcpt(one)).code, 250);
    assert.equal((await client.send('DATA')).code, 354);
    client.sendRaw(Buffer.from(`${sampleMessage('left')}.\r\n`));
    await client.close();
  }

  for (const to of ways) {
    it(`are removed when the client disconnects before it gets 250: ${to.join(' ')}`, async () => {
      const known = gateway.log().length;
      const before = gateway.filesIn('held');
      const times = 10;
      for (let time = 0; time < times; time += 1) await leave(to);
      const count = (ends: RegExp): number => gateway.log().slice(known).match(ends)?.length ?? 0;
      const ended = (): number => count(/ disconnect ip=/g);
      // Haraka may accept the message before it notices the disconnect: then the file may stay.
      const acknowledged = (): number => count(/ disconnect ip=.* msgs=1\//g);
      await until(
        () => ended() === times,
        10_000,
        () => `${times} sessions at their end`,
      );
      await until(
        () => gateway.filesIn('held').length <= before.length + acknowledged(),
        5_000,
        () => `at most ${acknowledged()} further held files, instead of ${gateway.filesIn('held').join(' ')}`,
      );
    });

    it(`stay when the client gets 250: ${to.join(' ')}`, async () => {
      const client = await connect({ port: gateway.port, localAddress: '127.0.2.1' });
      await client.ehlo();
      await client.mail('a@client.example');
      for (const one of to) await client.rcpt(one);
      const before = gateway.filesIn('held');
      assert.equal((await client.data(sampleMessage('held'))).code, 250);
      await client.close();
      // The file of a client that disconnected may not have been removed yet.
      const added = gateway
        .filesIn('held')
        .filter((name) => name.endsWith('.HELD') && !before.includes(name));
      assert.equal(added.length, 1, added.join(' '));
    });
  }

  it('are removed at the next start if incomplete, and kept if complete', async () => {
    const before = gateway.filesIn('held');
    gateway.kill('SIGKILL');
    await gateway.exited;
    const folder = path.join(gateway.dir, 'held');
    mkdirSync(folder, { recursive: true });
    const written = `D.HELD.${process.pid}.0123456789ab.tmp`;
    const left = ['A.HELD.tmp', `A.HELD.${gateway.pid}.tmp`, `B.HELD.${gateway.pid}.0123456789ab.tmp`];
    for (const name of [...left, 'C.HELD', written])
      writeFileSync(path.join(folder, name), 'X-Envelope-From: \r\n');
    const again = await gateway.install.start();
    try {
      await until(
        () => !gateway.filesIn('held').some((name) => name.startsWith('A.') || name.startsWith('B.')),
        5_000,
        () => 'the leftovers gone',
      );
      assert.deepEqual([...gateway.filesIn('held')].sort(), [...before, 'C.HELD', written].sort());
    } finally {
      await again.stop();
    }
  });
});
