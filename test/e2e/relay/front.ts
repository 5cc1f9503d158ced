/*
 * The product in front of an MTA: the configuration that `npm start` uses, pointed at the servers of a test.
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../support/project-root.js';

/** Ports of the next-hop servers. */
export interface Behind {
  /** Gets the mail of `l` and of `tcp_internal`. */
  readonly mta: number;
  /** Gets the mail of `tcp_local`, which the policy itself sends out. */
  readonly outside: number;
}

/** Settings that a test can change. */
export interface FrontSettings {
  readonly builtInSourceRoutes?: 'strict' | 'pmdf' | 'off';
  readonly sourceRoutes?: 'strip' | 'follow';
  /**
   * The sample used for forwarding: the rule of the example (default), or a FORWARD table with an alias file; or the example with
   * a directory channel through which all mailboxes of one host go.
   */
  readonly forwarding?: 'rule' | 'table' | 'directory';
  /** Text of `me`, which the greeting names. */
  readonly me?: string;
}

/** Plugins of the example, in its order. */
export const frontPlugins: readonly string[] = [
  'pmdf/switchchannel',
  'pmdf/access',
  'queue/smtp_forward',
  'pmdf/deliver',
];

function settings(behind: Behind, { builtInSourceRoutes, sourceRoutes }: FrontSettings): string {
  // Clients are identified by their addresses, so that no test depends on a name server.
  return `switch_lookup: literal
built_in_source_routes: ${builtInSourceRoutes ?? 'strict'}
source_routes: ${sourceRoutes ?? 'strip'}
delivery:
  l: { method: through, next_hop: '127.0.0.1:${behind.mta}' }
  tcp_internal: { method: through, next_hop: '127.0.0.1:${behind.mta}' }
  tcp_local: { method: queue, next_hop: '127.0.0.1:${behind.outside}' }
`;
}

function sample(name: string): string {
  return readFileSync(path.join(projectRoot(), 'config', name), 'utf8');
}

const directoryFiles = {
  'pmdf/directory_option': 'host.domain.com=0\n',
  'pmdf/directories/host.domain.com.txt': 'known   bob@host.domain.com\n*   *@host.domain.com\n',
};

/** The example with a directory channel; what it finds goes on to the host itself. */
function withDirectory(): string {
  const rule = 'host.domain.com   $U%host.domain.com@DIRECTORY-DAEMON$Ndirectory';
  return `${rule}\n${sample('pmdf.cnf')}\ndirectory\nDIRECTORY-DAEMON\n`;
}

/** The files under `config/` of a Haraka install that runs the example in front of the servers given. */
export function frontConfig(behind: Behind, front: FrontSettings = {}): Readonly<Record<string, string>> {
  const table = front.forwarding === 'table';
  const folder = table ? 'forward-table/' : '';
  return {
    me: `${front.me ?? 'domain.com'}\n`,
    'smtp_forward.ini': `host=127.0.0.1\nport=${behind.mta}\n`,
    'pmdf/pmdf.yaml': settings(behind, front),
    'pmdf/pmdf.cnf': front.forwarding === 'directory' ? withDirectory() : sample(`${folder}pmdf.cnf`),
    'pmdf/mappings': sample(`${folder}mappings`),
    'pmdf/general.txt': sample(`${folder}general.txt`),
    ...(table ? { 'pmdf/aliases': sample('aliases') } : {}),
    ...(front.forwarding === 'directory' ? directoryFiles : {}),
  };
}
