/*
 * The channel that a client's mail comes in on, found by rewriting its name or its address.
 * Ref: PMDF 2.3.4.42
 */
import { type Channel, type ChannelChoice, SourceSelection } from '../channel/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import type { RewriteResult } from '../rewrite/index.js';
import type { Policy } from './policy.js';
import { beginRewrite, type RewritingPolicy } from './rewriting.js';
import type { Connection } from './session.js';

/** What chooses the channel of a client. */
export type SwitchingPolicy = RewritingPolicy & Pick<Policy, 'channels'>;

/** The channel of a host by the rewrite of an address there; null when no channel owns it. */
function channelOfHost({ channels }: SwitchingPolicy, host: string, result: RewriteResult): Channel | null {
  switch (result.kind) {
    case 'routed':
      return channels.channels.get(result.channel.name) ?? null;
    case 'no-channel':
    case 'ceiling':
      return null;
    case 'failed':
      throw new Error(`the channel of ${host} cannot be looked up: ${result.cause}`);
  }
}

/** Chooses the source channel of a client that connects to a listener of one channel. Throws where a look-up fails. */
export function* chooseSource(
  policy: SwitchingPolicy,
  initial: Channel,
  { client, reverseName }: Pick<Connection, 'client' | 'reverseName'>,
  environment: Environment,
): Lookup<ChannelChoice> {
  const selection = new SourceSelection({
    initial,
    clientAddress: client.address,
    name: reverseName,
    order: policy.settings.switchLookup,
  });
  const which = { direction: 'backward', sourceChannel: initial.name } as const;
  for (let host = selection.nextHost; host !== null; host = selection.nextHost) {
    const rewrite = beginRewrite(policy, `postmaster@${host}`, which, environment);
    const result = rewrite.runOn() ?? (yield* rewrite.finish());
    selection.take(channelOfHost(policy, host, result));
  }
  return selection.choice;
}
