/*
 * A Haraka with the plugins of the bundle, a sink behind each of its channels and its own name server: what most
 * end-to-end tests need. Without further options it has the example configuration: `domain.com` is local, 127.0.1.0/24
 * is internal, everyone else is outside.
 */

import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type DnsAnswer, DnsServer } from '../../support/dns-server.js';
import { type HarakaInstall, type HarakaOptions, makeInstall } from './haraka-install.js';
import type { RunningHaraka } from './haraka-process.js';
import { harakaFolder, projectRoot } from './project-root.js';
import { type Sink, startSink } from './sink.js';

/** The channels that have a sink. */
export const sinkChannels = ['l', 'tcp_internal', 'tcp_local'] as const;
export type SinkChannel = (typeof sinkChannels)[number];

/** The plugins of a complete install. */
export const allPlugins: readonly string[] = [
  'pmdf/switchchannel',
  'pmdf/access',
  'queue/smtp_forward',
  'pmdf/deliver',
];

/** Differences from the example. */
export interface GatewayOptions extends Omit<HarakaOptions, 'plugins' | 'rdns'> {
  readonly plugins?: readonly string[];
  readonly cnf?: string;
  readonly mappings?: string;
  readonly general?: string;
  /** Lines of pmdf.yaml, after those for delivery. */
  readonly settings?: string;
  /** The lines of pmdf.yaml for delivery, from the ports of the sinks. */
  readonly delivery?: (ports: Readonly<Record<SinkChannel, number>>) => string;
  /** The records of the name server: `PTR 5.2.0.127.in-addr.arpa`, `A pc.domain.com`. */
  readonly names?: Readonly<Record<string, DnsAnswer>>;
}

/** A running gateway. */
export interface Gateway extends RunningHaraka {
  readonly install: HarakaInstall;
  readonly sinks: Readonly<Record<SinkChannel, Sink>>;
  readonly names: DnsServer;
  /** Replaces a file under `config/pmdf/` by rename, as careful editors do. */
  replaceFile(name: string, text: string): void;
  /** The text of a file under `config/`. */
  configText(name: string): string;
  /** The names of the files in a folder of the install, without our folder in the queue; none if it does not exist. */
  filesIn(folder: string): readonly string[];
  /** Replaces a folder of the install with a file, so that nothing can be written there; and back. */
  breakFolder(folder: string): void;
  mendFolder(folder: string): void;
  /** Clears the records and the faults of all sinks. */
  clearSinks(): void;
}

/** A file of the example configuration. */
export function exampleFile(name: 'pmdf.cnf' | 'mappings' | 'general.txt'): string {
  return readFileSync(path.join(projectRoot(), 'config', name), 'utf8');
}

/** The connection.ini of a new install, with the hosts that may send a PROXY line. */
export function connectionIni(...hosts: readonly string[]): string {
  const stock = readFileSync(path.join(harakaFolder(), 'config', 'connection.ini'), 'utf8');
  return stock.replace(/^hosts\[\] =$/m, hosts.map((host) => `hosts[] = ${host}`).join('\n'));
}

function exampleDelivery(ports: Readonly<Record<SinkChannel, number>>): string {
  return `delivery:
  l: { method: through, next_hop: '127.0.0.1:${ports.l}' }
  tcp_internal: { method: through, next_hop: '127.0.0.1:${ports.tcp_internal}' }
  tcp_local: { method: queue, next_hop: '127.0.0.1:${ports.tcp_local}' }
`;
}

const NAMES_PLUGIN = 'e2e_names';

/** Makes everything in Haraka's process use our name server; a package, since only packages see the real `dns`. */
function namesPlugin(server: string): Readonly<Record<string, string>> {
  return {
    [`${NAMES_PLUGIN}/package.json`]: '{"main": "index.js"}\n',
    [`${NAMES_PLUGIN}/index.js`]: `const dns = require('node:dns')
const servers = [${JSON.stringify(server)}]
const { Resolver } = dns.promises
const told = new WeakSet()
for (const method of ['resolve4', 'resolve6', 'resolveMx', 'resolvePtr', 'resolveTxt', 'reverse']) {
  const ask = Resolver.prototype[method]
  // Haraka created its resolver earlier.
  Resolver.prototype[method] = function (...question) {
    if (!told.has(this)) this.setServers(servers)
    told.add(this)
    return ask.apply(this, question)
  }
}
dns.setServers(servers)
exports.register = function () {}
`,
  };
}

/** The contents of an install for the gateway, given its sinks and its name server. */
export function gatewayInstall(
  options: GatewayOptions,
  ports: Readonly<Record<SinkChannel, number>>,
  nameServer: string,
): HarakaOptions {
  const { plugins, cnf, mappings, general, settings, delivery, names: _names, ...rest } = options;
  // Without any table everybody may relay, which the settings have to allow.
  const openRelay = mappings === '' ? 'open_relay: allowed\n' : '';
  return {
    ...rest,
    plugins: [NAMES_PLUGIN, ...(plugins ?? allPlugins)],
    pluginFiles: { ...namesPlugin(nameServer), ...rest.pluginFiles },
    config: {
      me: 'domain.com\n',
      'smtp_forward.ini': `host=127.0.0.1\nport=${ports.l}\n`,
      'outbound.ini': 'temp_fail_intervals=1h\n',
      'pmdf/pmdf.cnf': cnf ?? exampleFile('pmdf.cnf'),
      'pmdf/mappings': mappings ?? exampleFile('mappings'),
      'pmdf/general.txt': general ?? exampleFile('general.txt'),
      'pmdf/pmdf.yaml': `${openRelay}${(delivery ?? exampleDelivery)(ports)}${settings ?? ''}`,
      ...rest.config,
    },
  };
}

/** Starts sinks, name server and Haraka; `stop` ends all of them and deletes the install. */
export async function startGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const [l, internal, outside] = await Promise.all(sinkChannels.map(() => startSink()));
  if (l === undefined || internal === undefined || outside === undefined)
    throw new Error('a sink is missing');
  const sinks = { l, tcp_internal: internal, tcp_local: outside };
  const names = await DnsServer.start(options.names ?? {});
  const ports = { l: l.port, tcp_internal: internal.port, tcp_local: outside.port };
  const stopRest = async (): Promise<void> => {
    names.close();
    await Promise.all([l.stop(), internal.stop(), outside.stop()]);
  };
  let install: HarakaInstall | undefined;
  try {
    const made = await makeInstall(gatewayInstall(options, ports, names.address));
    install = made;
    const haraka = await made.start();
    return {
      ...haraka,
      install: made,
      sinks,
      names,
      replaceFile: (name, text) => {
        const file = path.join(made.dir, 'config', 'pmdf', name);
        writeFileSync(`${file}.new`, text);
        renameSync(`${file}.new`, file);
      },
      configText: (name) => readFileSync(path.join(made.dir, 'config', name), 'utf8'),
      filesIn: (folder) => {
        const whole = path.join(made.dir, folder);
        return existsSync(whole) ? readdirSync(whole).filter((name) => name !== 'pmdf') : [];
      },
      breakFolder: (folder) => {
        renameSync(path.join(made.dir, folder), path.join(made.dir, `${folder}.away`));
        writeFileSync(path.join(made.dir, folder), '');
      },
      mendFolder: (folder) => {
        rmSync(path.join(made.dir, folder));
        renameSync(path.join(made.dir, `${folder}.away`), path.join(made.dir, folder));
      },
      clearSinks: () => {
        for (const sink of [l, internal, outside]) {
          sink.acceptAll();
          sink.clear();
        }
      },
      stop: async () => {
        await haraka.stop();
        made.remove();
        await stopRest();
      },
    };
  } catch (error) {
    install?.remove();
    await stopRest();
    throw error;
  }
}
