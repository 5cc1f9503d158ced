/*
 * The process channel where a configuration does not have one: how it is recognized, and how to add it.
 * Ref: PMDF 26.7
 */

/** The official host name that PMDF gives the process channel. */
export const processHost = 'PROCESS-DAEMON';

export const addProcessChannel = `add a channel block at the end of pmdf.cnf: \`process\`, and \`${processHost}\` on the line below it`;

export function isProcessHost(host: string): boolean {
  return host.toUpperCase() === processHost;
}
