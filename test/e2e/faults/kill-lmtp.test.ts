/*
 * Two workers, whose internal next hop speaks LMTP and defers single recipients, and their master are killed under load.
 */
import { describeKills } from './kill-rounds.js';

describeKills({ nodes: 2, kills: 24, seed: 3_203, protocol: 'lmtp' });
