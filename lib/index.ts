/*
 * The public face of the engine: what runtime, plugins and the command use.
 */

export * from './address/address.js';
export * from './address/bar.js';
export * from './address/domain.js';
export * from './address/hops.js';
export * from './address/literal.js';
export * from './address/local-part.js';
export * from './address/parse-path.js';
export * from './address/split-address.js';
export * from './channel/channel.js';
export { confirmationOf, needsReverseName, reverseNameUse } from './channel/reverse-name.js';
export * from './channel/switch-session.js';
export * from './diagnostics/codes.js';
export * from './diagnostics/diagnostic.js';
export * from './diagnostics/logical-lines.js';
export * from './diagnostics/source.js';
export * from './diagnostics/suggest.js';
export * from './lookup/environment.js';
export * from './lookup/lookup.js';
export * from './mapping/apply-table.js';
export * from './mapping/compile-tables.js';
export * from './mapping/mapping.js';
export * from './policy/compile-policy.js';
export * from './policy/decide-connection.js';
export * from './policy/decide-recipient.js';
export * from './policy/decide-sender.js';
export * from './policy/decision.js';
export * from './policy/delivery-route.js';
export * from './policy/parse-settings.js';
export * from './policy/policy.js';
export * from './policy/rewriting.js';
export * from './policy/session.js';
export * from './policy/settings.js';
export * from './smtp/reply.js';
export * from './smtp/verdict.js';
export * from './trace/trace.js';
