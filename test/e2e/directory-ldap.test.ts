/*
 * A directory channel of service type 2: two real slapds, named in its option file, are asked for mailboxes. What is found, what
 * is not there or ambiguous, local parts that try to change the filter, a server that is down, and all of them.
 */
import assert from 'node:assert/strict';
import { describeWith } from '../support/programs.js';
import { deliver, sampleMessage } from './support/deliver.js';
import { exampleFile, type Gateway, startGateway } from './support/gateway.js';
import { person, type Slapd, startSlapd } from './support/slapd.js';
import { until } from './support/until.js';

const cnf = `example.com   $U%example.com@DIRECTORY-DAEMON
inline.test   $U%inline.test@INLINE-DAEMON
${exampleFile('pmdf.cnf')}
directory
DIRECTORY-DAEMON

directory_inline inline
INLINE-DAEMON
`;

const mappings = `ORIG_SEND_ACCESS

  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted
`;

const people = [
  person('john.doe', { mail: 'ariel@sub.domain.com' }),
  person('j.smith', { mail: 'js1@sub.domain.com', ou: 'Sales' }),
  person('smith2', { mail: ['js2@sub.domain.com', 'j.smith@example.com', 'j.smith@inline.test'] }),
  person('mute', {}),
  person('bad', { mail: 'not an address' }),
  person('a*)(uid=*', { mail: 'star@sub.domain.com' }),
].join('');

/** What a local part must not find: each is an entry of nobody, unless it is taken for a part of the filter. */
const hostileLocalParts = [
  '"*"',
  '"john*"',
  '")(uid=*"',
  '"john.doe)(uid=*"',
  '"x))(|(uid=john.doe"',
  '"\\\\2a"',
  '"john.doe\\\\00"',
];

describeWith(['slapd'], 'directory channels with LDAP servers', function () {
  this.timeout(120_000);
  let first: Slapd;
  let second: Slapd;
  let gateway: Gateway;

  before(async () => {
    first = await startSlapd(people);
    second = await startSlapd(people);
    const servers = `LDAP_SERVERS=127.0.0.1+${first.port}|127.0.0.1+${second.port}\nLDAP_BASE=ou=people,o=example\n`;
    gateway = await startGateway({
      cnf,
      mappings,
      config: {
        'pmdf/directory_option': `example.com=2\n${servers}`,
        'pmdf/directory_inline_option': `DEFAULT_METHOD=2\n${servers}`,
      },
    });
  });

  after(async () => {
    await gateway?.stop();
    await first?.close();
    await second?.close();
  });

  const stranger = { localAddress: '127.0.2.1', from: 'a@client.example' };

  async function replyTo(to: string): Promise<string> {
    const { mail, rcpt } = await deliver({ port: gateway.port, ...stranger, to: [to] });
    const { code, text } = rcpt[0] ?? mail;
    return `${code} ${text}`;
  }

  /** The recipients of the message that reaches the sink of the inner hosts. */
  async function recipientsAfter(to: string): Promise<readonly string[] | undefined> {
    gateway.clearSinks();
    const message = sampleMessage('directory');
    const { rcpt, data } = await deliver({ port: gateway.port, ...stranger, to: [to], message });
    assert.deepEqual([rcpt[0]?.code, data?.code], [250, 250], rcpt[0]?.text);
    const [received] = await gateway.sinks.tcp_internal.waitForMessages(1);
    return received?.envelopeTo;
  }

  for (const domain of ['example.com', 'inline.test']) {
    it(`${domain}: finds the address of a name, with its subaddress`, async () => {
      assert.deepEqual(await recipientsAfter(`John.Doe@${domain}`), ['ariel@sub.domain.com']);
      assert.deepEqual(await recipientsAfter(`john.doe+box@${domain}`), ['ariel+box@sub.domain.com']);
    });

    it(`${domain}: refuses a name that is not there, is ambiguous, or has no address`, async () => {
      assert.equal(await replyTo(`nobody@${domain}`), `550 5.1.1 unknown or illegal alias: nobody@${domain}`);
      assert.equal(await replyTo(`j.smith@${domain}`), `550 5.1.4 ambiguous name: j.smith@${domain}`);
      assert.equal(await replyTo(`mute@${domain}`), `550 5.1.1 no address for this name: mute@${domain}`);
    });

    it(`${domain}: defers mail for a name whose value is not an address`, async () => {
      assert.match(await replyTo(`bad@${domain}`), /^451 4\.3\.0 /);
    });

    it(`${domain}: looks for a local part as it is written`, async () => {
      assert.deepEqual(await recipientsAfter(`"a*)(uid=*"@${domain}`), ['star@sub.domain.com']);
      for (const localPart of hostileLocalParts) {
        assert.match(await replyTo(`${localPart}@${domain}`), /^550 5\.1\.1 /, localPart);
      }
    });
  }

  it('asks the next server when one is down, defers when all are, and goes on when one is back', async () => {
    await first.stop('SIGKILL');
    assert.deepEqual(await recipientsAfter('john.doe+second@example.com'), ['ariel+second@sub.domain.com']);
    assert.match(await replyTo('second@example.com'), /^550 5\.1\.1 /);
    await second.stop('SIGKILL');
    for (const domain of ['example.com', 'inline.test']) {
      assert.match(await replyTo(`down@${domain}`), /^451 4\.3\.0 /, domain);
    }
    await first.start();
    await until(
      async () => (await replyTo('back@example.com')).startsWith('550 5.1.1 '),
      30_000,
      () => 'the first server is asked again',
    );
  });
});
