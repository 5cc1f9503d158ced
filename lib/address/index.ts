export {
  type Address,
  hostsIn,
  inWireForm,
  isDamaged,
  isLongerThan,
  type Path,
  printAddress,
  splitAddress,
  wireAddress,
  wireHosts,
} from './address.js';
export { type HeldText, heldBar, holdBars, type PlainText, releaseBars } from './bar.js';
export { countedClient } from './counted-client.js';
export {
  asciiDomain,
  foldDomain,
  foldHost,
  isAddressLiteral,
  isPlainName,
  unicodeDomain,
  unicodeKey,
  wireDomain,
} from './domain.js';
export { fieldAddressForm } from './field-address.js';
export { isAmbiguous, routingHosts } from './hops.js';
export {
  type AddressWords,
  addressBytes,
  canonicalAddress,
  formatBytes,
  ipv4At,
  ipv6At,
  isAddressCharacter,
  isLoopback,
  maskAddress,
  parseIpv4,
  parseIpv6,
  printHostPort,
} from './ip.js';
export { formatAddressLiteral, literalOf, parseAddressLiteral } from './literal.js';
export { dequote, quote, splitSubaddress } from './local-part.js';
export { type Network, parseNetwork } from './network.js';
export { isCarried, parsePath } from './parse-path.js';
