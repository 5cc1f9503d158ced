/*
 * The addresses of the client and of our own end, in the one spelling that probes, rules, counters, other plugins and the log
 * get. A proxy may write them in any: `::ffff:203.0.113.66`, `2001:0DB8::1`, `fe80::1%eth0`. A client whose address programs
 * read differently (`203.0.113.066`, `127.1`) is refused temporarily.
 * Ref: RFC 5952 4; RFC 4291 2.5.5.2
 */
import * as constants from 'haraka-constants';
import { canonicalAddress } from '../../lib/address/index.js';
import { reply } from '../../lib/smtp/index.js';
import { type HarakaConnection, messageOf } from '../haraka/index.js';
import { guard } from './guard.js';
import { proceed } from './respond.js';

function canonicalize(connection: HarakaConnection): void {
  const { remote, local } = connection;
  const client = canonicalAddress(remote.ip);
  if (client !== null && client !== remote.ip) connection.set('remote.ip', client);
  const server = typeof local.ip === 'string' ? canonicalAddress(local.ip) : null;
  if (server !== null && server !== local.ip) connection.set('local.ip', server);
}

/** The hooks `connect_init` and `lookup_rdns`, which run after a PROXY line and XCLIENT. */
export const canonicalizeAddress = guard(
  (connection) => {
    canonicalize(connection);
    return proceed;
  },
  () => proceed,
);

/** The hook `connect`: refuses clients with an ambiguous address. */
export const checkAddress = guard(function (connection) {
  canonicalize(connection);
  const { ip } = connection.remote;
  if (canonicalAddress(ip) !== null) return proceed;
  const refusal = reply(421, '4.3.0', `the address ${ip} is ambiguous`);
  connection.lognotice(this, `defer connection: the proxy passed on the address "${ip}", which is ambiguous`);
  return { code: constants.denysoftdisconnect, message: messageOf(refusal) };
});
