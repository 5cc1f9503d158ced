/*
 * pmdf/log with several processes and a log of connections of its own; refused connections, next hops that refuse while the client
 * waits, and mail that comes back without a notice.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { deliver, sampleMessage } from '../support/deliver.js';
import { allPlugins, exampleFile, type Gateway, startGateway } from '../support/gateway.js';
import { connect } from '../support/smtp-client.js';
import { until } from '../support/until.js';

const cnf = exampleFile('pmdf.cnf').replace('defaults noswitchchannel', 'defaults noswitchchannel logging');
const mappings = `${exampleFile('mappings')}
PORT_ACCESS

  TCP|*|*|127.0.2.66|*   $N500$ 5.7.1$ Go$ away
`;
const inside = '127.0.1.5';
const outside = '127.0.2.1';
const from = 'a@client.example';
const time = String.raw`\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d\.\d\d`;

describe('pmdf/log with several processes', () => {
  let gateway: Gateway;

  const linesOf = (name: string): string[] =>
    readFileSync(path.join(gateway.dir, 'log', name), 'utf8')
      .split('\n')
      .slice(0, -1);
  const has = (name: string, sought: RegExp): Promise<void> =>
    until(
      () => linesOf(name).some((line) => sought.test(line)),
      10_000,
      () => `${sought} in\n${linesOf(name).join('\n')}`,
    );

  before(async () => {
    gateway = await startGateway({
      plugins: [...allPlugins, 'pmdf/log'],
      cnf,
      mappings,
      nodes: 2,
      config: { 'pmdf/option.dat': 'LOG_CONNECTION=3\nSEPARATE_CONNECTION_LOG=1\nLOG_PROCESS=1\n' },
    });
    mkdirSync(path.join(gateway.dir, 'log'));
  });
  after(() => gateway?.stop());

  it('has whole lines of all processes in two files', async () => {
    const send = (index: number) =>
      deliver({
        port: gateway.port,
        localAddress: outside,
        from,
        to: [`bob${index}@domain.com`],
        message: sampleMessage('log'),
      });
    const closed = (): readonly string[] =>
      linesOf('connection.log_current').filter((line) => / C TCP\|/.test(line));
    const processes = (): number => new Set(closed().map((line) => line.split(' ')[2])).size;
    let sent = 0;
    // A process that has started late takes no connection at first.
    while (sent === 0 || processes() < 2) {
      assert.ok(sent < 200, 'one process took all connections');
      await Promise.all([1, 2, 3, 4].map((index) => send(sent + index)));
      sent += 4;
      await until(
        () => closed().length === sent,
        10_000,
        () => linesOf('connection.log_current').join('\n'),
      );
    }
    const connection = new RegExp(`^${time} ([0-9a-f]+) tcp_local {4}\\+ {12}[OC] TCP\\|`);
    const message = new RegExp(`^${time} ([0-9a-f]+) (?:l {25}D|tcp_local {4}l {12}E) 1 a@client\\.example `);
    const all = [
      ...linesOf('connection.log_current').map((line) => connection.exec(line)?.[1]),
      ...linesOf('mail.log_current').map((line) => message.exec(line)?.[1]),
    ];
    assert.equal(all.length, 4 * sent);
    assert.equal(all.includes(undefined), false);
  });

  it('has a refused connection', async () => {
    const client = await connect({ port: gateway.port, localAddress: '127.0.2.66' });
    assert.match(client.greeting?.text ?? '', /Go away/);
    await client.closed;
    await has('connection.log_current', / X TCP\|\S+\|127\.0\.2\.66\|\d+ SMTP 500 5\.7\.1 Go away$/);
  });

  it('has J alone where the next hop refuses the message while the client waits', async () => {
    gateway.sinks.l.refuseData({ code: 554, text: '5.6.0 not this' });
    const client = await connect({ port: gateway.port, localAddress: outside });
    await client.ehlo();
    await client.mail(from);
    await client.rcpt('refused@domain.com');
    const { code, text } = await client.data(sampleMessage('log'));
    assert.equal(code, 550);
    assert.match(text, /^5\.6\.0 not this \(/);
    await client.quit();
    await has('mail.log_current', / J 1 \S+ rfc822;refused@domain\.com .* 550 5\.6\.0 not this$/);
    assert.equal(linesOf('mail.log_current').filter((line) => line.includes('refused@')).length, 1);
  });

  it('has mail that came back without a notice', async () => {
    gateway.sinks.tcp_local.refuseRecipient('gone@elsewhere.example', { code: 550, text: '5.1.1 not here' });
    const client = await connect({ port: gateway.port, localAddress: inside });
    await client.ehlo();
    await client.mail(from);
    await client.rcpt('gone@elsewhere.example', 'NOTIFY=NEVER');
    await client.data(sampleMessage('log'));
    await client.quit();
    await has('mail.log_current', /tcp_local {17}K 1 .* gone@elsewhere\.example smtp;550 5\.1\.1 not here$/);
  });
});
