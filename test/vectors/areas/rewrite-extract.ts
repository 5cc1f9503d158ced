/*
 * The first host/domain specification of an address.
 *   input     address, sourceChannelKeywords
 *   expected  host (null for a bare address), from, user
 */
import { extractHost, splitForRewrite } from '../../../lib/rewrite/extract-host.js';
import { type Area, computed } from '../area.js';
import { namedChannel } from '../engine/routing-hosts.js';

export const rewriteExtract: Area = (input) => {
  const source = namedChannel('tcp_local', input.words('sourceChannelKeywords'));
  const found = extractHost(splitForRewrite(input.text('address')), source?.bangOverPercent ?? false);
  return computed({ host: found?.host ?? null, from: found?.from ?? null, user: found?.user ?? null });
};
