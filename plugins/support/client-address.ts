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

/** The addresses that were looked at last. */
interface Addresses {
  readonly client: string;
  readonly server: string | undefined;
  readonly isAmbiguous: boolean;
}

const addresses = Symbol('addresses');

/** A connection with its addresses, which are kept in it: every connection has them looked at in three hooks. */
interface Canonical {
  [addresses]?: Addresses;
}

/** Puts the canonical spellings in place; tells whether the client's address is ambiguous. */
function canonicalize(connection: HarakaConnection & Canonical): boolean {
  const { remote, local } = connection;
  const known = connection[addresses];
  if (known !== undefined && known.client === remote.ip && known.server === local.ip) {
    return known.isAmbiguous;
  }
  const client = canonicalAddress(remote.ip);
  if (client !== null && client !== remote.ip) connection.set('remote.ip', client);
  const server = typeof local.ip === 'string' ? canonicalAddress(local.ip) : null;
  if (server !== null && server !== local.ip) connection.set('local.ip', server);
  const isAmbiguous = client === null;
  connection[addresses] = { client: remote.ip, server: local.ip, isAmbiguous };
  return isAmbiguous;
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
  if (!canonicalize(connection)) return proceed;
  const { ip } = connection.remote;
  const refusal = reply(421, '4.3.0', `the address ${ip} is ambiguous`);
  connection.lognotice(this, `defer connection: the proxy passed on the address "${ip}", which is ambiguous`);
  return { code: constants.denysoftdisconnect, message: messageOf(refusal) };
});
