/*
 * What Haraka loads for a line `pmdf` in config/plugins: a plugin that refuses to start. The bundle is several plugins, each
 * with a line of its own; loaded as one it would accept mail without any policy.
 */
import type { HarakaPlugin } from './haraka/index.js';
import { stopOnBadLines } from './support/index.js';

/** Throws, which stops Haraka. */
export function register(this: HarakaPlugin): void {
  stopOnBadLines(this);
  throw new Error(
    '`pmdf` is not a plugin: write a line for each plugin of the bundle into config/plugins, such as ' +
      '`pmdf/switchchannel`, `pmdf/access` and `pmdf/deliver`',
  );
}
