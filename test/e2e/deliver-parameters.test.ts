/*
 * Postfix and Exim as next hops get the parameters of MAIL and RCPT, and act on them: they report success, take addresses beyond ASCII
 * and octets of eight bits, and refuse what is too large. While the client waits, by a next hop of the channel and by that of
 * queue/smtp_forward, and from the queue.
 */

import assert from 'node:assert/strict';
import { describeWith } from '../support/programs.js';
import { startEximServer } from './faults/real/exim-server.js';
import { FaultProxy } from './faults/real/fault-proxy.js';
import type { MailServer } from './faults/real/mail-server.js';
import { startPostfixServer } from './faults/real/postfix-server.js';
import { bounceOf } from './support/bounce.js';
import { exampleFile, type Gateway, startGateway } from './support/gateway.js';
import { connect, type Reply } from './support/smtp-client.js';
import { until } from './support/until.js';

const LIMIT_MS = 30_000;
const SIZE_LIMIT = 20_000;
const TOO_LARGE = 30_000;
/** The next hop keeps mail for this sender, so its reports are there. */
const ANN = 'ann@ann.example';

const methods = ['through', 'plugin', 'queue'] as const;

const hops = [
  { name: 'postfix', start: startPostfixServer, hidesSize: false },
  { name: 'postfix', start: startPostfixServer, hidesSize: true },
  { name: 'exim', start: startEximServer, hidesSize: false },
] as const;

interface Mail {
  readonly from?: string;
  readonly to: string;
  readonly mail?: string;
  readonly rcpt?: string;
  readonly message: string;
}

for (const { name, start, hidesSize } of hops) {
  describeWith([name], `the parameters for ${name}${hidesSize ? ' that hides SIZE' : ''}`, function () {
    this.timeout(60_000);
    let server: MailServer;
    let proxy: FaultProxy;
    let gateway: Gateway;
    let count = 0;

    before(async () => {
      server = await start({ sizeLimit: SIZE_LIMIT, hidesSize });
      server.expect([ANN]);
      proxy = new FaultProxy(server.port, server.kill);
      await proxy.listen();
      const rules = methods.map((method) => `${method}.domain.com  $U@${method}.domain.com@${method}-DAEMON`);
      const blocks = methods.map((method) => `\ntcp_${method} smtp mx\n${method}-DAEMON\n`);
      const next = `127.0.0.1:${proxy.port}`;
      gateway = await startGateway({
        cnf: exampleFile('pmdf.cnf')
          .replace('\n.domain.com   ', `\n${rules.join('\n')}\n.domain.com   `)
          .concat(...blocks),
        delivery: (ports) => `delivery:
  l: queue
  tcp_internal: queue
  tcp_local: { method: queue, next_hop: '127.0.0.1:${ports.tcp_local}' }
  tcp_through: { method: through, next_hop: '${next}' }
  tcp_plugin: through
  tcp_queue: { method: queue, next_hop: '${next}' }
`,
        config: { 'smtp_forward.ini': `host=127.0.0.1\nport=${proxy.port}\n` },
      });
    });
    after(async () => {
      await gateway?.stop();
      await proxy?.close();
      await server?.stop();
    });
    beforeEach(() => {
      count += 1;
      gateway.clearSinks();
      proxy.follow(undefined, false, []);
    });

    /** The replies to RCPT and, if it was accepted, to the message. */
    async function send({ from = ANN, to, mail, rcpt, message }: Mail): Promise<readonly Reply[]> {
      server.expect([to]);
      const client = await connect({ port: gateway.port, localAddress: '127.0.2.1' });
      await client.ehlo();
      assert.equal((await client.mail(from, mail)).code, 250);
      const replies = [await client.rcpt(to, rcpt)];
      if (replies[0]?.code === 250) replies.push(await client.data(Buffer.from(message)));
      await client.quit();
      return replies;
    }

    async function arrived(to: string): Promise<string> {
      await until(
        () => server.messagesOf(to).length > 0,
        LIMIT_MS,
        () => `the message to ${to}\n${server.log().slice(-2000)}`,
      );
      return server.messagesOf(to)[0] ?? '';
    }

    const heard = (verb: string): string => {
      const [first = ''] = proxy.heard.filter((line) => line.startsWith(verb));
      return Buffer.from(first, 'latin1').toString();
    };

    for (const method of hidesSize ? [] : methods) {
      it(`${method}: reports success to the sender who asked for it`, async () => {
        const before = server.messagesOf(ANN).length;
        const to = `bob${count}@${method}.domain.com`;
        const replies = await send({
          to,
          mail: `RET=HDRS ENVID=q+2B${count}`,
          rcpt: 'NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;first+2B1@a.example',
          message: 'Subject: asked\r\n\r\nHello.\r\n',
        });
        assert.equal(replies[1]?.code, 250);
        await arrived(to);
        await until(
          () => server.messagesOf(ANN).length > before,
          LIMIT_MS,
          () => `a report\n${server.log().slice(-2000)}`,
        );
        await server.settle();
        const reports = server
          .messagesOf(ANN)
          .filter((text) => new RegExp(`: q\\+(?:2B)?${count}$`, 'm').test(text));
        assert.equal(reports.length, 1, server.messagesOf(ANN).slice(before).join('\n'));
        assert.match(reports[0] ?? '', /^Action: delivered$/m);
        // Exim repeats the parameters as they came.
        assert.match(reports[0] ?? '', /^Original-Recipient: rfc822; ?first\+(?:2B)?1@a\.example$/m);
        assert.doesNotMatch(reports[0] ?? '', /^Hello\.$/m);
        assert.match(heard('MAIL'), new RegExp(` RET=HDRS ENVID=q\\+2B${count}(?: |$)`));
        assert.match(heard('RCPT'), / NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;first\+2B1@a\.example$/);
      });

      // Both ways while the client waits write the same commands.
      if (method === 'plugin') continue;

      it(`${method}: reports nothing to a sender who asked for that`, async () => {
        const before = server.messagesOf(ANN).length;
        const to = `bob${count}@${method}.domain.com`;
        await send({ to, rcpt: 'NOTIFY=NEVER', message: 'Subject: never\r\n\r\nHello.\r\n' });
        await arrived(to);
        await server.settle();
        assert.equal(server.messagesOf(ANN).length, before);
        assert.match(heard('RCPT'), / NOTIFY=NEVER(?: |$)/);
      });

      it(`${method}: takes octets of eight bits`, async () => {
        const to = `bob${count}@${method}.domain.com`;
        const message =
          'Subject: eight\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGr\u00fc\u00dfe.\r\n';
        const replies = await send({ to, mail: 'BODY=8BITMIME', message });
        assert.equal(replies[1]?.code, 250);
        assert.match(Buffer.from(await arrived(to), 'latin1').toString(), /^Gr\u00fc\u00dfe\.$/m);
        assert.match(heard('MAIL'), / BODY=8BITMIME(?: |$)/);
      });

      it(`${method}: takes an address beyond ASCII`, async () => {
        const to = `j\u00f6rg${count}@${method}.domain.com`;
        const message = 'Subject: s\u00fc\u00df\r\n\r\nHello.\r\n';
        const replies = await send({ to, mail: 'SMTPUTF8', message });
        assert.equal(replies[1]?.code, 250, replies.map(({ text }) => text).join());
        assert.match(Buffer.from(await arrived(to), 'latin1').toString(), /^Subject: s\u00fc\u00df$/m);
        assert.match(heard('MAIL'), / SMTPUTF8(?: |$)/);
        assert.ok(heard('RCPT').includes(`<${to}>`), heard('RCPT'));
      });
    }

    for (const method of methods) {
      for (const isDeclared of [true, false]) {
        it(`${method}: refuses a message that is too large, ${isDeclared ? 'declared' : 'not declared'}`, async () => {
          const to = `large${count}@${method}.domain.com`;
          const message = `Subject: large\r\n\r\n${`${'x'.repeat(70)}\r\n`.repeat(TOO_LARGE / 72)}`;
          const replies = await send({
            from: 'a@client.example',
            to,
            ...(isDeclared ? { mail: `SIZE=${message.length}` } : {}),
            message,
          });
          const last = replies.at(-1);
          if (method === 'queue') {
            assert.equal(last?.code, 250);
            const [bounce] = await gateway.sinks.tcp_local.waitForMessages(1, LIMIT_MS);
            assert.ok(bounce !== undefined);
            assert.match(bounceOf(bounce).status, /^5\.3\.4/);
          } else {
            // After the message Haraka answers every refusal with 550, and Exim gives no enhanced code.
            assert.match(last?.lines[0] ?? '', /^(?:552 |55[02] 5\.3\.4 )/);
            // A client that says how large its message is hears it before it sends that.
            if (isDeclared && !hidesSize) assert.equal(replies.length, 1);
          }
          await server.settle();
          assert.deepEqual(server.messagesOf(to), []);
        });
      }
    }
  });
}
