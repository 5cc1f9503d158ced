/*
 * A gateway whose rules, tables, aliases and reversal ask a real slapd, named by option.dat: what becomes of recipients,
 * of hostile ones too, and what clients are told while the server is silent or dead.
 */
import assert from 'node:assert/strict';
import { describeWith } from '../support/programs.js';
import { deliver, sampleMessage } from './support/deliver.js';
import { type Gateway, type SinkChannel, startGateway } from './support/gateway.js';
import { person, type Slapd, startSlapd } from './support/slapd.js';
import { until } from './support/until.js';

const cnf = `! Mail for a host of the directory goes where the directory says.
.example.com  $U%$H$D@$]<ldap:///ou=people,o=example?description?sub?(mail=$D)[
domain.com    $U@domain.com
.             $U%$H@TCP-DAEMON

defaults noswitchchannel

l
domain.com

tcp_local smtp single_sys mx remotehost
TCP-DAEMON

tcp_internal smtp single_sys mx
TCP-INTERNAL
`;

const mappings = `ORIG_SEND_ACCESS

  *|*|*|*@blocked.example   $C$]ldap:///ou=people,o=example?description?sub?(uid=$3)[$N$E
  tcp_local|*|tcp_local|*@domain.com   $Y
  tcp_local|*|tcp_local|*@far.example  $Y
  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted
`;

const optionsFor = (port: number): string => `! option.dat
LDAP_HOST=127.0.0.1
LDAP_PORT=${port}
LDAP_TIMEOUT=100
ALIAS_URL0=ldap:///ou=people,o=example?mailRoutingAddress?sub?(mail=$A)
ALIAS_URL1=ldap:///ou=people,o=example?description?sub?(&(uid=$U)(mail=*@$D))
REVERSE_URL=ldap:///ou=people,o=example?displayName?sub?(mail=$A)
`;

const people = [
  person('host', { mail: 'pc.example.com', description: 'TCP-INTERNAL' }),
  person('jane', {
    mail: 'jane@domain.com',
    description: 'jane@host1.far.example',
    displayName: 'jane.doe@domain.com',
  }),
  person('all', { mail: 'all@domain.com', description: ['a@domain.com', 'b@domain.com'] }),
  person('a', { mail: 'none', description: 'blocked by the directory' }),
].join('');

const hostileLocalParts = [
  '"*"',
  '")(uid=*"',
  '"a)(uid=*"',
  '"\\\\2a"',
  '"j*"',
  '"a|b"',
  '"a\\,b"',
  "a'b",
  '"j\\"ane"',
];

describeWith(['slapd'], 'a gateway with a directory', function () {
  this.timeout(120_000);
  let slapd: Slapd;
  let gateway: Gateway;

  before(async () => {
    slapd = await startSlapd(people);
    gateway = await startGateway({
      cnf,
      mappings,
      config: { 'pmdf/option.dat': optionsFor(slapd.port) },
      settings: 'databases: { general: }\n',
    });
  });

  after(async () => {
    await gateway?.stop();
    await slapd?.close();
  });

  const stranger = { localAddress: '127.0.2.1', from: 'sender@outside.example' };

  /** The reply to RCPT TO, or to MAIL FROM where that is refused, as one text. */
  async function replyTo(to: string, from = stranger.from): Promise<string> {
    const { mail, rcpt } = await deliver({ port: gateway.port, ...stranger, from, to: [to] });
    const { code, text } = rcpt[0] ?? mail;
    return `${code} ${text}`;
  }

  /** The envelopes that reach a sink for one message. */
  async function sent(channel: SinkChannel, to: string, count: number, from = stranger.from) {
    gateway.clearSinks();
    const message = sampleMessage('directory');
    const { rcpt, data } = await deliver({ port: gateway.port, ...stranger, from, to: [to], message });
    assert.deepEqual([rcpt[0]?.code, data?.code], [250, 250], rcpt[0]?.text);
    const messages = await gateway.sinks[channel].waitForMessages(count);
    return messages.map(({ envelopeFrom, envelopeTo: recipients }) => ({ envelopeFrom, recipients }));
  }

  it('routes a host as the directory says, and others by the next rule', async () => {
    const [message] = await sent('tcp_internal', 'u@pc.example.com', 1);
    assert.deepEqual(message?.recipients, ['u@pc.example.com']);
    assert.match(await replyTo('u@other.example.com'), /^550 .*Relaying not permitted/);
  });

  it('expands aliases: the first URL that finds something counts, and all its values', async () => {
    const [message] = await sent('l', 'all@domain.com', 1);
    assert.deepEqual([...(message?.recipients ?? [])].sort(), ['a@domain.com', 'b@domain.com']);
    const [other] = await sent('tcp_local', 'jane@domain.com', 1);
    assert.deepEqual(other?.recipients, ['jane@host1.far.example']);
  });

  it('reverses the sender', async () => {
    const [message] = await sent('l', 'nobody@domain.com', 1, 'jane@domain.com');
    assert.equal(message?.envelopeFrom, 'jane.doe@domain.com');
  });

  it('puts what a table finds into its reply', async () => {
    assert.match(await replyTo('a@blocked.example'), /^550 .*blocked by the directory/);
    assert.match(await replyTo('zzz@blocked.example'), /^550 .*Relaying not permitted/);
  });

  for (const localPart of hostileLocalParts) {
    it(`finds nothing for ${localPart}`, async () => {
      assert.match(await replyTo(`${localPart}@blocked.example`), /^550 .*Relaying not permitted/);
      const [message] = await sent('l', `${localPart}@domain.com`, 1);
      assert.equal(message?.recipients.length, 1);
      assert.match(message?.recipients[0] ?? '', /@domain\.com$/);
    });
  }

  it('defers while the server is silent or dead, and goes on when it is back', async () => {
    assert.match(await replyTo('before@domain.com'), /^250 /);
    await slapd.freeze();
    assert.match(await replyTo('silent@domain.com'), /^451 4\.3\.0 /);
    slapd.thaw();
    await slapd.stop('SIGKILL');
    for (const to of ['dead@domain.com', 'u@dead.example.com', 'a@blocked.example']) {
      const expected = to === 'a@blocked.example' ? /^(?:550 .*blocked|451)/ : /^451 4\.3\.0 /;
      assert.match(await replyTo(to), expected, to);
    }
    await slapd.start();
    await until(
      async () => (await replyTo('after@domain.com')).startsWith('250 '),
      30_000,
      () => 'mail is accepted again',
    );
  });
});
