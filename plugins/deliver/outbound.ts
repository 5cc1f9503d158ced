/*
 * What pmdf/deliver has of Haraka once it has registered.
 */
import {
  type ClientModule,
  clientModule,
  type HarakaPlugin,
  type OutboundQueue,
  openOutboundQueue,
  strandedFiles,
} from '../haraka/index.js';

export interface Outbound {
  readonly queue: OutboundQueue;
  readonly module: ClientModule;
  readonly takeOverLater: () => void;
}

let opened: Outbound | undefined;

/** Throws when this Haraka lacks something. */
export function openOutbound(plugin: HarakaPlugin): Outbound {
  const queue = openOutboundQueue(plugin);
  opened = { queue, module: clientModule.in(plugin), takeOverLater: strandedFiles(plugin) };
  return opened;
}

export function outbound(): Outbound {
  if (opened === undefined) throw new Error('pmdf/deliver is used before it is registered');
  return opened;
}
