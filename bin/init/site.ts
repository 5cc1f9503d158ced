/*
 * The answers to `pmdf init`, parsed and valid.
 */

import type { Network } from '../../lib/address/index.js';
import type { HarakaSettings } from './dispatcher/haraka-settings.js';

/** The mail server that the gateway passes mail to. */
export interface MailHost {
  readonly host: string;
  readonly port: number;
}

/** The answers that the policy is made from. */
export interface Site {
  /** At least one, in ASCII and lower case; the first is the local host. */
  readonly domains: readonly string[];
  readonly networks: readonly Network[];
}

/** All answers. */
export interface Answers {
  /** Null if PMDF's own files are copied. */
  readonly site: Site | null;
  readonly mailHost: MailHost | null;
  /** The name of the gateway. */
  readonly name: string;
  readonly haraka: HarakaSettings;
}
