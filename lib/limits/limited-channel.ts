import type { ChannelLimits } from './channel-limits.js';

/** A channel and its limits. */
export interface LimitedChannel {
  readonly name: string;
  readonly limits: ChannelLimits;
}
