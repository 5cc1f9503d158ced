/*
 * A network for tests, from a plan: hosts on segments, with addresses, routes and packet filters. With namespaces each
 * host has one, and one more holds a bridge for each segment. Nothing stays when a test process dies.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { mostWorkers, worker } from '../../../support/worker.js';
import { lastWill, leaveNothingBehind } from '../last-will.js';
import { requireRoot, runProgram, runSuccessfully } from '../program.js';
import { ground } from './ground.js';
import { type Host, loopbackHost, namespaceHost } from './host.js';

/** One host of a plan. */
export interface HostPlan {
  /** Addresses with prefix lengths, by segment; the interface bears the name of the segment. */
  readonly segments: Readonly<Record<string, readonly string[]>>;
  /** Destination and next router: `default via 10.20.0.1`. */
  readonly routes?: readonly string[];
  /** Whether it forwards packets. */
  readonly forwards?: boolean;
  /** A packet filter, as `nft -f` reads it. */
  readonly filter?: string;
}

/** A network that is up. */
export interface Network<Name extends string> {
  readonly hosts: Readonly<Record<Name, Host>>;
  /** A text with the addresses of the plan replaced by the actual ones. */
  place(text: string): string;
  /** Removes the network, with everything that still runs on its hosts. */
  stop(): Promise<void>;
}

/** The networks of the plans; only these are replaced by loopback addresses. */
const planned = ['198.51.', '203.0.', '10.20.'] as const;

/** Maps each network of the plans to a 127.* network that no test beside this one uses. */
function loopbackPlaces(): (text: string) => string {
  const each = Math.floor(80 / mostWorkers);
  const first = 2 + worker * each + Math.floor(Math.random() * each);
  const places = new Map(planned.map((prefix, index) => [prefix, `127.${first + 80 * index}.`]));
  return (text) => {
    let placed = text;
    for (const [prefix, place] of places) {
      placed = placed.replaceAll(new RegExp(`(?<![\\d.])${prefix.replaceAll('.', '\\.')}`, 'g'), place);
    }
    return placed;
  };
}

const REMOVE_SCRIPT = `for name in "$@"; do
  ip netns pids "$name" | xargs -r kill -KILL
  ip netns del "$name"
done`;

let count = 0;

async function startNamespaces<Name extends string>(
  plan: Readonly<Record<Name, HostPlan>>,
  names: readonly Name[],
): Promise<Network<Name>> {
  requireRoot();
  count += 1;
  const namespaceOf = (name: string): string => `pmdf-${process.pid}-${count}-${name}`;
  const wire = namespaceOf('wire');
  const all = [wire, ...names.map(namespaceOf)];
  const folder = mkdtempSync(path.join(os.tmpdir(), 'pmdf-network-'));
  const wills = [lastWill(REMOVE_SCRIPT, ...all), leaveNothingBehind(folder)];
  const hosts = new Map<Name, Host>();
  const stop = async (): Promise<void> => {
    await Promise.all([...hosts.values()].map((host) => host.stop()));
    await runProgram('/bin/sh', ['-c', REMOVE_SCRIPT, 'remove', ...all]);
    rmSync(folder, { recursive: true, force: true });
    for (const will of wills) will.cancel();
  };
  const ip = (namespace: string, ...args: readonly string[]): Promise<unknown> =>
    runSuccessfully('ip', ['-n', namespace, ...args]);
  const within = (
    namespace: string,
    program: string,
    args: readonly string[],
    input = '',
  ): Promise<unknown> => runSuccessfully('ip', ['netns', 'exec', namespace, program, ...args], { input });

  try {
    for (const namespace of all) {
      await runSuccessfully('ip', ['netns', 'add', namespace]);
      await ip(namespace, 'link', 'set', 'lo', 'up');
    }
    const bridges = new Set<string>();
    for (const [index, name] of names.entries()) {
      const namespace = namespaceOf(name);
      const { segments, routes = [], forwards = false, filter } = plan[name];
      // Before the first interface is up, so that no packet passes unfiltered.
      if (filter !== undefined) await within(namespace, 'nft', ['-f', '-'], filter);
      if (forwards) await within(namespace, 'sysctl', ['-qw', 'net.ipv4.ip_forward=1']);
      for (const [segment, addresses] of Object.entries(segments)) {
        const bridge = `br-${segment}`;
        if (!bridges.has(bridge)) {
          await ip(wire, 'link', 'add', bridge, 'type', 'bridge');
          await ip(wire, 'link', 'set', bridge, 'up');
          bridges.add(bridge);
        }
        const port = `${segment}-${index}`;
        const peer = ['peer', 'name', segment, 'netns', namespace];
        await ip(wire, 'link', 'add', port, 'type', 'veth', ...peer);
        await ip(wire, 'link', 'set', port, 'master', bridge, 'up');
        for (const address of addresses) await ip(namespace, 'addr', 'add', address, 'dev', segment);
        await ip(namespace, 'link', 'set', segment, 'up');
      }
      for (const route of routes) await ip(namespace, 'route', 'add', ...route.split(' '));
    }
    for (const name of names) hosts.set(name, await namespaceHost(namespaceOf(name), folder));
    return { hosts: hostsByName(names, hosts), place: (text) => text, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function hostsByName<Name extends string>(
  names: readonly Name[],
  hosts: ReadonlyMap<Name, Host>,
): Readonly<Record<Name, Host>> {
  const byName: Partial<Record<Name, Host>> = {};
  for (const name of names) {
    const host = hosts.get(name);
    if (host !== undefined) byName[name] = host;
  }
  if (!isComplete(names, byName)) throw new Error('a host of the plan is missing');
  return byName;
}

function isComplete<Name extends string>(
  names: readonly Name[],
  hosts: Partial<Record<Name, Host>>,
): hosts is Record<Name, Host> {
  return names.every((name) => name in hosts);
}

function isNameOf<Name extends string>(plan: Readonly<Record<Name, HostPlan>>, name: string): name is Name {
  return Object.hasOwn(plan, name);
}

/** Sets up a network on the ground of this run. */
export async function startNetwork<Name extends string>(
  plan: Readonly<Record<Name, HostPlan>>,
): Promise<Network<Name>> {
  const names = Object.keys(plan).filter((name): name is Name => isNameOf(plan, name));
  switch (ground) {
    case 'network namespaces':
      return startNamespaces(plan, names);
    case 'loopback addresses': {
      const place = loopbackPlaces();
      const hosts = new Map(names.map((name) => [name, loopbackHost(place)]));
      return {
        hosts: hostsByName(names, hosts),
        place,
        stop: async () => {
          for (const host of hosts.values()) await host.stop();
        },
      };
    }
  }
}
