/*
 * OpenLDAP's server with the entries of an LDIF under `o=example`, on a loopback port: it can be stopped, killed, and
 * started again on the same port with other entries.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { freePort } from './free-port.js';
import { leaveNothingBehind } from './last-will.js';
import { requireProgram, runSuccessfully } from './program.js';
import { until } from './until.js';

const START_LIMIT_MS = 15_000;
export const managerDn = 'cn=manager,o=example';
export const managerPassword = 'secret of the manager';

/** The certificate of a server, as names of files in PEM. */
export interface SlapdCertificate {
  readonly certificate: string;
  readonly key: string;
}

export interface SlapdOptions {
  readonly certificate?: SlapdCertificate;
  /** Further lines of slapd.conf, for the database. */
  readonly more?: string;
}

/** A running slapd. */
export interface Slapd {
  readonly port: number;
  /** The port for TLS from the start; null without a certificate. */
  readonly tlsPort: number | null;
  /** Ends it as kill -9 does, or by SIGTERM. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts it again after `stop`, with other entries if given. */
  start(ldif?: string): Promise<void>;
  /** Stops its work for a while, and lets it go on. */
  freeze(): Promise<void>;
  thaw(): void;
  /** Stops it and removes what it has written. */
  close(): Promise<void>;
}

/** An entry of a person. */
export function person(
  uid: string,
  attributes: Readonly<Record<string, string | readonly string[]>>,
): string {
  const lines = Object.entries(attributes).flatMap(([name, values]) =>
    [values].flat().map((value) => `${name}:: ${Buffer.from(value).toString('base64')}\n`),
  );
  const escaped = [...Buffer.from(uid)].map((octet) => `\\${octet.toString(16).padStart(2, '0')}`).join('');
  const encoded = Buffer.from(uid).toString('base64');
  const head = `dn: uid=${escaped},ou=people,o=example\nobjectClass: inetOrgPerson\nuid:: ${encoded}\nsn: x\ncn:: ${encoded}\n`;
  return `${head}${lines.join('')}\n`;
}

const base = `dn: o=example
objectClass: organization
o: example

dn: ou=people,o=example
objectClass: organizationalUnit
ou: people

`;

function configuration(folder: string, { certificate, more = '' }: SlapdOptions): string {
  const tls =
    certificate === undefined
      ? ''
      : `TLSCertificateFile ${certificate.certificate}\nTLSCertificateKeyFile ${certificate.key}\n`;
  return `include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile ${folder}/pid
${tls}database mdb
suffix "o=example"
directory ${folder}/data
rootdn "${managerDn}"
rootpw "${managerPassword}"
index objectClass,uid,mail eq
${more}
`;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Starts a slapd with these entries below `ou=people,o=example`. */
export async function startSlapd(ldif: string, options: SlapdOptions = {}): Promise<Slapd> {
  const slapd = requireProgram('/usr/sbin/slapd');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'pmdf-slapd-'));
  const will = leaveNothingBehind(folder);
  const port = await freePort();
  const tlsPort = options.certificate === undefined ? null : await freePort();
  const conf = path.join(folder, 'slapd.conf');
  writeFileSync(conf, configuration(folder, options));
  let child: ChildProcess | null = null;
  let output = '';

  async function fill(entries: string): Promise<void> {
    rmSync(path.join(folder, 'data'), { recursive: true, force: true });
    mkdirSync(path.join(folder, 'data'));
    await runSuccessfully('/usr/sbin/slapadd', ['-q', '-f', conf], { input: base + entries });
  }

  async function start(entries?: string): Promise<void> {
    if (entries !== undefined) await fill(entries);
    const urls = [`ldap://127.0.0.1:${port}`, ...(tlsPort === null ? [] : [`ldaps://127.0.0.1:${tlsPort}`])];
    // With -d it stays in the foreground.
    const started = spawn(slapd, ['-f', conf, '-h', urls.join(' '), '-d', '0'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    started.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child = started;
    await until(
      async () => started.exitCode !== null || (await answers(port)),
      START_LIMIT_MS,
      () => `slapd listens\n${output}`,
    );
    if (started.exitCode !== null) throw new Error(`slapd ended with ${started.exitCode}:\n${output}`);
  }

  async function stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null) return;
    running.kill('SIGCONT');
    running.kill(signal);
    await once(running, 'exit');
  }

  await start(ldif);
  return {
    port,
    tlsPort,
    stop,
    start,
    freeze: async () => {
      const stat = `/proc/${child?.pid}/stat`;
      child?.kill('SIGSTOP');
      await until(
        () => / T /.test(readFileSync(stat, 'utf8')),
        START_LIMIT_MS,
        () => 'slapd has stopped',
      );
    },
    thaw: () => void child?.kill('SIGCONT'),
    close: async () => {
      await stop('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
      will.cancel();
    },
  };
}
