/*
 * SPF of a channel in shadow, in a real Haraka: everything is accepted, and the log, the results, the metrics and the page say what
 * would have been refused. Clients that authenticate are not checked, in shadow or not.
 */
import assert from 'node:assert/strict';
import { passwordText } from './auth/install.js';
import { connectionIni, exampleFile, type Gateway, startGateway } from './support/gateway.js';
import { connect, type SmtpClient } from './support/smtp-client.js';
import { until } from './support/until.js';
import { ask, pageOf } from './watch/support/ask.js';

const PROXY = '127.0.3.1';
const client = '203.0.113.7';
const refusal = (domain: string): string => `550 5.7.23 SPF: ${domain} does not permit ${client} to send`;

/** Logs what the results of the connection and the transaction have under pmdf/access. */
const resultsPlugin = `exports.hook_rcpt = function (next, connection) {
  for (const { results } of [connection, connection.transaction]) {
    for (const text of results.get('pmdf/access')?.msg ?? []) this.lognotice('has the result ' + text)
  }
  next()
}
`;

const plugins = [
  'e2e_results',
  'pmdf/switchchannel',
  'pmdf/auth',
  'pmdf/access',
  'pmdf/watch',
  'queue/smtp_forward',
  'pmdf/deliver',
];

async function startWith(keywords: string, settings: string): Promise<Gateway> {
  return startGateway({
    plugins,
    pluginFiles: { 'e2e_results.js': resultsPlugin },
    cnf: exampleFile('pmdf.cnf').replace('remotehost maytls', `remotehost maysaslserver ${keywords}`),
    settings: `switch_lookup: literal
reverse_timeout: 1
spf: { timeout: 1 }
auth: { without_tls: [tcp_local] }
watch: { listen: '127.0.0.1:0' }
${settings}`,
    names: {
      'TXT fail.example': ['v=spf1 -all'],
      'TXT helo.example': ['v=spf1 -all'],
      'TXT pass.example': ['v=spf1 +all'],
      'TXT broken.example': 'failure',
    },
    config: {
      'connection.ini': connectionIni(PROXY),
      'pmdf/passwords': await passwordText({ jane: 'apples' }),
    },
  });
}

async function open(gateway: Gateway, helo: string): Promise<SmtpClient> {
  const opened = await connect({ port: gateway.port, localAddress: PROXY, awaitGreeting: false });
  opened.sendRaw(Buffer.from(`PROXY TCP4 ${client} 127.0.0.1 4000 25\r\n`));
  await opened.readReply('a greeting');
  assert.equal((await opened.ehlo(helo)).code, 250);
  return opened;
}

const response = Buffer.from('\0jane\0apples').toString('base64');

/** A message to bob; the codes of MAIL and RCPT, or of MAIL alone where that is refused. */
async function codesOf(opened: SmtpClient, sender: string): Promise<readonly number[]> {
  const { code } = await opened.mail(sender);
  const codes = code === 250 ? [code, (await opened.rcpt('bob@domain.com')).code] : [code];
  await opened.send('RSET');
  return codes;
}

/** The lines of shadow mode, each once it is complete. */
function shadowLinesIn(gateway: Gateway): readonly string[] {
  return gateway
    .log()
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.includes('[NOTICE]') && line.includes('[pmdf/access] shadow '))
    .map((line) => line.slice(line.indexOf('shadow ')));
}

async function waitForLines(gateway: Gateway, expected: readonly string[]): Promise<void> {
  await until(
    () => shadowLinesIn(gateway).length >= expected.length,
    10_000,
    () => `${expected.length} lines in\n${gateway.log()}`,
  );
  assert.deepEqual(shadowLinesIn(gateway), expected);
}

describe('SPF in shadow', () => {
  const started: Gateway[] = [];
  after(async () => {
    for (const gateway of started) await gateway.stop();
  });

  describe('at HELO and MAIL', () => {
    let gateway: Gateway;
    before(async () => {
      gateway = await startWith('spfhelo spfmailfrom', 'shadow: { channels: [tcp_local] }\n');
      started.push(gateway);
    });

    it('refuses nothing, and has a log line for each command that it would have refused', async () => {
      const opened = await open(gateway, 'helo.example');
      for (const domain of ['fail.example', 'pass.example', 'broken.example']) {
        assert.deepEqual(await codesOf(opened, `a@${domain}`), [250, 250], domain);
      }
      // The rest of the session is authenticated.
      assert.equal((await opened.send(`AUTH PLAIN ${response}`)).code, 235);
      assert.deepEqual(await codesOf(opened, 'a@fail.example'), [250, 250]);
      await opened.quit();
      await gateway.waitForLog('has the result shadow defer MAIL spfmailfrom of tcp_local');
      await waitForLines(gateway, [
        `shadow reject HELO entry="spfhelo of tcp_local" table=spfhelo helo=helo.example reply="${refusal('helo.example')}"`,
        `shadow reject MAIL entry="spfmailfrom of tcp_local" table=spfmailfrom from=<a@fail.example> reply="${refusal('fail.example')}"`,
        `shadow defer MAIL entry="spfmailfrom of tcp_local" table=spfmailfrom from=<a@broken.example> cause="SPF of broken.example: DNS does not answer"`,
      ]);
    });

    it('notes it in the results', async () => {
      for (const [verdict, command, keyword] of [
        ['reject', 'HELO', 'spfhelo'],
        ['reject', 'MAIL', 'spfmailfrom'],
        ['defer', 'MAIL', 'spfmailfrom'],
      ] as const) {
        await gateway.waitForLog(`has the result shadow ${verdict} ${command} ${keyword} of tcp_local`);
      }
    });

    it('shows it on the page, and counts nothing as refused', async () => {
      const page = await pageOf(gateway);
      const state: unknown = JSON.parse((await ask(`${page}state`)).text);
      const shadowed: unknown = Reflect.get(Object(state), 'shadowed');
      assert.ok(Array.isArray(shadowed));
      assert.deepEqual(
        shadowed
          .map((one) => ['from', 'verdict', 'shadow'].map((name) => Reflect.get(Object(one), name)))
          .reverse(),
        [
          ['', 'accepted', `spfhelo of tcp_local: reject, ${refusal('helo.example')}`],
          ['a@fail.example', 'accepted', `spfmailfrom of tcp_local: reject, ${refusal('fail.example')}`],
          [
            'a@broken.example',
            'accepted',
            'spfmailfrom of tcp_local: defer, 451 4.3.0 could not decide, try again later, SPF of broken.example: DNS does not answer',
          ],
        ],
      );
      const { text } = await ask(new URL('/metrics', page).href);
      const limits = text.split('\n').filter((line) => line.includes('stage="limit"'));
      assert.deepEqual(limits, [
        'pmdf_decisions_total{stage="limit",source="tcp_local",destination="",table="",entry="",verdict="accepted"} 3',
      ]);
    });
  });

  describe('at RCPT', () => {
    let gateway: Gateway;
    before(async () => {
      gateway = await startWith('spfrcptto', 'shadow: { channels: [tcp_local] }\n');
      started.push(gateway);
    });

    it('has a line for each recipient', async () => {
      const opened = await open(gateway, 'helo.example');
      assert.deepEqual(await codesOf(opened, 'a@fail.example'), [250, 250]);
      await opened.quit();
      await waitForLines(gateway, [
        `shadow reject RCPT entry="spfrcptto of tcp_local" table=spfrcptto to=<bob@domain.com> reply="${refusal('fail.example')}"`,
      ]);
    });
  });

  describe('not in shadow', () => {
    let gateway: Gateway;
    before(async () => {
      gateway = await startWith('spfmailfrom', '');
      started.push(gateway);
    });

    it('refuses a stranger, and lets the same client send once it has authenticated', async () => {
      const opened = await open(gateway, 'helo.example');
      assert.deepEqual(await codesOf(opened, 'a@fail.example'), [550]);
      assert.equal((await opened.send(`AUTH PLAIN ${response}`)).code, 235);
      assert.deepEqual(await codesOf(opened, 'a@fail.example'), [250, 250]);
      await opened.quit();
    });
  });
});
