/*
 * What `pmdf init` is told: the answers, read and valid.
 */

import type { Network } from '../../lib/address/index.js';
import type { HarakaSettings } from './dispatcher/haraka-settings.js';

/** The mail server behind the gateway. */
export interface MailHost {
  readonly host: string;
  readonly port: number;
}

/** The three answers that the policy is made from. */
export interface Site {
  /** In ASCII and lower case, the first of them the local host; at least one. */
  readonly domains: readonly string[];
  readonly networks: readonly Network[];
}

/** Everything that is known about an install to be. */
export interface Answers {
  /** Null when PMDF's own files are taken over, which say it themselves. */
  readonly site: Site | null;
  readonly mailHost: MailHost | null;
  /** The name of the gateway. */
  readonly name: string;
  readonly haraka: HarakaSettings;
}

/** Writes a host and port as Haraka and pmdf.yaml take them. */
export function endpointText(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
