/*
 * The requests of the test process to a host, and the answers.
 */

import type { DnsAnswer } from '../../../support/dns-server.js';

/** What a host is asked to do. */
export type HostTask =
  | { readonly kind: 'listen'; readonly address: string; readonly port: number }
  | {
      readonly kind: 'connect';
      readonly address: string;
      readonly port: number;
      /** The address to come from; null leaves it to the kernel. */
      readonly from: string | null;
      readonly timeoutMs: number;
    }
  | { readonly kind: 'name-server'; readonly names: Readonly<Record<string, DnsAnswer>> };

/** A task with the number that its answer bears. */
export type HostOrder = HostTask & { readonly id: number };

/** What came of an order; a socket comes beside it. */
export interface HostAnswer {
  readonly id: number;
  readonly error?: string;
  /** Where the name server answers. */
  readonly address?: string;
}
