/*
 * The public face of the engine: what runtime, plugins and the command use.
 */

export * from './address/address.js';
export * from './address/bar.js';
export * from './channel/channel.js';
export * from './diagnostics/codes.js';
export * from './diagnostics/diagnostic.js';
export * from './diagnostics/logical-lines.js';
export * from './diagnostics/source.js';
export * from './diagnostics/suggest.js';
export * from './lookup/environment.js';
export * from './lookup/lookup.js';
export * from './mapping/mapping.js';
export * from './policy/decision.js';
export * from './policy/session.js';
export * from './smtp/reply.js';
export * from './smtp/verdict.js';
export * from './trace/trace.js';
