/*
 * The address of a client, and of our own end, in the one spelling that probes, rules, counters, other plugins and the log
 * get. A proxy may write it in any: `::ffff:203.0.113.66`, `2001:0DB8::1`, `fe80::1%eth0`. An address that programs do not
 * all read alike (`203.0.113.066`, `127.1`) is nobody's: the client is sent away for now.
 * Ref: RFC 5952 4; RFC 4291 2.5.5.2
 */

import * as constants from 'haraka-constants';
import { canonicalAddress } from '../../lib/address/index.js';
import { reply } from '../../lib/smtp/index.js';
import type { HarakaConnection, HarakaPlugin } from '../haraka/types.js';
import { guard } from './guard.js';
import { type HookAnswer, messageOf, proceed } from './respond.js';

function settle(connection: HarakaConnection): void {
  const { remote, local } = connection;
  const client = canonicalAddress(remote.ip);
  if (client !== null && client !== remote.ip) connection.set('remote.ip', client);
  const server = typeof local.ip === 'string' ? canonicalAddress(local.ip) : null;
  if (server !== null && server !== local.ip) connection.set('local.ip', server);
}

/** The hooks `connect_init` and `lookup_rdns`, which follow a PROXY line and XCLIENT. */
export const settleAddress = guard(
  (connection) => {
    settle(connection);
    return proceed;
  },
  () => proceed,
);

/** The hook `connect`: nobody comes further whose address cannot be told. */
export const checkAddress = guard(function (this: HarakaPlugin, connection: HarakaConnection): HookAnswer {
  settle(connection);
  const { ip } = connection.remote;
  if (canonicalAddress(ip) !== null) return proceed;
  const refusal = reply(421, '4.3.0', `cannot tell whose address ${ip} is`);
  connection.lognotice(
    this,
    `defer connection: the proxy gave the address "${ip}", which programs read differently`,
  );
  return { code: constants.denysoftdisconnect, message: messageOf(refusal) };
});
