/*
 * A running layout: its network, a Haraka for each gateway with the unchanged sample configuration, the firewall, the
 * internal mail server and the world.
 */

import { allPlugins, gatewayInstall } from '../../support/gateway.js';
import { type HarakaInstall, makeInstall } from '../../support/haraka-install.js';
import type { RunningHaraka } from '../../support/haraka-process.js';
import { filesBelow, type Mta } from '../../support/mta.js';
import { ground } from '../../support/network/ground.js';
import type { Host } from '../../support/network/host.js';
import { type Network, startNetwork } from '../../support/network/network.js';
import { type Sink, startSink } from '../../support/sink.js';
import { connect, type SmtpClient } from '../../support/smtp-client.js';
import { until } from '../../support/until.js';
import {
  type Connection,
  type GatewayPlan,
  type Layout,
  MAIL_SERVER,
  OTHER_MX,
  OTHER_PORT,
  sampleFile,
  WORKSTATION,
} from './layouts.js';
import { startRelayingFirewall } from './relaying-firewall.js';

const IDLE_LIMIT_MS = 15_000;

/** What the name servers of the gateways know. */
const names = { 'MX other.com': ['10 mx.other.com'], 'A mx.other.com': [OTHER_MX] };

/** A running layout. */
export interface LayoutLab {
  /** The gateways, in the order of the layout. */
  readonly gateways: readonly RunningHaraka[];
  /** The internal mail server. */
  readonly mailServer: Sink;
  /** The mail server of other.com. */
  readonly world: Sink;
  /** Opens a session; resolves after the greeting. */
  come(connection: Connection): Promise<SmtpClient>;
  /** Only connects, for 400 ms at most. */
  reach(connection: Connection): Promise<void>;
  /** How many packets the packet filter has dropped as forged. */
  forgedPackets(): Promise<number>;
  /** Lets everything pass through the firewall. */
  openFirewall(): Promise<void>;
  /** Resolves when all queues are empty. */
  idle(): Promise<void>;
  /** An address of the plan, as it is here. */
  place(text: string): string;
  stop(): Promise<void>;
}

/** Needed where all hosts share one kernel, which would otherwise connect from 127.0.0.1. */
function forLoopback(files: { cnf: string; mappings: string }, source: string): typeof files {
  if (ground === 'network namespaces') return files;
  return {
    cnf: files.cnf.replace(/^tcp_local .*$/m, `$& interfaceaddress ${source}`),
    // The queue plugin of \`through\` channels cannot be given an address.
    mappings: files.mappings.replace(/^ {2}TCP\|\*\|\*\|\d[\d.]*\|\* .*$/m, '$&\n  TCP|*|*|127.0.0.1|*  $Y'),
  };
}

function hostOf(network: Network<string>, name: string): Host {
  const host = network.hosts[name];
  if (host === undefined) throw new Error(`the layout has no host ${name}`);
  return host;
}

async function makeGateway(
  layout: Layout,
  network: Network<string>,
  plan: GatewayPlan,
): Promise<HarakaInstall> {
  const host = hostOf(network, plan.name);
  const read = (file: string): string => network.place(sampleFile(layout.folder, plan.name, file));
  const source = network.place(plan.addresses.at(-1) ?? '');
  const { cnf, mappings } = forLoopback({ cnf: read('pmdf.cnf'), mappings: read('mappings') }, source);
  const nameServer = await host.startNameServer(names);
  return makeInstall(
    gatewayInstall(
      {
        plugins: allPlugins,
        cnf,
        mappings,
        general: plan.name === 'outer' ? '' : read('general.txt'),
        delivery: () => read('pmdf.yaml'),
        listen: plan.addresses.map((address) => `${network.place(address)}:25`),
        nodeBinary: host.nodeBinary,
        config: {
          'outbound.ini': `temp_fail_intervals=1h\nlocal_mx_ok=${ground === 'loopback addresses'}\n`,
        },
      },
      { l: 25, tcp_internal: 25, tcp_local: 25 },
      nameServer,
    ),
  );
}

/** Starts a layout; `stop` ends everything. */
export async function startLayout(layout: Layout): Promise<LayoutLab> {
  const endings: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    const network: Network<string> = await startNetwork<string>(layout.hosts);
    endings.push(() => network.stop());
    const sinkAt = async (host: string, address: string): Promise<Sink> => {
      const sink = await startSink({ server: await hostOf(network, host).listen(address, 25) });
      endings.push(() => sink.stop());
      return sink;
    };
    const mailServer = await sinkAt('inside', MAIL_SERVER);
    const world = await sinkAt('world', OTHER_MX);
    // So a connection that fails was stopped by the packet filter.
    const ends = new Map(layout.closed.map(({ to, port }) => [`${to} ${port}`, { to, port }]));
    for (const { to, port } of ends.values()) {
      const owner = Object.entries(layout.hosts).find(([, { segments }]) =>
        Object.values(segments)
          .flat()
          .some((address) => address.startsWith(`${to}/`)),
      );
      const isTaken = port !== OTHER_PORT && to !== WORKSTATION;
      if (owner === undefined || isTaken) continue;
      const server = await hostOf(network, owner[0]).listen(to, port);
      endings.push(() => server.close());
    }
    let relay: Mta | undefined;
    if (layout.hasRelay) {
      const mta = await startRelayingFirewall(network);
      endings.push(() => mta.stop());
      relay = mta;
    }
    const gateways: RunningHaraka[] = [];
    for (const plan of layout.gateways) {
      const install = await makeGateway(layout, network, plan);
      endings.push(() => install.remove());
      const haraka = await install.start();
      endings.push(() => haraka.stop());
      gateways.push(haraka);
    }
    const come = async ({ host, ...way }: Connection): Promise<SmtpClient> => {
      const socket = await hostOf(network, host).connect(way);
      return connect({ port: way.port, socket });
    };
    return {
      gateways,
      mailServer,
      world,
      come,
      reach: async ({ host, ...way }) => {
        const socket = await hostOf(network, host).connect({ ...way, timeoutMs: 400 });
        socket.destroy();
      },
      forgedPackets: async () => {
        const rules = await hostOf(network, 'firewall').run('nft', 'list', 'ruleset');
        return Number(/counter packets (\d+)/.exec(rules)?.[1]);
      },
      openFirewall: async () => {
        await hostOf(network, 'firewall').run('nft', 'flush', 'ruleset');
        await hostOf(network, 'firewall').run('sysctl', '-qw', 'net.ipv4.ip_forward=1');
      },
      idle: async () => {
        const queued = (): readonly string[] => filesBelow(gateways.map(({ dir }) => `${dir}/queue`));
        for (let rounds = 0; rounds < 2; rounds += 1) {
          await until(
            () => queued().length === 0,
            IDLE_LIMIT_MS,
            () => `empty queues: ${queued().join(', ')}`,
          );
          await relay?.idle(IDLE_LIMIT_MS);
        }
      },
      place: (text) => network.place(text),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
