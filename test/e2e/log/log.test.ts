/*
 * pmdf/log: what is written while mail is accepted, refused, delivered, deferred and returned, as text and as XML; the filter
 * that fail2ban has for it is the judge of the latter.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { itWith } from '../../support/programs.js';
import { authCnf, authPlugins, clients, startAuthGateway } from '../auth/install.js';
import { deliver, sampleMessage } from '../support/deliver.js';
import type { Gateway } from '../support/gateway.js';
import { connect } from '../support/smtp-client.js';
import { until } from '../support/until.js';

const cnf = authCnf
  .replace('\nl\n', '\ndefaults logging\n\nl\n')
  .replace('tcp_no smtp', 'tcp_no nologging smtp');
const from = 'a@client.example';

describe('pmdf/log', () => {
  let gateway: Gateway;

  const file = (name = 'mail.log_current'): string => path.join(gateway.dir, 'log', name);
  /** Lines without their time. */
  function lines(): string[] {
    const text = readFileSync(file(), 'utf8');
    assert.ok(text.endsWith('\n'));
    return text
      .slice(0, -1)
      .split('\n')
      .map((line) => line.replace(/^\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d\.\d\d /, ''));
  }

  async function lineWith(sought: RegExp): Promise<string> {
    const find = (): string | undefined => lines().find((line) => sought.test(line));
    await until(
      () => find() !== undefined,
      10_000,
      () => `a line ${sought} among\n${lines().join('\n')}`,
    );
    return find() ?? '';
  }

  const send = (localAddress: string, to: readonly string[], sender = from) =>
    deliver({ port: gateway.port, localAddress, from: sender, to, message: sampleMessage('log') });

  before(async () => {
    gateway = await startAuthGateway({
      cnf,
      plugins: [...authPlugins, 'pmdf/log'],
      config: { 'pmdf/option.dat': 'LOG_CONNECTION=3\n' },
    });
    await send(clients.may, ['before@domain.com']);
    await gateway.waitForLog(/mail\.log_current cannot be written, mail goes on: ENOENT/);
    mkdirSync(path.join(gateway.dir, 'log'));
    await gateway.waitForLog(/mail\.log_current is written again; 0 entries are lost/);
  });
  after(() => gateway?.stop());

  it('writes what waited once the folder is there, after one warning', async () => {
    const line = await lineWith(/before@/);
    assert.match(line, /^(?:l {25}D|tcp_may {6}l {12}E) 1 a@client\.example rfc822;before@domain\.com /);
    assert.equal(gateway.log().match(/cannot be written/g)?.length, 1);
  });

  it('has the connection, each recipient, and what the next hop said', async () => {
    await send(clients.may, ['bob@domain.com', 'x@elsewhere.example']);
    const port = '\\d+';
    const closed = new RegExp(
      `^tcp_may {6}\\+ {12}C TCP\\|127\\.0\\.0\\.1\\|${gateway.port}\\|127\\.0\\.3\\.1\\|${port} SMTP$`,
    );
    const own = (): string[] => {
      const all = lines();
      const at = all.findIndex((line) => line.includes('x@elsewhere'));
      return at === -1 ? [] : all.slice(at - 1, at + 4);
    };
    await until(
      () => own().length === 5,
      5_000,
      () => lines().join('\n'),
    );
    const forms = [
      closed.source.replace('C TCP', 'O TCP'),
      '^tcp_may {6}tcp_local    J 0 a@client\\.example rfc822;x@elsewhere\\.example x@elsewhere\\.example \\S+ \\(\\[127\\.0\\.3\\.1\\]\\) 550 5\\.7\\.1 Relaying not permitted: x@elsewhere\\.example$',
      '^l {25}D 1 a@client\\.example rfc822;bob@domain\\.com bob@domain\\.com dns;\\S+ smtp;250 ',
      '^tcp_may {6}l {12}E 1 a@client\\.example rfc822;bob@domain\\.com bob@domain\\.com \\S+ \\(\\[127\\.0\\.3\\.1\\]\\)$',
      closed.source,
    ];
    for (const [at, form] of forms.entries()) assert.match(own()[at] ?? '', new RegExp(form));
  });

  it('has what becomes of mail in the queue', async () => {
    const { tcp_local: sink } = gateway.sinks;
    sink.refuseRecipient('later@elsewhere.example', { code: 450, text: '4.2.1 not now' });
    sink.refuseRecipient('gone@elsewhere.example', { code: 550, text: '5.1.1 not here' });
    await send(clients.inside, ['good@elsewhere.example']);
    assert.match(
      await lineWith(/ D 1 .*good@/),
      /^tcp_local {17}D 1 \S+ rfc822;good@elsewhere\.example good@\S+ dns;\S+ \(TCP\|\|\|127\.0\.0\.1\|\d+\) smtp;250 /,
    );
    await send(clients.inside, ['later@elsewhere.example']);
    assert.match(
      await lineWith(/ Q 1 .*later@/),
      /^tcp_local {17}Q 1 .* later@\S+ smtp;450 4\.2\.1 not now$/,
    );
    await send(clients.inside, ['gone@elsewhere.example']);
    assert.match(await lineWith(/ R 1 .*gone@/), /^tcp_local {17}R 1 .* gone@\S+ smtp;550 5\.1\.1 not here$/);
  });

  it('has no connection of a channel without logging, and one line for each hostile envelope', async () => {
    await send(clients.no, ['silent@elsewhere.example']);
    const client = await connect({ port: gateway.port, localAddress: clients.may });
    await client.send('EHLO x (y [192.0.2.9]) 250');
    await client.send('MAIL FROM:<"a b\\"c <&>"@client.example>');
    await client.send('RCPT TO:<"x 1 y rfc822;z E 1"@elsewhere.example>');
    await client.quit();
    const line = await lineWith(/ J 0 .*z\\x20E/);
    assert.match(
      line,
      /^tcp_may {6}tcp_local {4}J 0 "a\\x20b\\x5c"c\\x20<&>"@client\.example rfc822;"x\\x201\\x20y\\x20rfc822;z\\x20E\\x201"@elsewhere\.example "x\S+ x\S* \(\[127\.0\.3\.1\]\) 550 /,
    );
    assert.deepEqual(
      lines().filter((one) => /^tcp_no +\+/.test(one)),
      [],
    );
  });

  it('goes on in a new file after the old one was moved', async () => {
    renameSync(file(), file('mail.log_yesterday'));
    const isThere = async (): Promise<boolean> => {
      await send(clients.may, ['rotated@domain.com']);
      return lines().some((line) => line.includes('rotated'));
    };
    await until(
      () => isThere().catch(() => false),
      5_000,
      () => 'a new file',
    );
  });

  itWith(['fail2ban-regex'], 'has the addresses of password guessers for fail2ban, in XML', async () => {
    gateway.replaceFile('option.dat', 'LOG_FORMAT=4\nLOG_CONNECTION=32\n');
    await gateway.waitForLog(/policy 2 is in force/);
    const client = await connect({ port: gateway.port, localAddress: clients.stay });
    await client.ehlo();
    const plain = (user: string, password: string): string =>
      `AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`).toString('base64')}`;
    for (const user of ['jane', 'x" y="<&\n']) await client.send(plain(user, 'guess'));
    await client.send(plain('jane', 'apples'));
    await client.quit();
    await lineWith(/ac="U".* us="jane" di="235 /);
    const filter = '/etc/fail2ban/filter.d/oracleims.conf';
    const found = execFileSync('fail2ban-regex', ['--out', 'ip', file(), filter], { encoding: 'utf8' });
    assert.deepEqual(found.trim().split('\n'), [clients.stay, clients.stay]);
  });

  it('has every entry on disk when Haraka ended', async () => {
    await send(clients.may, ['last@domain.com']);
    gateway.kill('SIGTERM');
    await gateway.exited;
    assert.match(readFileSync(file(), 'utf8'), /ac="E" .*last@domain\.com/);
  });
});
