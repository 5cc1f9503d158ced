/*
 * Nothing here is quadratic in a stranger's input, and nothing throws.
 */

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { foldDomain, isAddressLiteral, labelsOf } from '../../../lib/address/domain.js';
import { carriesRouting, routingHosts } from '../../../lib/address/hops.js';
import { formatAddressLiteral, parseAddressLiteral } from '../../../lib/address/literal.js';
import { dequote, quote, splitSubaddress } from '../../../lib/address/local-part.js';
import { addressBytes, canonicalAddress, parseNetwork } from '../../../lib/address/network.js';
import { parsePath, printPath } from '../../../lib/address/parse-path.js';
import { printAddress, splitAddress } from '../../../lib/address/split-address.js';
import { hostileText, longTexts } from './texts.js';

/** Runs a text through everything in lib/address that reads outside text. */
function tryAll(text: string): void {
  const parsed = parsePath(text);
  if (parsed.kind === 'malformed') {
    assert.ok(parsed.offset >= 0 && parsed.offset <= text.length);
    assert.notEqual(parsed.expected, '');
  } else {
    printPath(parsed.path);
  }
  const address = splitAddress(text);
  assert.equal(typeof printAddress(address), 'string');
  assert.equal(routingHosts(address).length > 0, carriesRouting(address));
  splitSubaddress(text);
  dequote(text);
  quote(text);
  assert.equal(foldDomain(foldDomain(text)), foldDomain(text));
  assert.equal(labelsOf(text).join('.'), text);
  assert.equal(isAddressLiteral(text), parseAddressLiteral(text) !== null);
  formatAddressLiteral(text);
  canonicalAddress(text);
  addressBytes(text);
  parseNetwork(text);
}

describe('lib/address', () => {
  it('never throws', () => {
    fc.assert(fc.property(hostileText, tryAll), { numRuns: 2000 });
  });

  it('handles long hostile texts in one pass', () => {
    for (const text of longTexts) tryAll(text);
  }).timeout(60_000);
});
