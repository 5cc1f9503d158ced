/*
 * Directory channels in a running Haraka: with `inline` and without, the three answers for a name that is not there, one that is
 * ambiguous and a directory that does not answer, forwarding out, the hop in Received with ORCPT, and who sees candidates.
 */
import assert from 'node:assert/strict';
import { bounceOf, unfolded } from './support/bounce.js';
import { deliver, sampleMessage } from './support/deliver.js';
import { exampleFile, type Gateway, startGateway } from './support/gateway.js';
import { type Sink, startSink } from './support/sink.js';
import { connect, type Reply } from './support/smtp-client.js';
import { until } from './support/until.js';

const stranger = '127.0.2.1';
const inside = '127.0.1.5';

const entries = `john.doe    ariel@sub.domain.com
j.smith     js1@sub.domain.com
j.smith     js2@sub.domain.com
jane.doe    jdoe@other.com
reported    kim@dsn.test
refused     refused@other.com
bad         not an address
`;

const cnf = `example.com   $U%example.com@DIRECTORY-DAEMON
inline.test   $U%inline.test@INLINE-DAEMON
dsn.test      $U%dsn.test@DSN-DAEMON
${exampleFile('pmdf.cnf')}
directory
DIRECTORY-DAEMON

directory_inline inline
INLINE-DAEMON

tcp_dsn smtp
DSN-DAEMON
`;

const mappings = `ORIG_SEND_ACCESS

  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted

SEND_ACCESS

  directory|*|tcp_local|refused@other.com          $X5.7.9|$NNot$ to$ him
  tcp_local|*|tcp_local|refused@other.com          $X5.7.9|$NNot$ to$ him
`;

/** The domains of the two channels. */
const ways = [
  ['example.com', 'without inline'],
  ['inline.test', 'with inline'],
] as const;

function receivedLines(raw: Buffer | undefined): string[] {
  const text = raw?.toString('latin1') ?? '';
  const header = unfolded(text.slice(0, text.indexOf('\r\n\r\n') + 2));
  return header.split('\r\n').filter((line) => line.startsWith('Received:'));
}

describe('directory channels', () => {
  let gateway: Gateway;
  let dsn: Sink;

  before(async () => {
    dsn = await startSink({ extensions: ['DSN'] });
    gateway = await startGateway({
      cnf,
      mappings,
      config: {
        'pmdf/directory_option': 'example.com=0\nINLINE_AMBIGUOUS=0\n',
        'pmdf/directory_inline_option': 'inline.test=2%0\nINLINE_AMBIGUOUS=0\n',
        'pmdf/directories/example.com.txt': entries,
        'pmdf/directories/inline.test.txt': entries,
      },
      delivery: (ports) => `delivery:
  l: { method: through, next_hop: '127.0.0.1:${ports.l}' }
  tcp_internal: { method: through, next_hop: '127.0.0.1:${ports.tcp_internal}' }
  tcp_local: { method: queue, next_hop: '127.0.0.1:${ports.tcp_local}' }
  tcp_dsn: { method: queue, next_hop: '127.0.0.1:${dsn.port}' }
`,
    });
  });
  after(async () => {
    await gateway?.stop();
    await dsn?.stop();
  });
  beforeEach(() => {
    gateway.clearSinks();
    dsn.clear();
  });

  async function send(to: string, more: { from?: string; client?: string } = {}): Promise<Reply> {
    const { rcpt, data } = await deliver({
      port: gateway.port,
      localAddress: more.client ?? stranger,
      from: more.from ?? 'a@client.example',
      to: [to],
      message: sampleMessage('by a directory'),
    });
    const answer = data ?? rcpt[0];
    if (answer === undefined) throw new Error('MAIL FROM was refused');
    return answer;
  }

  async function ask(to: string, client = stranger): Promise<string> {
    const session = await connect({ port: gateway.port, localAddress: client });
    try {
      await session.ehlo();
      await session.mail('a@client.example');
      const { code, text } = await session.rcpt(to);
      return `${code} ${text}`;
    } finally {
      await session.close();
    }
  }

  for (const [domain, way] of ways) {
    it(`${way}: a mailbox becomes a real address`, async () => {
      assert.equal((await send(`John.Doe@${domain}`)).code, 250);
      const [message] = await gateway.sinks.tcp_internal.waitForMessages(1);
      assert.deepEqual(message?.envelopeTo, ['ariel@sub.domain.com']);
    });

    it(`${way}: mail of a stranger is forwarded out, and is not relaying`, async () => {
      assert.equal((await send(`jane.doe@${domain}`)).code, 250);
      const [message] = await gateway.sinks.tcp_local.waitForMessages(1);
      assert.deepEqual(message?.envelopeTo, ['jdoe@other.com']);
      assert.match(await ask('jdoe@other.com'), /^550 5\.7\.1 Relaying not permitted/);
    });

    it(`${way}: what is not there, is ambiguous or is no address gets an answer of its own at RCPT`, async () => {
      assert.equal(await ask(`nobody@${domain}`), `550 5.1.1 unknown or illegal alias: nobody@${domain}`);
      assert.equal(await ask(`j.smith@${domain}`), `550 5.1.4 ambiguous name: j.smith@${domain}`);
      assert.match(await ask(`bad@${domain}`), /^451 4\.3\.0 /);
      assert.match(gateway.log(), /has a value that is not an address: `not an address`/);
    });

    it(`${way}: a refusal by the tables for what is found is the answer at RCPT`, async () => {
      assert.match(await ask(`refused@${domain}`), /^550 5\.7\.9 Not to him/);
    });

    it(`${way}: the original recipient is the address as received`, async () => {
      assert.equal((await send(`reported@${domain}`)).code, 250);
      const [message] = await dsn.waitForMessages(1);
      assert.deepEqual(message?.envelopeTo, ['kim@dsn.test']);
      const parameters = message?.rcptParameters.join(' ') ?? '';
      assert.match(parameters, new RegExp(`ORCPT=rfc822;reported@${domain.replace('.', '\\.')}`));
    });

    it(`${way}: a sender inside gets the candidates in a notice, a stranger does not`, async () => {
      assert.equal((await send(`j.smith@${domain}`, { client: inside, from: 'ann@domain.com' })).code, 250);
      // The copy for the postmaster may be first.
      const messages = await gateway.sinks.l.waitForMessages(2);
      const message = messages.find(({ envelopeTo }) => envelopeTo.includes('ann@domain.com'));
      assert.ok(message !== undefined);
      const notice = bounceOf(message);
      assert.deepEqual([notice.to, notice.action, notice.status], [['ann@domain.com'], 'failed', '5.1.4']);
      assert.equal(notice.finalRecipient, `rfc822;j.smith@${domain}`);
      assert.match(notice.text, /This name may mean: js1@sub\.domain\.com\r\n/);
      assert.match(notice.text, /This name may mean: js2@sub\.domain\.com\r\n/);
      assert.equal(gateway.sinks.tcp_internal.messages.length, 0);
      const refused = await send(`j.smith@${domain}`, { from: 'ann@domain.com' });
      assert.equal(refused.code, 550);
      assert.doesNotMatch(refused.text, /js1/);
    });

    it(`${way}: a directory that is away defers, and is used again when it is back`, async () => {
      gateway.breakFolder('config/pmdf/directories');
      await until(
        async () => (await ask(`john.doe@${domain}`)).startsWith('451 4.3.0 '),
        20_000,
        () => 'a deferral',
      );
      assert.match(gateway.log(), /the database `.*` is missing/);
      gateway.mendFolder('config/pmdf/directories');
      await until(
        async () => (await ask(`john.doe@${domain}`)).startsWith('250 '),
        20_000,
        () => 'an acceptance',
      );
    });
  }

  it('without inline: the channel is a hop with its own name, and keeps the address of the sender', async () => {
    assert.equal((await send('john.doe@example.com')).code, 250);
    const [message] = await gateway.sinks.tcp_internal.waitForMessages(1);
    const [first = ''] = receivedLines(message?.raw);
    assert.match(
      first,
      /^Received: from DIRECTORY-DAEMON by domain\.com \(pmdf directory channel\) id \S+ for <john\.doe@example\.com> \(ORCPT rfc822;john\.doe@example\.com\); \w{3}, /,
    );
  });

  it('without inline: a message that comes back for the same mailbox is in a loop', async () => {
    const received =
      'Received: from DIRECTORY-DAEMON by domain.com (pmdf directory channel)\r\n\tid A.1 for <john.doe@example.com>\r\n\t(ORCPT rfc822;john.doe@example.com);\r\n\tTue, 1 Dec 2026 10:00:00 +0000\r\n';
    const { data } = await deliver({
      port: gateway.port,
      localAddress: stranger,
      from: 'a@client.example',
      to: ['john.doe@example.com'],
      message: `${received}${sampleMessage('again')}`,
    });
    assert.equal(data?.code, 550);
    assert.match(data?.text ?? '', /^5\.4\.6 mail forwarding loop/);
  });

  it('without inline: the log names the second pass', async () => {
    assert.equal((await send('john.doe@example.com')).code, 250);
    await gateway.sinks.tcp_internal.waitForMessages(1);
    assert.match(gateway.log(), /directory: john\.doe@example\.com -> tcp_internal:ariel@sub\.domain\.com/);
  });
});

describe('directory channels where pmdf/forward forwards and other plugins deliver', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({
      plugins: ['pmdf/switchchannel', 'pmdf/access', 'pmdf/forward', 'queue/smtp_forward'],
      cnf,
      mappings,
      config: {
        'pmdf/directory_option': 'example.com=0\nINLINE_AMBIGUOUS=0\n',
        'pmdf/directory_inline_option': 'inline.test=0\nINLINE_AMBIGUOUS=0\n',
        'pmdf/directories/example.com.txt': entries,
        'pmdf/directories/inline.test.txt': entries,
      },
      delivery: () => '',
    });
  });
  after(() => gateway?.stop());
  beforeEach(() => gateway.clearSinks());

  for (const [domain, way] of ways) {
    it(`${way}: what is found replaces the recipient`, async () => {
      const { data } = await deliver({
        port: gateway.port,
        localAddress: stranger,
        from: 'a@client.example',
        to: [`john.doe@${domain}`],
        message: sampleMessage('forwarded'),
      });
      assert.equal(data?.code, 250);
      const [message] = await gateway.sinks.l.waitForMessages(1);
      assert.deepEqual(message?.envelopeTo, ['ariel@sub.domain.com']);
    });

    it(`${way}: an ambiguous name is refused, since nobody writes notices`, async () => {
      const { rcpt } = await deliver({
        port: gateway.port,
        localAddress: inside,
        from: 'ann@domain.com',
        to: [`j.smith@${domain}`],
      });
      assert.equal(rcpt[0]?.code, 550);
      assert.equal(rcpt[0]?.text, `5.1.4 ambiguous name: j.smith@${domain}`);
    });
  }
});
