/*
 * The sample configuration behind a proxy, running: Haraka on loopback, HAProxy and stunnel in front of it on the same
 * host, a stranger outside, a workstation and the mail server inside.
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import type tls from 'node:tls';
import { type Certificate, makeCertificate } from '../../support/certificate.js';
import { connectionIni, gatewayInstall } from '../../support/gateway.js';
import { makeInstall } from '../../support/haraka-install.js';
import type { RunningHaraka } from '../../support/haraka-process.js';
import { ground } from '../../support/network/ground.js';
import type { Way } from '../../support/network/host.js';
import { type HostPlan, startNetwork } from '../../support/network/network.js';
import { requireProgram } from '../../support/program.js';
import { projectRoot } from '../../support/project-root.js';
import { type Sink, startSink } from '../../support/sink.js';
import { type ConnectOptions, connect, type SmtpClient } from '../../support/smtp-client.js';
import { makeAuthority } from '../../tls/support/authority.js';
import { startProxy } from './proxy.js';

/** Reads a file of the sample. */
export function sampleFile(name: string): string {
  return readFileSync(path.join(projectRoot(), 'config', 'proxy', name), 'utf8');
}

export const STRANGER = '203.0.113.9';
export const WORKSTATION = '10.20.0.5';
const MAIL_SERVER = '10.20.0.25';
export const HAPROXY = '198.51.100.25';
export const STUNNEL = '198.51.100.26';
/** The hosts and addresses of the proxies. */
const HARAKA = '127.0.0.1';

const plan = {
  server: {
    segments: { outside: [`${HAPROXY}/24`, `${STUNNEL}/24`], inside: ['10.20.0.2/16'] },
    routes: ['203.0.113.0/24 dev outside'],
    filter: sampleFile('filter.nft'),
  },
  world: { segments: { outside: [`${STRANGER}/24`] }, routes: ['198.51.100.0/24 dev outside'] },
  inside: {
    segments: { inside: [`${WORKSTATION}/16`, `${MAIL_SERVER}/16`] },
    routes: ['198.51.100.0/24 via 10.20.0.2'],
  },
} satisfies Readonly<Record<string, HostPlan>>;

/** A connection, and the steps before the greeting. */
export interface Coming extends Way, Pick<ConnectOptions, 'awaitGreeting'> {
  readonly host: keyof typeof plan;
  /** Sent first, in the clear. */
  readonly first?: string;
  readonly implicitTls?: tls.ConnectionOptions;
}

/** The lab. */
export interface ProxyLab {
  readonly haraka: RunningHaraka;
  readonly mailServer: Sink;
  /** The certificate by which Haraka knows the proxy. */
  readonly proxyCertificate: Certificate;
  come(coming: Coming): Promise<SmtpClient>;
  place(text: string): string;
  /** Removes the packet filter of the host. */
  openHost(): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts all of it. */
export async function startProxyLab(): Promise<ProxyLab> {
  const endings: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    const authority = await makeAuthority();
    endings.push(() => authority.remove());
    const server = await authority.issue({ names: ['mail.domain.com'] });
    const proxyCertificate = await makeCertificate('proxy.domain.com');
    const network = await startNetwork(plan);
    endings.push(() => network.stop());
    // If all hosts share one kernel, ports of 127.0.0.1 may be in use, and 127.0.0.0/8 is not only this host.
    const own = network.place('198.51.100.1');
    const place = (text: string): string =>
      ground === 'network namespaces'
        ? text
        : network
            .place(text)
            .replaceAll(/127\.0\.0\.1(?=:\d)/g, own)
            .replaceAll('127.0.0.0/24', '127.0.0.0/8');
    const mailServer = await startSink({ server: await network.hosts.inside.listen(MAIL_SERVER, 25) });
    endings.push(() => mailServer.stop());

    const listen = /^listen=(.*)$/m.exec(sampleFile('smtp.ini'))?.[1] ?? '';
    const listeners = place(`${listen},127.0.0.1:10465`).split(',');
    const install = await makeInstall(
      gatewayInstall(
        {
          plugins: sampleFile('plugins').trim().split('\n'),
          cnf: place(sampleFile('pmdf.cnf')),
          mappings: place(sampleFile('mappings')),
          general: '',
          delivery: () => place(sampleFile('pmdf.yaml')),
          listen: listeners,
          nodeBinary: network.hosts.server.nodeBinary,
          config: {
            'connection.ini': connectionIni(
              /^hosts\[\] = (.*)$/m.exec(sampleFile('connection.ini'))?.[1] ?? '',
            ),
            'tls.ini': sampleFile('tls.ini'),
            'proxy-cert.pem': proxyCertificate.cert,
            'pmdf/server-pub.pem': server.cert,
            'pmdf/server-priv.pem': server.key,
          },
        },
        { l: 25, tcp_internal: 25, tcp_local: 25 },
        await network.hosts.server.startNameServer({}),
      ),
    );
    endings.push(() => install.remove());
    const haraka = await install.start();
    endings.push(() => haraka.stop());

    const haproxy = await startProxy({
      host: network.hosts.server,
      program: requireProgram('/usr/sbin/haproxy'),
      args: ['-db', '-q', '-f'],
      configuration: (folder) =>
        place(sampleFile('haproxy.cfg'))
          .replaceAll('/etc/haproxy/', `${folder}/`)
          .replaceAll('/etc/ssl/certs/ca-certificates.crt', authority.rootFile),
      files: {
        'mail.domain.com.pem': server.cert + server.key,
        'proxy.pem': proxyCertificate.cert + proxyCertificate.key,
      },
      listens: { address: HAPROXY, port: 465 },
    });
    endings.push(() => haproxy.stop());
    const stunnel = await startProxy({
      host: network.hosts.server,
      program: requireProgram('/usr/bin/stunnel4'),
      args: [],
      configuration: (folder) =>
        place(sampleFile('stunnel.conf').replaceAll(HAPROXY, STUNNEL)).replaceAll(
          '/etc/stunnel/',
          `${folder}/`,
        ),
      files: { 'mail.domain.com.pem': server.cert + server.key },
      listens: { address: STUNNEL, port: 465 },
    });
    endings.push(() => stunnel.stop());

    return {
      haraka,
      mailServer,
      proxyCertificate,
      place,
      openHost: () => network.hosts.server.run('nft', 'flush', 'ruleset'),
      come: async ({ host, first, implicitTls, awaitGreeting = true, ...way }) => {
        const to = way.to === HARAKA && ground === 'loopback addresses' ? own : way.to;
        const socket = await network.hosts[host].connect({ ...way, to });
        if (first !== undefined) socket.write(place(first));
        return connect({
          port: way.port,
          socket,
          awaitGreeting,
          ...(implicitTls === undefined
            ? {}
            : { implicitTls: { rejectUnauthorized: false, ...implicitTls } }),
        });
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
