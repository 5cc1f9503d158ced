/*
 * Shadow mode in a running Haraka: the client gets the same reply as without the table, the log has the line that
 * docs/trace-and-log.md shows, and protection against relaying by strangers stays in force.
 */

import assert from 'node:assert/strict';
import { deliver, sampleMessage } from './support/deliver.js';
import { exampleFile, type Gateway, startGateway } from './support/gateway.js';
import { connect } from './support/smtp-client.js';
import { until } from './support/until.js';

const STRANGER = '127.0.2.1';
const OURS = '127.0.1.5';

const MAPPINGS = `PORT_ACCESS

  TCP|*|*|127.0.2.66|*   $N500$ 5.7.1$ Go$ away

FROM_ACCESS

  *|tcp_local|bad@client.example|   $NSender$ unwelcome
  *|tcp_local|other@client.example|   new@client.example$Y$J

ORIG_SEND_ACCESS

  tcp_local|*|l|kept@domain.com   $NThis$ one$ counts
  tcp_local|*|tcp_local|*         $NRelaying$ not$ permitted

SEND_ACCESS

  *|*|l|bob@domain.com   $NNot$ "bob"
  *|*|l|held@domain.com   X-Held:$ yes$H$A
  process|*|tcp_local|jdoe@other.com   $NNot$ to$ him
`;

/** The name that the log gives to the entry on the line that holds the text. */
function entryWith(text: string): string {
  return `entry=mappings:${MAPPINGS.split('\n').findIndex((line) => line.includes(text)) + 1}`;
}

function linesOf(log: string): string[] {
  return log.split('\n').flatMap((line) => {
    const at = line.indexOf('shadow ');
    return at === -1 || !line.includes('[NOTICE]') ? [] : [line.slice(line.lastIndexOf('] ', at) + 2)];
  });
}

/** Waits for a line of shadow mode; the log comes through a separate pipe. */
async function hasLine(gateway: Gateway, line: string): Promise<void> {
  await until(
    () => linesOf(gateway.log()).includes(line),
    10_000,
    () => `${line} in\n${gateway.log()}`,
  );
}

/** Waits until the log holds a text. */
async function hasText(gateway: Gateway, text: string): Promise<void> {
  await until(
    () => gateway.log().includes(text),
    10_000,
    () => `${text} in\n${gateway.log()}`,
  );
}

async function replies(
  gateway: Gateway,
  from: string,
  to: readonly string[],
  localAddress = STRANGER,
): Promise<readonly number[]> {
  const client = await connect({ port: gateway.port, localAddress });
  try {
    await client.ehlo('client.example');
    const codes = [(await client.mail(`<${from}>`)).code];
    for (const one of to) codes.push((await client.rcpt(`<${one}>`)).code);
    return codes;
  } finally {
    await client.close();
  }
}

describe('shadow mode', () => {
  describe('of tables', () => {
    let gateway: Gateway;

    before(async () => {
      gateway = await startGateway({
        cnf: exampleFile('pmdf.cnf'),
        mappings: MAPPINGS,
        settings: 'shadow:\n  tables: [PORT_ACCESS, FROM_ACCESS, SEND_ACCESS]\n',
      });
    });
    after(() => gateway.stop());

    it('says at start what is in shadow', () =>
      hasText(gateway, '[pmdf/access] in shadow: PORT_ACCESS, FROM_ACCESS, SEND_ACCESS'));

    it('delivers mail that the table would have rejected, and logs it', async () => {
      const from = 'a@client.example';
      const { data } = await deliver({
        port: gateway.port,
        localAddress: STRANGER,
        from,
        to: ['bob@domain.com'],
        message: sampleMessage('in shadow'),
      });
      assert.equal(data?.code, 250);
      const [message] = await gateway.sinks.l.waitForMessages(1);
      assert.deepEqual(message?.envelopeTo, ['bob@domain.com']);
      const line = `shadow reject RCPT ${entryWith('bob@')} table=SEND_ACCESS to=<bob@domain.com> reply="550 5.7.1 Not 'bob': bob@domain.com"`;
      await hasLine(gateway, line);
      await hasText(gateway, `[pmdf/access] ${line}`);
      assert.equal(linesOf(gateway.log()).filter((one) => one.includes('to=<bob')).length, 1);
    });

    it('consults the tables that are not in shadow', async () => {
      assert.deepEqual(await replies(gateway, 'a@client.example', ['kept@domain.com']), [250, 550]);
    });

    it('holds nothing and adds nothing', async () => {
      gateway.clearSinks();
      const { data } = await deliver({
        port: gateway.port,
        localAddress: STRANGER,
        from: 'a@client.example',
        to: ['held@domain.com'],
        message: sampleMessage('not held'),
      });
      assert.equal(data?.code, 250);
      const [message] = await gateway.sinks.l.waitForMessages(1);
      assert.doesNotMatch(message?.raw.toString() ?? '', /X-Held/);
      const line = `shadow accept RCPT ${entryWith('held@')} table=SEND_ACCESS to=<held@domain.com> effects="hold; header X-Held: yes"`;
      await hasLine(gateway, line);
    });

    it('accepts senders and connections', async () => {
      assert.deepEqual(await replies(gateway, 'bad@client.example', ['ann@domain.com']), [250, 250]);
      assert.deepEqual(await replies(gateway, 'other@client.example', ['ann@domain.com']), [250, 250]);
      assert.deepEqual(
        await replies(gateway, 'a@client.example', ['ann@domain.com'], '127.0.2.66'),
        [250, 250],
      );
      for (const line of [
        `shadow reject MAIL ${entryWith('bad@')} table=FROM_ACCESS from=<bad@client.example> reply="550 5.7.1 Sender unwelcome: bad@client.example"`,
        `shadow accept MAIL ${entryWith('other@')} table=FROM_ACCESS from=<other@client.example> effects="sender <new@client.example>"`,
        `shadow reject CONNECT ${entryWith('127.0.2.66')} table=PORT_ACCESS client=127.0.2.66 reply="500 5.7.1 Go away"`,
      ]) {
        await hasLine(gateway, line);
      }
    });

    it('follows the second pass of the process channel', async () => {
      gateway.clearSinks();
      await deliver({
        port: gateway.port,
        localAddress: STRANGER,
        from: 'a@client.example',
        to: ['jane.doe@domain.com'],
        message: sampleMessage('forwarded'),
      });
      await gateway.sinks.tcp_local.waitForMessages(1);
      await hasText(
        gateway,
        `process: shadow reject RCPT ${entryWith('process|')} table=SEND_ACCESS to=<jdoe@other.com> reply="550`,
      );
    });
  });

  describe('of a channel', () => {
    let gateway: Gateway;

    before(async () => {
      gateway = await startGateway({ mappings: MAPPINGS, settings: 'shadow: { channels: [tcp_local] }\n' });
    });
    after(() => gateway.stop());

    it('lets no table decide on the mail of that channel, but refuses relaying by strangers', async () => {
      const to = ['bob@domain.com', 'kept@domain.com', 'bob@other.com', 'victim%evil.example@domain.com'];
      assert.deepEqual(await replies(gateway, 'bad@client.example', to), [250, 250, 250, 550, 550]);
      const relaying = `${entryWith('tcp_local|*|tcp_local|*')}`;
      await hasLine(
        gateway,
        `shadow reject RCPT ${relaying} table=ORIG_SEND_ACCESS to=<bob@other.com> reply="550 5.7.1 Relaying not permitted: bob@other.com" applied=relaying`,
      );
      await hasText(gateway, `reject recipient <bob@other.com> ${relaying}`);
    });

    it('does not affect other channels', async () => {
      assert.deepEqual(await replies(gateway, 'a@domain.com', ['bob@domain.com'], OURS), [250, 550]);
    });
  });
});
