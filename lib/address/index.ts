export { type Address, type Path, printAddress, splitAddress } from './address.js';
export { type HeldText, heldBar, holdBars, type PlainText, releaseBars } from './bar.js';
export {
  asciiDomain,
  foldDomain,
  foldHost,
  isAddressLiteral,
  unicodeDomain,
  unicodeKey,
  wireDomain,
} from './domain.js';
export { hostsIn, isAmbiguous, routingHosts } from './hops.js';
export { formatAddressLiteral, parseAddressLiteral } from './literal.js';
export { dequote, quote, splitSubaddress } from './local-part.js';
export { addressBytes, canonicalAddress, formatBytes, type Network, parseNetwork } from './network.js';
export { isCarried, parsePath } from './parse-path.js';
export { inWireForm, isDamaged, wireAddress, wireHosts } from './wire-address.js';
