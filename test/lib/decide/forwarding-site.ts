/*
 * A site for tests of aliases and forwarding: channels with given keywords, relaying blocked as in the sample.
 */

import type { PolicyText } from '../policy/policy-of.js';
import { type Databases, Site } from './decide-as.js';

const rules = `
domain.com    $U@domain.com
.domain.com   $U%$H$D@TCP-INTERNAL
.             $U%$H@TCP-DAEMON
`.trimStart();

/** The pmdf.cnf of the site; `first` comes before its rules. */
export function cnf(keywords: { l?: string; internal?: string; outside?: string } = {}, first = ''): string {
  return `${first}${rules}
defaults noswitchchannel

l ${keywords.l ?? ''}
domain.com

tcp_local smtp switchchannel ${keywords.outside ?? ''}
TCP-DAEMON

tcp_internal smtp allowswitchchannel ${keywords.internal ?? ''}
TCP-INTERNAL

process
PROCESS-DAEMON

reprocess
REPROCESS-DAEMON
`;
}

/** The mapping file that blocks relaying. */
export const relay = 'ORIG_SEND_ACCESS\n\n  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted\n';

/** A site with these files instead of its own. */
export function site(text: Partial<PolicyText>, databases: Databases = {}): Site {
  return new Site({ cnf: cnf(), mappings: relay, ...text }, databases);
}

/** Settings with one database. */
export const withDatabase = (name: string) => `databases:\n  ${name}: ${name}.txt\n`;
