/*
 * The log of AUTH at the most verbose levels contains no password, in any form in which a client sent it.
 */

import assert from 'node:assert/strict';
import { PacketClient } from '../commands/packet-client.js';
import type { Gateway } from '../support/gateway.js';
import { connect } from '../support/smtp-client.js';
import { authPlugins, clients, startAuthGateway } from './install.js';

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** Correct and wrong passwords, and those of auth/flat_file; the last ones are sent where none is expected. */
const secrets = ['apples', 'wrong-guess', 'flat-fish', 'sent-too-early', 'sent-too-late', 'in-a-cut-line'];

function forms(user: string, password: string): string[] {
  return [password, base64(password), base64(`\0${user}\0${password}`), base64(`${user}:${password}`)];
}

for (const format of ['default', 'json']) {
  describe(`the log of AUTH in the form ${format}`, () => {
    let gateway: Gateway;

    before(async () => {
      gateway = await startAuthGateway({
        plugins: authPlugins.toSpliced(3, 0, 'auth/flat_file'),
        config: {
          'log.ini': `[main]\nlevel=data\nformat=${format}\n`,
          'auth_flat_file.ini':
            '[core]\nmethods=PLAIN,LOGIN,CRAM-MD5\nconstrain_sender=false\n\n[users]\nflat=flat-fish\n',
        },
      });
    });
    after(() => gateway?.stop());

    it('contains no password', async () => {
      const client = await connect({ port: gateway.port, localAddress: clients.stay });
      await client.ehlo();
      for (const line of [
        `AUTH PLAIN ${base64('\0jane\0wrong-guess')}`,
        `AUTH PLAIN ${base64('\0jane\0sent-too-early')} more`,
        `auth  plain\t${base64('\0jane\0sent-too-early')}`,
        `AUTH PLAIN ${base64('\0jane\0in-a-cut-line')}\rx`,
        ` AUTH PLAIN ${base64('\0jane\0in-a-cut-line')}`,
        'AUTH CRAM-MD5',
        base64('jane'),
        base64('sent-too-late'),
        'sent-too-late',
        'AUTH PLAIN',
        `${base64('\0jane\0in-a-cut-line')} x`,
        'AUTH LOGIN',
        base64('jane'),
        base64('apples'),
        base64('sent-too-late'),
      ]) {
        await client.send(line);
      }
      assert.equal((await client.mail('jane@domain.com')).code, 250);
      await client.quit();

      const packet = await PacketClient.open(gateway.port, clients.stay.replace(/1$/, '2'));
      await packet.send(
        'EHLO client.example',
        'AUTH LOGIN',
        base64('jane'),
        base64('wrong-guess'),
        'NOOP',
        'AUTH PLAIN',
        base64('\0jane\0apples'),
        `AUTH PLAIN ${base64('\0jane\0sent-too-late')}`,
      );
      await packet.send('QUIT');

      const flat = await connect({ port: gateway.port, localAddress: clients.may });
      await flat.ehlo();
      await flat.startTls();
      await flat.ehlo();
      await flat.send(`AUTH PLAIN ${base64('\0flat\0flat-fish')}`);
      await flat.send('AUTH CRAM-MD5');
      await flat.send(base64('flat flat-fish'));
      await flat.quit();

      const log = await gateway.waitForLog(/disconnect.*127\.0\.3\.1/);
      // The harness writes files that everybody can read.
      assert.match(
        log,
        /WARN.*everybody on this host may read `config\/pmdf\/passwords`|"WARN".*everybody on this host/,
      );
      assert.match(log, /authenticated method=LOGIN/);
      assert.match(log, /C: AUTH \(not logged\)/);
      assert.match(log, /C: MAIL FROM/);
      const found = secrets
        .flatMap((secret) => [...forms('jane', secret), ...forms('flat', secret), base64(`flat ${secret}`)])
        .filter((form) => log.includes(form));
      assert.deepEqual(found, []);
    });
  });
}
