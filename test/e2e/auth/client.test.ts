/*
 * pmdf/auth towards servers: each keyword against servers that require AUTH, do not offer it, offer it under TLS only,
 * reject it permanently or temporarily, or drop the connection. Mail that requires AUTH is never sent without it, no
 * password is sent in the clear unless that is allowed, and none is logged.
 */

import assert from 'node:assert/strict';
import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Certificate, makeCertificate } from '../support/certificate.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { namesInQueue } from '../support/queue-file.js';
import { until } from '../support/until.js';
import { type SaslBehaviour, type SaslServer, startSaslServer } from './support/sasl-server.js';
import { forms, login, longLogin, plugins, securityFor, send } from './support/sending.js';

type Outcome = 'mail' | 'bounced' | 'refused-for-now' | 'deferred' | `${'PLAIN' | 'LOGIN' | 'CRAM-MD5'}`;

interface Row {
  readonly name: string;
  readonly server: Partial<SaslBehaviour>;
  readonly keywords?: string;
  readonly yaml?: 'in-clear';
  /** The result of `nosaslclient`, `maysaslclient` and `mustsaslclient`. */
  readonly no?: Outcome;
  readonly may: Outcome;
  readonly must: Outcome;
  readonly reason?: RegExp;
  readonly section?: string;
}

const demand530 = '530 5.7.0 Authentication required';

const rows: readonly Row[] = [
  {
    name: 'offers PLAIN and LOGIN under TLS',
    server: { underTls: 'PLAIN LOGIN', demands: demand530 },
    no: 'bounced',
    may: 'PLAIN',
    must: 'PLAIN',
  },
  { name: 'offers only LOGIN', server: { underTls: 'LOGIN' }, no: 'mail', may: 'LOGIN', must: 'LOGIN' },
  {
    name: 'offers it in the old form',
    server: { underTls: '=LOGIN PLAIN' },
    may: 'PLAIN',
    must: 'PLAIN',
  },
  {
    name: 'offers CRAM-MD5',
    server: { underTls: 'PLAIN CRAM-MD5' },
    may: 'CRAM-MD5',
    must: 'CRAM-MD5',
  },
  {
    name: 'offers CRAM-MD5 and has no TLS',
    server: { startTls: false, inClear: 'PLAIN CRAM-MD5' },
    may: 'CRAM-MD5',
    must: 'CRAM-MD5',
  },
  {
    name: 'gets credentials that prefer LOGIN to PLAIN',
    section: 'ORDERED',
    server: { underTls: 'CRAM-MD5 PLAIN LOGIN' },
    may: 'LOGIN',
    must: 'LOGIN',
  },
  {
    name: 'gets a response that is too long for the command',
    section: 'LONG',
    server: { underTls: 'PLAIN' },
    may: 'PLAIN',
    must: 'PLAIN',
  },
  {
    name: 'offers no AUTH',
    server: {},
    no: 'mail',
    may: 'mail',
    must: 'deferred',
    reason: /the server offers no AUTH/,
  },
  {
    name: 'offers only unsupported mechanisms',
    server: { underTls: 'GSSAPI XOAUTH2' },
    may: 'mail',
    must: 'deferred',
    reason: /the server offers none of CRAM-MD5, PLAIN, LOGIN, but `GSSAPI XOAUTH2`/,
  },
  {
    name: 'offers it in the clear and has no TLS',
    server: { startTls: false, inClear: 'PLAIN LOGIN' },
    may: 'mail',
    must: 'deferred',
    reason: /the password is not sent without TLS/,
  },
  {
    name: 'offers it in the clear, has no TLS, and the password may be sent in the clear',
    server: { startTls: false, inClear: 'PLAIN LOGIN' },
    yaml: 'in-clear',
    may: 'PLAIN',
    must: 'PLAIN',
  },
  {
    name: 'offers it in the clear only, and the channel has notlsclient',
    keywords: 'notlsclient',
    server: { inClear: 'PLAIN', underTls: 'PLAIN' },
    may: 'mail',
    must: 'deferred',
    reason: /the password is not sent without TLS/,
  },
  {
    name: 'offers it in the clear but not under TLS',
    server: { inClear: 'PLAIN' },
    may: 'mail',
    must: 'deferred',
    reason: /the server offers no AUTH/,
  },
  {
    name: 'rejects the credentials',
    server: { underTls: 'PLAIN', answer: '535 5.7.8 wrong' },
    may: 'mail',
    must: 'deferred',
    reason: /the server answered AUTH with `535 5\.7\.8 wrong`/,
  },
  {
    name: 'rejects the credentials, and then the mail permanently',
    server: { underTls: 'PLAIN', answer: '535 5.7.8 wrong', demands: demand530 },
    may: 'refused-for-now',
    must: 'deferred',
  },
  {
    name: 'rejects the credentials and repeats them',
    server: { underTls: 'PLAIN', answer: '535 5.7.8 not {password}' },
    may: 'mail',
    must: 'deferred',
    reason: /the server answered AUTH with `535`/,
  },
  {
    name: 'has a temporary failure',
    server: { underTls: 'LOGIN', answer: '454 4.7.0 try later' },
    may: 'mail',
    must: 'deferred',
    reason: /the server answered AUTH with `454 4\.7\.0 try later`/,
  },
  {
    name: 'closes with 421',
    server: { underTls: 'PLAIN', answer: '421 4.3.2 closing' },
    may: 'mail',
    must: 'deferred',
    reason: /the server answered AUTH with `421 4\.3\.2 closing`/,
  },
  {
    name: 'keeps asking',
    server: { underTls: 'PLAIN', answer: '334 bW9yZQ==' },
    may: 'mail',
    must: 'deferred',
    reason: /the server answered AUTH with `502 /,
  },
  {
    name: 'answers with something that is not a reply',
    server: { underTls: 'PLAIN', answer: 'hello?' },
    may: 'mail',
    must: 'deferred',
    reason: /the server answered AUTH with something other than SMTP: `hello\?`/,
  },
  {
    name: 'answers with something that is not a reply and repeats the credentials',
    server: { underTls: 'PLAIN', answer: 'hello {password}?' },
    may: 'mail',
    must: 'deferred',
    reason: /the server answered AUTH with something other than SMTP$/m,
  },
  {
    name: 'hangs up',
    server: { underTls: 'PLAIN', answer: 'drop' },
    may: 'mail',
    must: 'deferred',
    reason: /the server closed the connection at AUTH/,
  },
  {
    name: 'breaks the connection',
    server: { underTls: 'PLAIN', answer: 'reset' },
    may: 'mail',
    must: 'deferred',
    reason: /the (?:server closed the connection|connection failed) at AUTH/,
  },
];

const demands = ['no', 'may', 'must'] as const;
type Demand = (typeof demands)[number];

interface Case extends Row {
  readonly demand: Demand;
  readonly outcome: Outcome;
  readonly channel: string;
  readonly domain: string;
}

const cases: readonly Case[] = rows.flatMap((row, index) =>
  demands.flatMap((demand) => {
    const outcome = row[demand];
    const names = { channel: `tcp_${demand}_${index}`, domain: `${demand}${index}.example` };
    return outcome === undefined ? [] : [{ ...row, ...names, demand, outcome }];
  }),
);

function cnfFor(all: readonly Case[]): string {
  const rules = all.map(({ domain, channel }) => `${domain}  $U%${domain}@${channel.toUpperCase()}-DAEMON`);
  const blocks = all.map(({ channel, demand, keywords = 'maytlsclient', section }) => {
    const credentials = section === undefined ? '' : ` client_auth ${section.toLowerCase()}`;
    return `${channel} smtp mx ${keywords} ${demand}saslclient${credentials}\n${channel.toUpperCase()}-DAEMON\n`;
  });
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
  const clear = all.filter(({ yaml }) => yaml === 'in-clear').map(({ channel }) => channel);
  return `auth: { client_without_tls: [${clear.join(', ')}] }
delivery:
  l: queue
  tcp_internal: queue
${all.map(({ channel }) => `  ${channel}: { method: queue, next_hop: '127.0.0.1:${ports.get(channel)}' }`).join('\n')}
`;
}

describe('pmdf/auth towards servers', () => {
  let certificate: Certificate;
  let gateway: Gateway;
  const running = new Map<string, SaslServer>();

  before(async function () {
    this.timeout(180_000);
    certificate = await makeCertificate('mx.example');
    for (const { channel, server, section } of cases) {
      running.set(
        channel,
        await startSaslServer(server, section === 'LONG' ? longLogin : login, certificate),
      );
    }
    const ports = new Map([...running].map(([channel, { port }]) => [channel, port]));
    gateway = await startGateway({
      plugins,
      cnf: cnfFor(cases),
      mappings: '',
      delivery: () => yamlFor(cases, ports),
      config: {
        'outbound.ini': 'temp_fail_intervals=1h\nconnect_timeout=3\n',
        'pmdf/security.cnf': securityFor(login.password),
        // At this level Haraka logs what it says to servers.
        loglevel: 'LOGPROTOCOL',
      },
    });
  });
  after(async () => {
    await gateway?.stop();
    await Promise.all([...running.values()].map((server) => server.stop()));
  });

  for (const one of cases) {
    const { name, demand, outcome, channel, domain, yaml, reason } = one;
    it(`${demand}saslclient, the server ${name}: ${outcome}`, async () => {
      const server = running.get(channel);
      assert.ok(server !== undefined);
      await send(gateway, `x@${domain}`);
      switch (outcome) {
        case 'deferred': {
          const deferred = new RegExp(`Temp failing .*AUTH is required: 127\\.0\\.0\\.1:${server.port}: .*`);
          await until(
            () => deferred.test(gateway.log()),
            5_000,
            () => `a line ${deferred} in the log`,
          );
          if (reason !== undefined) assert.match(deferred.exec(gateway.log())?.[0] ?? '', reason);
          assert.equal(server.messages(), 0);
          const lines = server.sessions.flatMap((session) => session.lines);
          assert.ok(!lines.some((line) => /^(?:MAIL|RCPT|DATA)/i.test(line)), lines.join('|'));
          break;
        }
        case 'bounced':
        case 'refused-for-now': {
          const wanted =
            outcome === 'bounced' ? 'bouncing mail: 530 5.7.0 Auth' : 'Upstream error: 430 4.7.0 Auth';
          await gateway.waitForLog(wanted);
          assert.equal(server.messages(), 0);
          break;
        }
        case 'mail':
          await until(
            () => server.messages() === 1,
            5_000,
            () => 'the message',
          );
          assert.equal(server.sessions.at(-1)?.authenticated, null);
          break;
        default:
          await until(
            () => server.messages() === 1,
            5_000,
            () => 'the message',
          );
          assert.equal(server.sessions.at(-1)?.authenticated, outcome);
      }
      if (demand === 'no') {
        assert.ok(!server.sessions.flatMap(({ lines }) => lines).some((line) => /^AUTH/i.test(line)));
      }
      if (yaml !== 'in-clear') {
        const clear = server.sessions.flatMap((session) => session.clear).join('\n');
        for (const form of forms(login)) assert.ok(!clear.includes(form), clear);
      }
    });
  }

  it('writes no password anywhere: not in the log, nor in the queue', () => {
    assert.match(gateway.log(), /C: MAIL FROM/);
    const queue = path.join(gateway.install.dir, 'queue');
    const files = namesInQueue(queue).map((name) => readFileSync(path.join(queue, name), 'utf8'));
    assert.ok(files.length > 10);
    for (const text of [gateway.log(), ...files]) {
      for (const form of [...forms(login), ...forms(longLogin)]) assert.ok(!text.includes(form));
    }
  });

  it('uses new credentials without a restart, and warns of a file that everybody can read', async () => {
    const good = cases.find(({ channel }) => channel === 'tcp_must_0');
    const server = running.get(good?.channel ?? '');
    assert.ok(good !== undefined && server !== undefined);
    const file = path.join(gateway.install.dir, 'config/pmdf/security.cnf');
    const swap = (text: string, mode: number): void => {
      writeFileSync(`${file}.new`, text);
      chmodSync(`${file}.new`, mode);
      renameSync(`${file}.new`, file);
    };
    swap(securityFor('stale'), 0o644);
    await gateway.waitForLog('policy 2 is in force');
    assert.match(
      gateway.log(),
      /every account on this host can read the passwords in .*security\.cnf.*\[security\/readable\]/,
    );
    await send(gateway, `stale@${good.domain}`);
    await gateway.waitForLog(`127.0.0.1:${server.port}: the server answered AUTH with \`535 5.7.8 wrong\``);
    const before = server.messages();
    swap(securityFor(login.password), 0o600);
    await gateway.waitForLog('policy 3 is in force');
    await send(gateway, `fresh@${good.domain}`);
    await until(
      () => server.messages() === before + 1,
      5_000,
      () => 'the message',
    );
    swap('[CLIENT_AUTH=DEFAULT]\nUSER=gateway\nPASWORD=oops-secret\n', 0o600);
    await gateway.waitForLog('policy 3 stays in force');
    assert.match(gateway.log(), /security\/option/);
    assert.doesNotMatch(gateway.log(), /oops-secret/);
  });
});
