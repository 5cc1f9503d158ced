/*
 * The requests of the test process to a host, and the answers.
 */

import type { DnsAnswer } from '../../../support/dns-server.js';

/** A request to a host. */
export type HostTask =
  | { readonly kind: 'listen'; readonly address: string; readonly port: number }
  | {
      readonly kind: 'connect';
      readonly address: string;
      readonly port: number;
      /** The address to connect from; null leaves it to the kernel. */
      readonly from: string | null;
      readonly timeoutMs: number;
    }
  | { readonly kind: 'name-server'; readonly names: Readonly<Record<string, DnsAnswer>> };

/** A task with its number, which the answer repeats. */
export type HostOrder = HostTask & { readonly id: number };

/** The result of an order; a socket may accompany it. */
export interface HostAnswer {
  readonly id: number;
  readonly error?: string;
  /** Where the name server answers. */
  readonly address?: string;
}
