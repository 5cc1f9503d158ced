/*
 * One worker, whose internal next hop speaks SMTP, and its master are killed under load.
 */
import { describeKills } from './kill-rounds.js';

describeKills({ nodes: 1, kills: 28, seed: 20_260, protocol: 'smtp' });
