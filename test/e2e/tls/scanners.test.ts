/*
 * The verdicts of scanners on a Haraka with these plugins: old protocols off, 1.2 and 1.3 on, the chain right, no weak
 * ciphers, none of the known vulnerabilities; and clear text injected after STARTTLS is never executed.
 */

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { itWith } from '../../support/programs.js';
import { freePort } from '../support/free-port.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { requireProgram, runProgram } from '../support/program.js';
import { connect } from '../support/smtp-client.js';
import { type Authority, makeAuthority } from './support/authority.js';

const NAME = 'mail.domain.com';

const cnf = `domain.com    $U@domain.com
.             $U%$H@TCP-DAEMON

l
domain.com

tcp_local smtp mx switchchannel maytls maysaslserver
TCP-DAEMON

process
PROCESS-DAEMON
`;

/** The expected results of testssl, by the name of each check. */
const wanted: Readonly<Record<string, RegExp>> = {
  SSLv2: /^not offered/,
  SSLv3: /^not offered/,
  TLS1: /^not offered/,
  TLS1_1: /^not offered/,
  TLS1_2: /^offered/,
  TLS1_3: /^offered/,
  cert_chain_of_trust: /^passed/,
  certs_countServer: /^3$/,
  certs_list_ordering_problem: /^no$/,
  cert_commonName: /^mail\.domain\.com$/,
  CCS: /^not vulnerable/,
  secure_renego: /^supported/,
  secure_client_renego: /^not vulnerable/,
};

/** The faults of every test certificate; no other is permitted. */
const ofTheTest: ReadonlySet<string> = new Set([
  // It is valid for a day, and names no revocation list.
  'cert_expirationStatus',
  'cert_notAfter',
  'cert_revocation',
  'DNS_CAArecord',
  // The host is named by its address.
  'cert_trust',
]);

const troubling: ReadonlySet<string> = new Set(['LOW', 'MEDIUM', 'HIGH', 'CRITICAL']);

interface Finding {
  readonly id: string;
  readonly severity: string;
  readonly finding: string;
}

function isFinding(value: unknown): value is Finding {
  return ['id', 'severity', 'finding'].every((key) => typeof Reflect.get(Object(value), key) === 'string');
}

describe('scanners of TLS', () => {
  let authority: Authority;
  let gateway: Gateway;
  let smtpsPort: number;

  before(async () => {
    authority = await makeAuthority();
    const { key, cert } = await authority.issue({ names: [NAME] });
    smtpsPort = await freePort();
    gateway = await startGateway({
      plugins: [
        ...['tls', 'pmdf/switchchannel', 'pmdf/maytls', 'pmdf/auth', 'pmdf/access'],
        ...['queue/smtp_forward', 'pmdf/deliver'],
      ],
      cnf,
      mappings: '',
      delivery: (ports) => `delivery:\n  l: { next_hop: '127.0.0.1:${ports.l}' }\n`,
      listen: ['127.0.0.1:0', `127.0.0.1:${smtpsPort}`],
      smtpIni: [`smtps_port=${smtpsPort}`],
      config: {
        'pmdf/server-priv.pem': key,
        // PMDF's order: the root last.
        'pmdf/server-pub.pem': cert + authority.root,
      },
    });
  });
  after(async () => {
    await gateway?.stop();
    authority?.remove();
  });

  for (const implicit of [false, true]) {
    itWith(['sslscan'], `sslscan, ${implicit ? 'port 465' : 'STARTTLS'}`, async function () {
      this.timeout(180_000);
      const { stdout } = await runProgram(requireProgram('/usr/bin/sslscan'), [
        ...(implicit ? [] : ['--starttls-smtp']),
        ...['--no-colour', `--sni-name=${NAME}`, `127.0.0.1:${implicit ? smtpsPort : gateway.port}`],
      ]);
      const protocols = [...stdout.matchAll(/^((?:SSL|TLS)v\S+) +(enabled|disabled)\s*$/gm)];
      assert.deepEqual(Object.fromEntries(protocols.map(([, name, state]) => [name, state])), {
        SSLv2: 'disabled',
        SSLv3: 'disabled',
        'TLSv1.0': 'disabled',
        'TLSv1.1': 'disabled',
        'TLSv1.2': 'enabled',
        'TLSv1.3': 'enabled',
      });
      const ciphers = [...stdout.matchAll(/^(?:Preferred|Accepted)\s+\S+\s+(\d+) bits\s+(\S+)/gm)];
      assert.ok(ciphers.length > 3, stdout);
      for (const [line, bits, name] of ciphers) {
        assert.ok(Number(bits) >= 128 && !/RC4|DES|NULL|EXP|MD5|anon/i.test(name ?? ''), line);
      }
      assert.match(stdout, /^Session renegotiation not supported/m);
      assert.doesNotMatch(stdout, /^TLSv\S+ vulnerable to heartbleed/m);
      assert.match(stdout, /^Subject:\s+mail\.domain\.com/m);
      assert.match(stdout, /^Issuer:\s+Test Intermediate/m);
    });
  }

  itWith(['testssl'], 'testssl.sh, STARTTLS', async function () {
    this.timeout(300_000);
    const folder = mkdtempSync(path.join(os.tmpdir(), 'pmdf-testssl-'));
    const file = path.join(folder, 'findings.json');
    try {
      const { stdout } = await runProgram(requireProgram('/usr/bin/testssl'), [
        ...['--starttls', 'smtp', '--quiet', '--fast', '--warnings', 'off', '--color', '0', '--nodns', 'min'],
        ...['--add-ca', authority.rootFile, '--jsonfile', file],
        ...['-p', '-S', '-I', '-R', `127.0.0.1:${gateway.port}`],
      ]);
      const read: unknown = JSON.parse(readFileSync(file, 'utf8'));
      const findings = Array.isArray(read) ? read.filter(isFinding) : [];
      const byId = new Map(findings.map((one) => [one.id, one]));
      for (const [id, finding] of Object.entries(wanted)) {
        assert.match(byId.get(id)?.finding ?? `nothing of ${id}`, finding, `${id}\n${stdout}`);
      }
      const troubles = findings.filter(({ id, severity }) => troubling.has(severity) && !ofTheTest.has(id));
      assert.deepEqual(troubles, []);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  for (const implicit of [false, true]) {
    itWith(
      ['openssl'],
      `openssl, ${implicit ? 'port 465' : 'STARTTLS'}: a second handshake on a connection is refused`,
      async () => {
        const { stderr } = await runProgram(
          requireProgram('/usr/bin/openssl'),
          [
            ...['s_client', '-tls1_2', '-connect', `127.0.0.1:${implicit ? smtpsPort : gateway.port}`],
            ...(implicit ? [] : ['-starttls', 'smtp']),
          ],
          { input: 'R\n' },
        );
        assert.match(stderr, /^RENEGOTIATING/m);
        assert.match(stderr, /no renegotiation/);
      },
    );
  }

  for (const injected of [
    'EHLO evil.example\r\n',
    'RSET\r\nNOOP\r\n',
    'EHLO evil.example\r\nMAIL FROM:<evil@evil.example>\r\nRCPT TO:<bob@domain.com>\r\n',
    'AUTH PLAIN AGphbmUAYXBwbGVz\r\n',
    'STARTTLS\r\n',
  ]) {
    it(`STARTTLS followed by ${JSON.stringify(injected)} in one packet: it is not executed`, async () => {
      const client = await connect({ port: gateway.port });
      await client.ehlo();
      assert.deepEqual((await client.startTls({}, injected)).lines, ['220 Go ahead.']);
      // The next reply has to be the one to the next command: a reply to the injected text would come first.
      assert.deepEqual((await client.send('XMINE')).code, 500);
      assert.equal((await client.mail('a@client.example')).code, 503);
      assert.equal((await client.ehlo('mine.example')).code, 250);
      assert.equal((await client.mail('a@client.example')).code, 250);
      assert.equal((await client.rcpt('bob@domain.com')).code, 250);
      assert.equal((await client.data('Subject: mine\r\n\r\nx\r\n')).code, 250);
      await client.quit();
      const [message] = await gateway.sinks.l.waitForMessages(1);
      gateway.clearSinks();
      assert.equal(message?.envelopeFrom, 'a@client.example');
      assert.doesNotMatch(message?.raw.toString() ?? '', /evil/);
    });
  }
});
