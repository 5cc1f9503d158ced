/*
 * The servers that a queue file can be delivered to.
 * Read from Haraka 3.3.4: outbound/mx_lookup.js, outbound/hmail.js (what the hook get_mx gives).
 */

/** A server to connect to. */
export interface Exchange {
  readonly exchange: string;
  readonly priority?: number;
  readonly port?: number;
  readonly bind?: string;
  readonly using_lmtp?: boolean;
  /** The name that the address was looked up for. */
  readonly from_dns?: string;
  readonly auth_type?: string;
  /** A login that another plugin gave the server. */
  auth_user?: string | undefined;
  auth_pass?: string | undefined;
}

/** The same server with its login hidden: core logs the answers of hooks. */
export function withHiddenLogin(host: Exchange): Exchange {
  const hidden = { ...host };
  for (const name of ['auth_user', 'auth_pass']) {
    if (Object.hasOwn(hidden, name)) Object.defineProperty(hidden, name, { enumerable: false });
  }
  return hidden;
}
