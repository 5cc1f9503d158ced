/*
 * How long a command line may be. Haraka ends the connection at a longer one, and its own connection.ini permits fewer octets than
 * a server with DSN has to accept.
 * Undocumented, read from Haraka 3.3.4: connection.js (cfg, which is read once; _process_data)
 */
import { Part } from '../part.js';
import type { HarakaPlugin } from '../types.js';

interface ConnectionLimits {
  /** What connection.ini says; without the section `max` there is no limit. */
  readonly cfg: { readonly max?: { line_length?: unknown } };
}

export const connectionLimits = new Part<ConnectionLimits>('connection', '', [], { cfg: 'object' });

/** Permits lines of this many octets, their ends included, where connection.ini permits fewer. */
export function permitLines(plugin: HarakaPlugin, octets: number): void {
  const { max } = connectionLimits.in(plugin).cfg;
  if (typeof max?.line_length === 'number' && max.line_length < octets) max.line_length = octets;
}
