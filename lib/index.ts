/*
 * The public face of the engine: what runtime, plugins and the command use.
 */

export { builtInTable } from './access/built-in-table.js';
export * from './address/address.js';
export * from './address/bar.js';
export * from './address/domain.js';
export * from './address/hops.js';
export * from './address/literal.js';
export * from './address/local-part.js';
export * from './address/network.js';
export * from './address/parse-path.js';
export * from './address/split-address.js';
export * from './address/wire-address.js';
export * from './channel/channel.js';
export { confirmationOf, reverseNameUse } from './channel/reverse-name.js';
export * from './channel/switch-session.js';
export * from './diagnostics/codes.js';
export * from './diagnostics/counted.js';
export * from './diagnostics/diagnostic.js';
export * from './diagnostics/diagnostic-list.js';
export * from './diagnostics/logical-lines.js';
export * from './diagnostics/source.js';
export * from './diagnostics/suggest.js';
export * from './dispatcher/backlog.js';
export * from './dispatcher/dispatcher.js';
export * from './dispatcher/haraka-settings.js';
export * from './dispatcher/number.js';
export * from './dispatcher/options.js';
export * from './dispatcher/parse-dispatcher.js';
export * from './lookup/environment.js';
export * from './lookup/lookup.js';
export * from './mapping/apply-table.js';
export { tableKey } from './mapping/check-tables.js';
export * from './mapping/compile-pattern.js';
export * from './mapping/compile-tables.js';
export * from './mapping/describe-pattern.js';
export { otherSpellings } from './mapping/domain-spellings.js';
export * from './mapping/mapping.js';
export { matchPattern } from './mapping/match-pattern.js';
export { parseEntry } from './mapping/parse-entry.js';
export { type MappingPattern, type MappingTable, tablesOf } from './mapping/syntax.js';
export { leakText, relayFindings } from './policy/audit/findings.js';
export {
  auditRelaying,
  type ChannelAudit,
  type RelayAudit,
  type RelayLeak,
} from './policy/audit/relay-audit.js';
export * from './policy/cases/append-to-list.js';
export * from './policy/cases/case.js';
export { parseCases } from './policy/cases/parse-cases.js';
export { authorityFiles } from './policy/check-tls.js';
export * from './policy/compile-policy.js';
export * from './policy/convert/convert.js';
export * from './policy/convert/notes.js';
export * from './policy/decide-auth.js';
export * from './policy/decide-connection.js';
export * from './policy/decide-recipient.js';
export * from './policy/decide-sender.js';
export * from './policy/decision.js';
export * from './policy/delivery-route.js';
export { isSubmission } from './policy/doors.js';
export * from './policy/hold-limit.js';
export { goesOutside, isOutsideRecipient, leadsOutside } from './policy/leads-outside.js';
export type { DatabaseEntry } from './policy/lint/database-entries.js';
export * from './policy/lint/lint-written.js';
export { lintOwnName } from './policy/lint/placeholders.js';
export * from './policy/lint/proxies.js';
export * from './policy/lint.js';
export { lintOpenRelay } from './policy/lint-open-relay.js';
export * from './policy/parse-settings.js';
export * from './policy/policy.js';
export * from './policy/reprocessing.js';
export * from './policy/reversed-sender.js';
export * from './policy/rewriting.js';
export * from './policy/sasl-decisions.js';
export * from './policy/session.js';
export * from './policy/settings.js';
export { type ShadowedVerdict, wouldMatter } from './policy/shadow.js';
export * from './policy/show/built-in-view.js';
export * from './policy/show/channel-views.js';
export * from './policy/show/setting-rows.js';
export * from './policy/switch-after-commands.js';
export * from './policy/tls-decisions.js';
export * from './policy/unanswered-name.js';
export {
  printPattern as printRulePattern,
  printTemplate as printRuleTemplate,
} from './rewrite/print-rules.js';
export { eachProbe } from './rewrite/probe-order.js';
export { type RewriteRule, rulesOf } from './rewrite/rule.js';
export * from './rewrite/rule-order.js';
export type { RewriteResult } from './rewrite/world.js';
export * from './smtp/header-dots.js';
export * from './smtp/line-ends.js';
export * from './smtp/octet-marks.js';
export * from './smtp/received.js';
export * from './smtp/reply.js';
export * from './smtp/verdict.js';
export * from './tls/client-sasl.js';
export * from './tls/client-tls.js';
export * from './tls/server-tls.js';
export * from './tls/tls-keywords.js';
export * from './trace/trace.js';
