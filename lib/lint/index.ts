export type { DatabaseEntry } from './database-entries.js';
export { lintPolicy } from './lint.js';
export { lintOpenRelay } from './lint-open-relay.js';
export { lintWritten } from './lint-written.js';
export { lintOwnName } from './placeholders.js';
export { lintProxies, type TrustedProxy } from './proxies.js';
export { openRelayWord, refuseOpenRelay } from './refuse-open-relay.js';
