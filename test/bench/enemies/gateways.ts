/*
 * The gateways that are attacked: all plugins, a rate for each address, and AUTH in clear.
 */

import { hashPassword } from '../../../runtime/passwords/password-hash.js';
import { printPasswords } from '../../../runtime/passwords/password-records.js';
import { startHaraka } from '../../e2e/support/haraka-install.js';
import type { RunningHaraka } from '../../e2e/support/haraka-process.js';
import { discard } from '../discard.js';
import { countedAddress } from './kinds.js';

/** Connections a minute that the counted address may open. */
export const rate = 60;

const cnf = `domain.com $U@domain.com
. $U%$H@TCP-DAEMON

defaults noswitchchannel

l
domain.com

tcp_local smtp single_sys mx switchchannel remotehost maysaslserver
TCP-DAEMON
`;

/** The honest client is exempt. The rate of the other attacks is counted, but never reached, so that all of them are let in. */
const mappings = `PORT_ACCESS

  TCP|*|*|127.0.0.1|*  $YEXTERNAL
  TCP|*|*|${countedAddress}|*  $C$[conn_throttle,throttle,${countedAddress},${rate}]$N421$ Too$ many$ connections$E
  TCP|*|*|*|*  $C$[conn_throttle,throttle,$2,1000000]$N421$ Too$ many$ connections$E
  *  $YEXTERNAL

ORIG_SEND_ACCESS

  tcp_local|*|tcp_local|*  $NRelaying$ not$ permitted
`;

/** A password database of the user jane, at the cost that `pmdf password` gives it. */
async function passwords(): Promise<string> {
  const user = 'jane';
  const service = 'DEFAULT';
  const hash = await hashPassword('apples of the bench');
  return printPasswords(new Map([[user, new Map([[service, { user, service, hash }]])]]));
}

/** What a gateway is. */
export interface Gateway {
  /** Worker processes; 0 for everything in one process. */
  readonly nodes: number;
  /** Where it counts; null for in its own memory. */
  readonly redisPort: number | null;
}

/** Starts a gateway; resolves when all its workers listen. */
export async function startAttacked({ nodes, redisPort }: Gateway): Promise<RunningHaraka> {
  const shared =
    redisPort === null
      ? ''
      : `counters: { store: shared }\nstores: { shared: { kind: redis, hosts: ['127.0.0.1:${redisPort}'] } }\n`;
  const auth = `auth: { without_tls: [tcp_local]${redisPort === null ? '' : ', failures_store: shared'} }\n`;
  const haraka = await startHaraka({
    plugins: ['pmdf/switchchannel', 'pmdf/auth', 'pmdf/access', 'test_queue_discard', 'pmdf/deliver'],
    nodes,
    rdns: new Map(),
    ...discard({
      'log.ini': '[main]\nlevel=notice\nformat=default\n',
      'pmdf/pmdf.cnf': cnf,
      'pmdf/mappings': mappings,
      'pmdf/passwords': await passwords(),
      'pmdf/pmdf.yaml': `delivery: { through_plugin: test_queue_discard }\nreverse_timeout: 0.5\n${auth}${shared}`,
    }),
  });
  try {
    await haraka.waitForLog((log) => log.split('Listening on').length > Math.max(1, nodes), 20_000);
  } catch (error) {
    await haraka.stop();
    throw error;
  }
  return haraka;
}
