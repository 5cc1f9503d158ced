export type { Address, Path } from './address.js';
export { heldBar, holdBars, releaseBars } from './bar.js';
export { isDamaged } from './characters.js';
export {
  asciiDomain,
  foldDomain,
  foldHost,
  isAddressLiteral,
  unicodeDomain,
  unicodeKey,
  wireDomain,
} from './domain.js';
export { isAmbiguous, routingHosts } from './hops.js';
export { formatAddressLiteral, parseAddressLiteral } from './literal.js';
export { dequote, quote, splitSubaddress } from './local-part.js';
export { addressBytes, canonicalAddress, formatBytes, type Network, parseNetwork } from './network.js';
export { octetsOf } from './octets.js';
export { isCarried, parsePath } from './parse-path.js';
export { printAddress, splitAddress } from './split-address.js';
export { inWireForm, wireAddress, wireHosts } from './wire-address.js';
