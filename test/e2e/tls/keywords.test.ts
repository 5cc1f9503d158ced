/*
 * Every row of the tables of TLS and SASL keywords, each with a real client: swaks and openssl towards us, and a server
 * of our own for outgoing mail. The special cases of each keyword are in the other tests here and in auth/.
 */

import assert from 'node:assert/strict';
import { describeWith } from '../../support/programs.js';
import { passwordText } from '../auth/install.js';
import { type SaslServer, startSaslServer } from '../auth/support/sasl-server.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { requireProgram, runProgram } from '../support/program.js';
import { until } from '../support/until.js';
import { type Authority, makeAuthority } from './support/authority.js';

/** How a client connects: in the clear or under TLS, with a password or without. */
interface Coming {
  readonly tls?: boolean;
  readonly auth?: boolean;
}

/** What swaks should see. */
interface Seen {
  /** Lines of the last EHLO reply; null for those that must not be there. */
  readonly offered: readonly string[];
  readonly notOffered: readonly string[];
  /** The reply to MAIL, and to RCPT for a stranger's host if it is sent. */
  readonly mail: RegExp;
  readonly relay?: RegExp;
}

interface ServerRow {
  readonly keywords: string;
  readonly coming: Coming;
  readonly seen: Seen;
}

const taken = /^<[-~]\s+250 /m;
const needsTls = /^<\*\* 530 5\.7\.0 No STARTTLS command has been given\./m;
const needsAuth = /^<\*\* 530 5\.7\.0 No AUTH command has been given\./m;
const relayed = /RCPT TO:<friend@other\.com>\r?\n<[-~]\s+250 /;
const notRelayed = /RCPT TO:<friend@other\.com>\r?\n<\*\* 550 /;

const serverRows: readonly ServerRow[] = [
  { keywords: 'notls', coming: {}, seen: { offered: [], notOffered: ['STARTTLS', 'TLS'], mail: taken } },
  {
    keywords: 'notlsserver musttlsclient',
    coming: {},
    seen: { offered: [], notOffered: ['STARTTLS'], mail: taken },
  },
  { keywords: 'maytls', coming: {}, seen: { offered: ['STARTTLS'], notOffered: ['TLS'], mail: taken } },
  { keywords: 'maytls', coming: { tls: true }, seen: { offered: [], notOffered: ['STARTTLS'], mail: taken } },
  {
    keywords: 'maytlsserver',
    coming: { tls: true },
    seen: { offered: [], notOffered: ['STARTTLS'], mail: taken },
  },
  { keywords: 'musttls', coming: {}, seen: { offered: ['STARTTLS'], notOffered: ['AUTH'], mail: needsTls } },
  {
    keywords: 'musttls',
    coming: { tls: true },
    seen: { offered: [], notOffered: ['STARTTLS'], mail: taken },
  },
  { keywords: 'musttlsserver', coming: {}, seen: { offered: ['STARTTLS'], notOffered: [], mail: needsTls } },
  {
    keywords: 'maytls tlsswitchchannel tcp_trusted',
    coming: { tls: true },
    seen: { offered: [], notOffered: [], mail: taken, relay: relayed },
  },
  {
    keywords: 'maytls tlsswitchchannel tcp_trusted',
    coming: {},
    seen: { offered: ['STARTTLS'], notOffered: [], mail: taken, relay: notRelayed },
  },
  {
    keywords: 'maytls nosasl',
    coming: { tls: true },
    seen: { offered: [], notOffered: ['AUTH'], mail: taken },
  },
  {
    keywords: 'maytls nosaslserver',
    coming: { tls: true },
    seen: { offered: [], notOffered: ['AUTH'], mail: taken },
  },
  {
    keywords: 'maytls maysasl',
    coming: { tls: true },
    seen: { offered: ['AUTH PLAIN LOGIN'], notOffered: ['AUTH='], mail: taken },
  },
  {
    keywords: 'maytls maysaslserver',
    coming: { tls: true, auth: true },
    seen: { offered: ['AUTH PLAIN LOGIN'], notOffered: [], mail: taken, relay: notRelayed },
  },
  {
    keywords: 'maytls mustsasl',
    coming: { tls: true },
    seen: { offered: ['AUTH PLAIN LOGIN'], notOffered: [], mail: needsAuth },
  },
  {
    keywords: 'maytls mustsaslserver',
    coming: { tls: true, auth: true },
    seen: { offered: ['AUTH PLAIN LOGIN'], notOffered: [], mail: taken },
  },
  {
    keywords: 'maytls maysaslserver saslswitchchannel tcp_trusted',
    coming: { tls: true, auth: true },
    seen: { offered: ['AUTH PLAIN LOGIN'], notOffered: [], mail: taken, relay: relayed },
  },
  {
    keywords: 'maytls maysaslserver saslswitchchannel tcp_trusted nosaslswitchchannel',
    coming: { tls: true, auth: true },
    seen: { offered: ['AUTH PLAIN LOGIN'], notOffered: [], mail: taken, relay: notRelayed },
  },
  {
    keywords: 'maytls maysaslserver nomsexchange',
    coming: { tls: true },
    seen: { offered: ['AUTH PLAIN LOGIN'], notOffered: ['AUTH=', 'TLS'], mail: taken },
  },
  {
    keywords: 'maytls maysaslserver msexchange',
    coming: { tls: true },
    seen: { offered: ['AUTH PLAIN LOGIN', 'AUTH=PLAIN LOGIN'], notOffered: ['TLS'], mail: taken },
  },
  {
    keywords: 'maytls maysaslserver msexchange',
    coming: {},
    seen: { offered: ['STARTTLS', 'TLS'], notOffered: ['AUTH'], mail: taken },
  },
  {
    keywords: 'maytls maysaslserver authrewrite',
    coming: { tls: true, auth: true },
    seen: { offered: [], notOffered: [], mail: taken },
  },
  {
    keywords: 'maytls maysaslserver noauthrewrite',
    coming: { tls: true, auth: true },
    seen: { offered: [], notOffered: [], mail: taken },
  },
];

interface ClientRow {
  readonly keywords: string;
  /** What the server sees: whether TLS is used, and the AUTH mechanism; null if no mail comes. */
  readonly seen: { readonly tls: boolean; readonly auth: string | null } | null;
  readonly login?: { readonly user: string; readonly password: string };
  readonly startTls?: boolean;
}

const login = { user: 'gateway', password: 'sesame' };
const other = { user: 'partner', password: 'bazaar' };

const clientRows: readonly ClientRow[] = [
  { keywords: 'notls', seen: { tls: false, auth: null } },
  { keywords: 'notlsclient', seen: { tls: false, auth: null } },
  { keywords: 'maytls', seen: { tls: true, auth: null } },
  { keywords: 'maytlsclient', seen: { tls: true, auth: null } },
  { keywords: 'maytlsclient', startTls: false, seen: { tls: false, auth: null } },
  { keywords: 'musttls', seen: { tls: true, auth: null } },
  { keywords: 'musttlsclient', startTls: false, seen: null },
  { keywords: 'maytls nosasl', seen: { tls: true, auth: null } },
  { keywords: 'maytls nosaslclient', seen: { tls: true, auth: null } },
  { keywords: 'maytls maysasl', seen: { tls: true, auth: 'PLAIN' } },
  { keywords: 'maytls maysaslclient', seen: { tls: true, auth: 'PLAIN' } },
  { keywords: 'maytls maysaslclient', login: other, seen: { tls: true, auth: null } },
  { keywords: 'maytls mustsasl', seen: { tls: true, auth: 'PLAIN' } },
  { keywords: 'maytls mustsaslclient', seen: { tls: true, auth: 'PLAIN' } },
  { keywords: 'maytls mustsaslclient', login: other, seen: null },
  { keywords: 'maytls mustsaslclient client_auth partner', login: other, seen: { tls: true, auth: 'PLAIN' } },
  { keywords: 'musttls mustsaslclient', startTls: false, seen: null },
];

const address = (index: number): string => `127.0.${10 + index}.1`;

function cnf(): string {
  const inbound = serverRows.map(
    (_, index) => `[127.0.${10 + index}.]  $U%[127.0.${10 + index}.$L]@TCP-IN-${index}$E$R`,
  );
  const outbound = clientRows.map(
    (_, index) => `out${index}.example  $U%out${index}.example@TCP-OUT-${index}`,
  );
  const channels = [
    ...serverRows.map(({ keywords }, index) => `tcp_in_${index} smtp mx ${keywords}\nTCP-IN-${index}\n`),
    ...clientRows.map(({ keywords }, index) => `tcp_out_${index} smtp mx ${keywords}\nTCP-OUT-${index}\n`),
  ];
  return `domain.com  $U@domain.com
${inbound.join('\n')}
${outbound.join('\n')}
.  $U%$H@TCP-DAEMON

l
domain.com

tcp_local smtp mx switchchannel
TCP-DAEMON

tcp_trusted smtp mx maytlsserver maysaslserver
TCP-TRUSTED

${channels.join('\n')}
process
PROCESS-DAEMON
`;
}

const mappings = `ORIG_SEND_ACCESS

  tcp_trusted|*|tcp_local|*   $Y
  *|*|tcp_local|*             $NRelaying$ not$ permitted
`;

const security = `[CLIENT_AUTH=DEFAULT]
USER=${login.user}
PASSWORD=${login.password}
[CLIENT_AUTH=PARTNER]
USER=${other.user}
PASSWORD=${other.password}
`;

describeWith(['openssl', 'swaks'], 'the keywords of TLS and SASL', () => {
  let authority: Authority;
  let gateway: Gateway;
  const servers: SaslServer[] = [];

  before(async function () {
    this.timeout(180_000);
    authority = await makeAuthority();
    const { key, cert } = await authority.issue({ names: ['mail.domain.com'] });
    for (const row of clientRows) {
      const behaviour = { underTls: 'PLAIN LOGIN', startTls: row.startTls ?? true };
      servers.push(await startSaslServer(behaviour, row.login ?? login, { key, cert }));
    }
    const hops = servers.map(
      ({ port }, index) => `  tcp_out_${index}: { method: queue, next_hop: '127.0.0.1:${port}' }`,
    );
    gateway = await startGateway({
      plugins: [
        'tls',
        'pmdf/switchchannel',
        'pmdf/maytls',
        'pmdf/auth',
        'pmdf/access',
        'queue/smtp_forward',
        'pmdf/deliver',
      ],
      cnf: cnf(),
      mappings,
      settings: 'relaying_channels: [tcp_trusted]\n',
      delivery: (ports) => `delivery:
  l: { method: through, next_hop: '127.0.0.1:${ports.l}' }
  tcp_local: { method: queue, next_hop: '127.0.0.1:${ports.tcp_local}' }
${hops.join('\n')}
`,
      config: {
        'tls_key.pem': key,
        'tls_cert.pem': cert,
        'pmdf/security.cnf': security,
        'pmdf/passwords': await passwordText({ jane: 'apples' }),
      },
    });
  });
  after(async () => {
    await gateway?.stop();
    await Promise.all(servers.map((server) => server.stop()));
    authority?.remove();
  });

  async function swaks(
    index: number,
    to: string,
    { tls = false, auth = false }: Coming,
    words: string[] = [],
  ) {
    const { stdout } = await runProgram(requireProgram('/usr/bin/swaks'), [
      ...['--server', `127.0.0.1:${gateway.port}`, '--local-interface', address(index)],
      ...['--from', 'a@client.example', '--to', to, '--helo', 'client.example'],
      ...(tls ? ['--tls'] : []),
      ...(auth ? ['--auth', 'PLAIN', '--auth-user', 'jane', '--auth-password', 'apples'] : []),
      ...words,
    ]);
    return stdout.replaceAll('<~*', '<**').replaceAll('<~', '<-');
  }

  for (const [index, { keywords, coming, seen }] of serverRows.entries()) {
    const how = `${coming.tls === true ? 'under TLS' : 'in the clear'}${coming.auth === true ? ' with AUTH' : ''}`;
    it(`\`${keywords}\`, a client ${how}`, async () => {
      const said = await swaks(index, 'bob@domain.com', coming);
      const greeting = said.slice(said.lastIndexOf('EHLO '));
      const offers = [...greeting.matchAll(/^<-\s+250[- ](.*?)\r?$/gm)].map(([, text = '']) => text);
      for (const one of seen.offered) assert.ok(offers.includes(one), said);
      for (const one of seen.notOffered) {
        assert.ok(!offers.some((offer) => offer === one || (one !== 'TLS' && offer.startsWith(one))), said);
      }
      const mail = said.slice(said.indexOf('MAIL FROM'));
      assert.match(mail, seen.mail);
      if (seen.relay !== undefined) assert.match(await swaks(index, 'friend@other.com', coming), seen.relay);
      if (keywords.includes('authrewrite')) {
        const isRewritten = !keywords.includes('noauthrewrite');
        const [message] = await gateway.sinks.l.waitForMessages(1);
        const sender = /^Sender: .*$/m.exec(message?.raw.toString() ?? '')?.[0];
        assert.equal(sender?.trim(), isRewritten ? 'Sender: jane@domain.com' : undefined);
      }
    });
    afterEach(() => gateway.clearSinks());
  }

  it('`msexchange`: the command TLS works as STARTTLS, for openssl; without the keyword it is unknown', async () => {
    for (const keywords of ['maytls maysaslserver msexchange', 'maytls maysaslserver nomsexchange']) {
      const index = serverRows.findIndex((row) => row.keywords === keywords);
      // A client that uses the old command and then a modern handshake.
      const script = `import socket, ssl
s = socket.create_connection(('127.0.0.1', ${gateway.port}), source_address=('${address(index)}', 0))
f = s.makefile('rb'); f.readline()
s.sendall(b'EHLO client.example\\r\\n')
while f.readline()[3:4] == b'-': pass
s.sendall(b'TLS\\r\\n'); answer = f.readline().decode().strip(); print(answer)
if answer.startswith('220'):
  c = ssl.create_default_context(cafile='${authority.rootFile}')
  t = c.wrap_socket(s, server_hostname='mail.domain.com')
  t.sendall(b'EHLO client.example\\r\\n'); print(t.version(), t.recv(4096)[:4].decode())
`;
      const { stdout, stderr } = await runProgram('python3', ['-c', script]);
      const wanted = keywords.endsWith(' msexchange') ? /^220 Go ahead\.\nTLSv1\.3 250-/ : /^500 /;
      assert.match(stdout, wanted, stderr);
    }
  });

  for (const [index, { keywords, seen, startTls = true, login: wanted = login }] of clientRows.entries()) {
    const what = `${startTls ? 'with' : 'without'} STARTTLS that wants ${wanted.user}`;
    const outcome =
      seen === null
        ? 'nothing'
        : `mail ${seen.tls ? 'under TLS' : 'in the clear'}, AUTH ${seen.auth ?? 'none'}`;
    it(`\`${keywords}\`, a server ${what}: ${outcome}`, async () => {
      const server = servers[index];
      assert.ok(server !== undefined);
      // The first client of the table may send to any address.
      const said = await swaks(0, `x@out${index}.example`, {});
      assert.match(said, /RCPT TO:<x@out\d+\.example>\r?\n<-\s+250 /);
      if (seen === null) {
        await gateway.waitForLog(`127.0.0.1:${server.port}: `);
        await gateway.waitForLog('Temp failing');
        assert.equal(server.messages(), 0);
        return;
      }
      await until(
        () => server.messages() === 1,
        5_000,
        () => 'the message',
      );
      const session = server.sessions.find(({ messages }) => messages === 1);
      assert.equal(session?.authenticated, seen.auth);
      assert.equal(!session?.clear.some((line) => line.startsWith('MAIL')), seen.tls);
    });
  }
});
