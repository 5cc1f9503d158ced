/*
 * The engine, room by room: what other programs may use of it.
 */
export * as access from './access/index.js';
export * as address from './address/index.js';
export * as channel from './channel/index.js';
export * as config from './config/index.js';
export * as decide from './decide/index.js';
export * as engine from './engine/index.js';
export * as forwarding from './forwarding/index.js';
export * as lint from './lint/index.js';
export * as mapping from './mapping/index.js';
export * as policy from './policy/index.js';
export * as proof from './proof/index.js';
export * as rewrite from './rewrite/index.js';
export * as smtp from './smtp/index.js';
export * as text from './text/index.js';
export * as tls from './tls/index.js';
