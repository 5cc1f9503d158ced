/*
 * Where the hosts of a test network run: each in its own network namespace, with real addresses, routes and packet
 * filters; or, if namespaces are not available, each on its own loopback addresses, where every host reaches every
 * other. Determined once, before the tests get their names, so that the names can say which it is.
 * PMDF_NETWORK=loopback selects the second, PMDF_NETWORK=namespaces the first or nothing.
 */

import { spawnSync } from 'node:child_process';

/** Where hosts run. */
export type Ground = 'network namespaces' | 'loopback addresses';

/** Tells whether a namespace with a bridge and a packet filter can be made here; if not, why not. */
function namespacesFault(): string | null {
  const name = `pmdf-${process.pid}-probe`;
  const steps: readonly (readonly [string, readonly string[], string])[] = [
    ['ip', ['netns', 'add', name], ''],
    ['ip', ['-n', name, 'link', 'add', 'probe', 'type', 'bridge'], ''],
    ['ip', ['-n', name, 'link', 'add', 'one', 'type', 'veth', 'peer', 'name', 'two'], ''],
    ['ip', ['netns', 'exec', name, 'nft', '-f', '-'], 'table inet probe { }\n'],
    ['ip', ['netns', 'exec', name, 'sysctl', '-qw', 'net.ipv4.ip_forward=1'], ''],
  ];
  try {
    for (const [program, args, input] of steps) {
      const { status, stderr, error } = spawnSync(program, args, { input, encoding: 'utf8' });
      if (status !== 0) return `\`${program} ${args.join(' ')}\`: ${error?.message ?? stderr.trim()}`;
    }
    return null;
  } finally {
    spawnSync('ip', ['netns', 'del', name]);
  }
}

function choose(): { readonly ground: Ground; readonly why: string } {
  const wish = process.env['PMDF_NETWORK'] ?? '';
  if (wish === 'loopback') return { ground: 'loopback addresses', why: 'PMDF_NETWORK=loopback' };
  const fault = namespacesFault();
  if (fault === null) return { ground: 'network namespaces', why: 'they can be had here' };
  if (wish === 'namespaces') throw new Error(`PMDF_NETWORK=namespaces, but ${fault}`);
  return { ground: 'loopback addresses', why: fault };
}

const chosen = choose();

/** The ground of this run. */
export const { ground } = chosen;

/** Its description in test names: which it is, why, and what is not tested there. */
export const groundShown =
  ground === 'network namespaces'
    ? 'in network namespaces'
    : `on loopback addresses, packet filters NOT tested (${chosen.why})`;
