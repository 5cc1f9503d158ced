/*
 * The hosts that a queue file can be delivered to.
 */

/** A host to connect to, as the hook get_mx gives it. */
export interface Exchange {
  readonly exchange: string;
  readonly priority: number;
  readonly port?: number;
  readonly bind?: string;
  readonly using_lmtp?: boolean;
  readonly from_dns?: string;
  readonly auth_type?: string;
  readonly auth_user?: string;
  readonly auth_pass?: string;
}
