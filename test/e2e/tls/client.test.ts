/*
 * pmdf/maytls towards servers: each keyword, with and without verification, against servers with good and bad
 * certificates and servers that fail while TLS starts. Mail that requires TLS never leaves in the clear.
 */

import assert from 'node:assert/strict';
import { makeCertificate } from '../support/certificate.js';
import { sampleMessage } from '../support/deliver.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { connect } from '../support/smtp-client.js';
import { until } from '../support/until.js';
import { type Authority, makeAuthority } from './support/authority.js';
import { type StartTls, startTlsServer, type TlsServer } from './support/tls-server.js';

const OURS = '127.0.1.5';
const NAME = 'mail.other.com';
const plugins = ['pmdf/switchchannel', 'pmdf/maytls', 'pmdf/access', 'queue/smtp_forward', 'pmdf/deliver'];

const demands = ['no', 'may', 'must', 'name', 'domain'] as const;
type Demand = (typeof demands)[number];

const keywords: Readonly<Record<Demand, string>> = {
  no: 'notlsclient',
  may: 'maytlsclient',
  must: 'musttlsclient',
  name: 'musttlsclient',
  // TLS is required only by tls_verify for the domain.
  domain: 'maytlsclient',
};

const certificates = ['good', 'wrong-name', 'self-signed', 'expired'] as const;
type CertificateKind = (typeof certificates)[number];

const servers: readonly (readonly [StartTls, CertificateKind])[] = [
  ...certificates.map((kind) => ['works', kind] as const),
  ['absent', 'good'],
  ['refused', 'good'],
  ['garbled', 'good'],
  ['dropped', 'good'],
  ['dropped-after', 'good'],
  ['injected', 'good'],
  ['stalled', 'good'],
];

type Outcome = 'tls' | 'clear' | 'deferred';

function expectedOutcome(demand: Demand, startTls: StartTls, certificate: CertificateKind): Outcome {
  switch (demand) {
    case 'no':
      return 'clear';
    case 'may':
      return startTls === 'works' ? 'tls' : 'clear';
    case 'must':
      return startTls === 'works' ? 'tls' : 'deferred';
    case 'name':
    case 'domain':
      return startTls === 'works' && certificate === 'good' ? 'tls' : 'deferred';
  }
}

const reasons: Readonly<Record<StartTls, RegExp>> = {
  works: /the handshake failed: .*(?:certificate|altnames|self-signed)/i,
  absent: /the server does not offer STARTTLS/,
  refused: /the server answered STARTTLS with `454 /,
  garbled: /the handshake failed: /,
  dropped: /the handshake failed: |closed the connection/,
  'dropped-after': /the handshake failed: |closed the connection/,
  stalled: /the handshake failed: socket timeout/,
  injected: /the server sent unencrypted data after its reply to STARTTLS/,
};

interface Case {
  readonly demand: Demand;
  readonly startTls: StartTls;
  readonly certificate: CertificateKind;
  readonly channel: string;
  readonly domain: string;
}

const cases: readonly Case[] = demands.flatMap((demand) =>
  servers.map(([startTls, certificate], index) => ({
    demand,
    startTls,
    certificate,
    channel: `tcp_${demand}_${index}`,
    domain: `${demand}${index}.example`,
  })),
);

function cnfFor(all: readonly Case[]): string {
  const rules = all.map(({ domain, channel }) => `${domain}  $U%${domain}@${channel.toUpperCase()}-DAEMON`);
  const blocks = all.map(
    ({ channel, demand }) => `${channel} smtp mx ${keywords[demand]}\n${channel.toUpperCase()}-DAEMON\n`,
  );
  return `domain.com  $U@domain.com
[127.0.1.]  $U%[127.0.1.$L]@TCP-INTERNAL$E$R
${rules.join('\n')}
.  $U%$H@TCP-DAEMON

l
domain.com

tcp_local smtp mx switchchannel
TCP-DAEMON

tcp_internal smtp mx
TCP-INTERNAL

${blocks.join('\n')}
process
PROCESS-DAEMON
`;
}

function yamlFor(all: readonly Case[], ports: ReadonlyMap<string, number>): string {
  const verified = all.filter(({ demand }) => demand === 'name');
  const domains = all.filter(({ demand }) => demand === 'domain');
  return `delivery:
  l: queue
  tcp_internal: queue
${all.map(({ channel }) => `  ${channel}: { method: queue, next_hop: '127.0.0.1:${ports.get(channel)}' }`).join('\n')}
tls_verify:
  channels:
${verified.map(({ channel }) => `    ${channel}: { verify: name, name: ${NAME} }`).join('\n')}
  domains:
${domains.map(({ domain }) => `    ${domain}: { verify: name, name: ${NAME} }`).join('\n')}
`;
}

const BOUNCE_PLUGIN = `exports.hook_bounce = function (next, hmail, err) {
  this.lognotice('bounced: ' + err + ' | ' + hmail.todo.rcpt_to.map((r) => r.dsn_status + ' ').join())
  next(OK)
}
`;

describe('pmdf/maytls towards servers', () => {
  let authority: Authority;
  let gateway: Gateway;
  const running = new Map<string, TlsServer>();

  before(async function () {
    this.timeout(180_000);
    authority = await makeAuthority();
    const kinds = {
      good: await authority.issue({ names: [NAME] }),
      'wrong-name': await authority.issue({ names: ['mail.elsewhere.example'] }),
      'self-signed': await makeCertificate(NAME),
      expired: await authority.issue({ names: [NAME], expired: true }),
    };
    for (const { channel, startTls, certificate } of cases) {
      running.set(channel, await startTlsServer(startTls, kinds[certificate]));
    }
    const ports = new Map([...running].map(([channel, { port }]) => [channel, port]));
    gateway = await startGateway({
      plugins,
      cnf: cnfFor(cases),
      mappings: '',
      delivery: () => yamlFor(cases, ports),
      config: { 'outbound.ini': 'temp_fail_intervals=1h\nconnect_timeout=1\n' },
      env: { NODE_EXTRA_CA_CERTS: authority.rootFile },
    });
  });
  after(async () => {
    await gateway?.stop();
    await Promise.all([...running.values()].map((server) => server.stop()));
    authority?.remove();
  });

  async function send(to: string): Promise<void> {
    const client = await connect({ port: gateway.port, localAddress: OURS });
    await client.ehlo();
    assert.equal((await client.mail('a@domain.com')).code, 250);
    assert.equal((await client.rcpt(to)).code, 250);
    assert.equal((await client.data(sampleMessage('tls'))).code, 250);
    await client.quit();
  }

  for (const one of cases) {
    const { demand, startTls, certificate, channel, domain } = one;
    const outcome = expectedOutcome(demand, startTls, certificate);
    it(`${demand}: STARTTLS ${startTls}, certificate ${certificate}: ${outcome}`, async () => {
      const server = running.get(channel);
      assert.ok(server !== undefined);
      await send(`x@${domain}`);
      if (outcome === 'deferred') {
        const deferred = new RegExp(`Temp failing .*TLS is required: 127\\.0\\.0\\.1:${server.port}: .*`);
        await until(
          () => deferred.test(gateway.log()),
          5_000,
          () => `a line ${deferred} in the log`,
        );
        assert.match(deferred.exec(gateway.log())?.[0] ?? '', reasons[startTls]);
        assert.deepEqual(server.messages, []);
      } else {
        await until(
          () => server.messages.length > 0,
          5_000,
          () => 'the message',
        );
        assert.deepEqual(
          server.messages.map(({ envelopeTo, isSecure }) => [envelopeTo, isSecure]),
          [[[`x@${domain}`], outcome === 'tls']],
        );
      }
      if (outcome !== 'clear') {
        for (const clear of server.clear)
          assert.match(clear, /^(?:(?:EHLO|HELO) [^\r]*\r\n)*(?:STARTTLS\r\n|QUIT\r\n)*/);
        assert.ok(
          !server.clear.some((clear) => /MAIL|RCPT|DATA|Subject|AUTH/i.test(clear)),
          server.clear.join('|'),
        );
      }
      if (demand === 'no') assert.ok(!server.clear.some((clear) => clear.includes('STARTTLS')));
    });
  }

  it('remembers servers with which TLS failed, and keeps trying if it is required', async () => {
    for (const { channel, domain } of cases.filter((one) => one.startTls === 'refused')) {
      const server = running.get(channel);
      assert.ok(server !== undefined);
      const before = server.clear.length;
      await send(`again@${domain}`);
      await until(
        () => server.clear.length > before && server.clear.at(-1)?.includes('\r\n') === true,
        5_000,
        () => 'another connection',
      );
      if (channel.startsWith('tcp_may')) {
        await until(
          () => server.messages.length === 2,
          5_000,
          () => 'the second message',
        );
        assert.equal(server.clear.length, before + 1);
        assert.ok(!server.clear.at(-1)?.includes('STARTTLS'));
      }
    }
  });
});

describe('pmdf/maytls where certificates are verified for a server known by its address', () => {
  it('accepts one for the address, refuses one for `localhost`', async () => {
    const authority = await makeAuthority();
    const right = await authority.issue({ names: ['mx.example'], addresses: ['127.0.0.1'] });
    const wrong = await authority.issue({ names: ['localhost'] });
    const servers = [await startTlsServer('works', right), await startTlsServer('works', wrong)];
    const both = ['right', 'wrong'].map((name) => ({
      ...({ demand: 'must', startTls: 'works', certificate: 'good' } as const),
      ...{ channel: `tcp_${name}`, domain: `${name}.example` },
    }));
    const gateway = await startGateway({
      plugins,
      cnf: cnfFor(both),
      mappings: '',
      delivery: () => `delivery:
  l: queue
  tcp_internal: queue
  tcp_right: { method: queue, next_hop: '127.0.0.1:${servers[0]?.port}' }
  tcp_wrong: { method: queue, next_hop: '127.0.0.1:${servers[1]?.port}' }
tls_verify: name
`,
      env: { NODE_EXTRA_CA_CERTS: authority.rootFile },
    });
    try {
      const client = await connect({ port: gateway.port, localAddress: OURS });
      await client.ehlo();
      for (const { domain } of both) {
        await client.mail('a@domain.com');
        await client.rcpt(`x@${domain}`);
        assert.equal((await client.data(sampleMessage('address'))).code, 250);
      }
      await client.quit();
      await gateway.waitForLog(`TLS is required: 127.0.0.1:${servers[1]?.port}: the handshake failed: `);
      await until(
        () => servers[0]?.messages.length === 1,
        5_000,
        () => 'the message for the right server',
      );
      assert.deepEqual(servers[1]?.messages, []);
    } finally {
      await gateway.stop();
      await Promise.all(servers.map((server) => server.stop()));
      authority.remove();
    }
  });
});

describe('pmdf/maytls with authorities of the site', () => {
  it('accepts certificates of the authorities for a destination, and of no other', async () => {
    const [ours, theirs] = [await makeAuthority(), await makeAuthority()];
    const names: [string] = [NAME];
    const servers = {
      ours: await startTlsServer('works', await ours.issue({ names })),
      theirs: await startTlsServer('works', await theirs.issue({ names })),
    };
    // The first two have the right authority, the others a different one.
    const rows = [
      ['general', servers.ours, true],
      ['own', servers.theirs, true],
      ['stranger', servers.theirs, false],
      ['narrow', servers.ours, false],
    ] as const;
    const all = rows.map(([name]) => ({
      ...({ demand: 'may', startTls: 'works', certificate: 'good' } as const),
      ...{ channel: `tcp_${name}`, domain: `${name}.example` },
    }));
    const gateway = await startGateway({
      plugins,
      cnf: cnfFor(all),
      mappings: '',
      delivery: () => `delivery:
  l: queue
  tcp_internal: queue
${rows.map(([name, { port }]) => `  tcp_${name}: { method: queue, next_hop: '127.0.0.1:${port}' }`).join('\n')}
tls_verify:
  ca: ours.pem
  channels:
    tcp_own: { name: ${NAME}, ca: theirs.pem }
    tcp_stranger: { name: ${NAME} }
    tcp_narrow: { name: ${NAME}, ca: theirs.pem }
  domains:
    general.example: { verify: name, name: ${NAME} }
`,
      config: { 'pmdf/ours.pem': ours.root, 'pmdf/theirs.pem': theirs.root },
    });
    try {
      const client = await connect({ port: gateway.port, localAddress: OURS });
      await client.ehlo();
      for (const [name] of rows) {
        await client.mail(`${name}@domain.com`);
        await client.rcpt(`x@${name}.example`);
        assert.equal((await client.data(sampleMessage(name))).code, 250);
      }
      await client.quit();
      for (const [name, { port, messages }, isTaken] of rows) {
        if (isTaken) {
          await until(
            () => messages.some(({ envelopeTo }) => envelopeTo.includes(`x@${name}.example`)),
            5_000,
            () => `the message for ${name}`,
          );
        } else {
          await gateway.waitForLog(`TLS is required: 127.0.0.1:${port}: the handshake failed: `);
          assert.ok(!messages.some(({ envelopeTo }) => envelopeTo.includes(`x@${name}.example`)));
        }
      }
    } finally {
      await gateway.stop();
      await Promise.all([servers.ours.stop(), servers.theirs.stop()]);
      for (const authority of [ours, theirs]) authority.remove();
    }
  });
});

describe('pmdf/maytls when TLS is not possible at all', () => {
  it('bounces with the reason', async () => {
    const authority = await makeAuthority();
    const server = await startTlsServer('absent', await authority.issue({ names: [NAME] }));
    const one: Case = {
      ...{ demand: 'must', startTls: 'absent', certificate: 'good' },
      ...{ channel: 'tcp_must', domain: 'must.example' },
    };
    const gateway = await startGateway({
      plugins: ['e2e_bounce', ...plugins],
      pluginFiles: { 'e2e_bounce.js': BOUNCE_PLUGIN },
      cnf: cnfFor([one]),
      mappings: '',
      delivery: () =>
        `delivery:\n  l: queue\n  tcp_internal: queue\n  tcp_must: { method: queue, next_hop: '127.0.0.1:${server.port}' }\n`,
      config: { 'outbound.ini': 'temp_fail_intervals=none\n' },
    });
    try {
      const client = await connect({ port: gateway.port, localAddress: OURS });
      await client.ehlo();
      await client.mail('a@domain.com');
      await client.rcpt('x@must.example');
      assert.equal((await client.data(sampleMessage('bounce'))).code, 250);
      await client.quit();
      const text = `TLS is required: 127.0.0.1:${server.port}: the server does not offer STARTTLS`;
      await gateway.waitForLog(`bounced: Error: Too many failures (${text}) | 5.7.10 `);
      assert.deepEqual(server.messages, []);
    } finally {
      await gateway.stop();
      await server.stop();
      authority.remove();
    }
  });
});
