/*
 * The certificates of the server: PMDF's files and Haraka's, the complete chain with and without a server name, new
 * files without a restart, and no start without one if TLS is required. Checked with openssl, gnutls-cli and
 * posttls-finger.
 */

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { itWith } from '../../support/programs.js';
import { freePort } from '../support/free-port.js';
import { type Gateway, type GatewayOptions, startGateway } from '../support/gateway.js';
import { requireProgram, runProgram } from '../support/program.js';
import { connect } from '../support/smtp-client.js';
import { until } from '../support/until.js';
import { type Authority, type IssuedCertificate, makeAuthority } from './support/authority.js';

/** For files that were written to be read again. */
const LIMIT_MS = 10_000;
const plugins = [
  'tls',
  'pmdf/switchchannel',
  'pmdf/maytls',
  'pmdf/access',
  'queue/smtp_forward',
  'pmdf/deliver',
];
const NAME = 'mail.domain.com';
const OTHER = 'mail.other.com';

const cnf = (keyword: string): string => `domain.com    $U@domain.com
.             $U%$H@TCP-DAEMON

l
domain.com

tcp_local smtp mx switchchannel ${keyword}
TCP-DAEMON

process
PROCESS-DAEMON
`;

describe('the certificates of pmdf/maytls', () => {
  let authority: Authority;
  let good: IssuedCertificate;
  let other: IssuedCertificate;

  before(async () => {
    authority = await makeAuthority();
    good = await authority.issue({ names: [NAME] });
    other = await authority.issue({ names: [OTHER, '*.wild.example'] });
  });
  after(() => authority?.remove());

  function start(options: GatewayOptions): Promise<Gateway> {
    return startGateway({
      plugins,
      cnf: cnf('maytlsserver'),
      mappings: '',
      delivery: (ports) => `delivery:\n  l: { next_hop: '127.0.0.1:${ports.l}' }\n`,
      ...options,
    });
  }

  /** What openssl sees: the subjects of the chain, and whether it verifies. */
  async function shown(port: number, name: string | null, implicit = false): Promise<string> {
    const { stdout, stderr } = await runProgram(
      requireProgram('/usr/bin/openssl'),
      [
        ...['s_client', '-connect', `127.0.0.1:${port}`, '-showcerts', '-CAfile', authority.rootFile],
        ...(implicit ? [] : ['-starttls', 'smtp']),
        ...(name === null ? ['-noservername'] : ['-servername', name]),
      ],
      { input: 'QUIT\r\n' },
    );
    const subjects = [...stdout.matchAll(/-----BEGIN CERT[\s\S]*?-----END CERTIFICATE-----/g)]
      .slice(0, 3)
      .map(([pem]) => new X509Certificate(pem).subject);
    const verified = /Verify return code: (\d+)/.exec(stdout)?.[1] ?? stderr;
    return [...new Set(subjects), verified].join(' ');
  }

  const whole = (name: string): string => `CN=${name} CN=Test Intermediate 0`;

  itWith(
    ['openssl', 'gnutls-cli', 'postfix'],
    "are PMDF's pair, with its chain, on STARTTLS and on port 465, with and without a name",
    async () => {
      const smtps = await freePort();
      const gateway = await start({
        listen: ['127.0.0.1:0', `127.0.0.1:${smtps}`],
        smtpIni: [`smtps_port=${smtps}`],
        config: {
          'pmdf/server-priv.pem': good.key,
          'pmdf/server-pub.pem': good.cert,
          // In Haraka's folder for names; Haraka itself would send only the first certificate.
          'tls/other.pem': other.key + other.cert,
        },
      });
      try {
        for (const [port, implicit] of [
          [gateway.port, false],
          [smtps, true],
        ] as const) {
          assert.equal(await shown(port, null, implicit), whole(NAME));
          assert.equal(await shown(port, NAME, implicit), whole(NAME));
          assert.equal(await shown(port, 'unknown.example', implicit), whole(NAME));
          assert.equal(await shown(port, OTHER, implicit), whole(OTHER));
          assert.equal(await shown(port, 'x.wild.example', implicit), whole(OTHER));
        }
        const gnutls = await runProgram(
          requireProgram('/usr/bin/gnutls-cli'),
          [
            ...['--starttls-proto=smtp', `--x509cafile=${authority.rootFile}`, `--verify-hostname=${NAME}`],
            ...['-p', String(gateway.port), '127.0.0.1'],
          ],
          { input: 'QUIT\r\n' },
        );
        assert.match(gnutls.stdout, /Status: The certificate is trusted/);
        const finger = mkdtempSync(path.join(os.tmpdir(), 'pmdf-finger-'));
        writeFileSync(path.join(finger, 'main.cf'), 'compatibility_level = 3.6\nsmtputf8_enable = no\n');
        try {
          const posttls = await runProgram(
            requireProgram('/usr/sbin/posttls-finger'),
            [
              ...['-c', '-l', 'verify', '-F', authority.rootFile, '-L', 'summary'],
              ...[`[127.0.0.1]:${gateway.port}`, NAME],
            ],
            { env: { ...process.env, MAIL_CONFIG: finger } },
          );
          assert.match(posttls.stdout + posttls.stderr, /Verified TLS connection established/);
        } finally {
          rmSync(finger, { recursive: true });
        }

        // Renewed: another certificate for the same name, and one for a new name beside it.
        const renewed = await authority.issue({ names: [NAME, 'renewed.domain.com'] });
        const folder = path.join(gateway.install.dir, 'config', 'pmdf');
        writeFileSync(path.join(folder, 'server-priv.pem.new'), renewed.key);
        writeFileSync(path.join(folder, 'server-pub.pem.new'), renewed.cert);
        for (const name of ['server-priv.pem', 'server-pub.pem']) {
          renameSync(path.join(folder, `${name}.new`), path.join(folder, name));
        }
        await gateway.waitForLog('the certificates were read again and are in use');
        const finger1 = new X509Certificate(renewed.leaf).fingerprint256;
        for (const implicit of [false, true]) {
          const client = await connect({
            port: implicit ? smtps : gateway.port,
            ...(implicit ? { implicitTls: { rejectUnauthorized: false } } : {}),
          });
          if (!implicit) {
            await client.ehlo();
            await client.startTls();
          }
          assert.equal(client.peerFingerprint(), finger1);
          await client.close();
        }

        // A key that does not match does not replace one that does.
        writeFileSync(path.join(folder, 'server-priv.pem'), other.key);
        await gateway.waitForLog('the new certificates cannot be used; the old ones stay in use');
        assert.match(
          gateway.log(),
          /the private key does not belong to this certificate \[tls\/key-mismatch\]/,
        );
        assert.equal(await shown(gateway.port, null), whole(NAME));
      } finally {
        await gateway.stop();
      }
    },
  );

  itWith(['openssl'], "are Haraka's own if PMDF's are missing, and are renewed too", async () => {
    const gateway = await start({ nodes: 1, config: { 'tls_key.pem': good.key, 'tls_cert.pem': good.cert } });
    try {
      assert.equal(await shown(gateway.port, null), whole(NAME));
      writeFileSync(path.join(gateway.install.dir, 'config', 'tls_cert.pem'), other.cert);
      writeFileSync(path.join(gateway.install.dir, 'config', 'tls_key.pem'), other.key);
      await gateway.waitForLog('the certificates were read again and are in use');
      // The line may be of a reading before both files were written.
      await until(
        async () => (await shown(gateway.port, null)) === whole(OTHER),
        LIMIT_MS,
        () => `the certificate of ${OTHER}`,
      );
    } finally {
      await gateway.stop();
    }
  });

  itWith(['openssl'], 'are used even if expired, with a warning', async () => {
    const expired = await authority.issue({ names: [NAME], expired: true });
    const gateway = await start({
      config: { 'pmdf/server-priv.pem': expired.key, 'pmdf/server-pub.pem': expired.cert },
    });
    try {
      assert.match(
        gateway.log(),
        /warning: the certificate for `mail\.domain\.com` expired on .* \[tls\/expired\]/,
      );
      assert.equal(await shown(gateway.port, null), `CN=${NAME} CN=Test Intermediate 10`);
    } finally {
      await gateway.stop();
    }
  });

  async function endOf(options: GatewayOptions): Promise<string> {
    const gateway = await start(options);
    try {
      assert.deepEqual(await gateway.exited, { code: 1, signal: null });
      return gateway.log();
    } finally {
      await gateway.stop();
    }
  }

  it('have to be there if TLS is required', async () => {
    const log = await endOf({ cnf: cnf('musttlsserver') });
    assert.match(
      log,
      /`tcp_local` requires TLS, but there is no usable certificate, so it could not receive mail \[tls\/no-certificate\]/,
    );
  });

  it('need the plugin tls if TLS is required', async () => {
    const log = await endOf({
      plugins: plugins.slice(1),
      cnf: cnf('musttlsserver'),
      config: { 'pmdf/server-priv.pem': good.key, 'pmdf/server-pub.pem': good.cert },
    });
    assert.match(
      log,
      /`tcp_local` offers TLS, but Haraka's plugin `tls` is not in config\/plugins \[tls\/no-plugin\]/,
    );
  });

  it('prevent the start if the key does not match', async () => {
    await assert.rejects(
      start({ config: { 'pmdf/server-priv.pem': other.key, 'pmdf/server-pub.pem': good.cert } }),
      /the private key does not belong to this certificate/,
    );
  });
});
