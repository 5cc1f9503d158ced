export { authorityFiles } from './check-tls.js';
export { chooseSource } from './choose-source.js';
export { type Checks, type CompiledPolicy, compileInSlices } from './compile-policy.js';
export { compiledChannel, isChannelHost } from './compiled-channel.js';
export { bitbucketChannel, canRest, type DeliveryRoute, deliveryRoute } from './delivery-route.js';
export {
  type EntryPoint,
  entryPointsByChannel,
  entryPointsOf,
  isSubmission,
  strangerAt,
} from './entry-points.js';
export { exceedsHoldLimit } from './hold-limit.js';
export { asksPriority, type NoticeRules, noticeRules } from './notice-rules.js';
export { findTexts, noticeLanguageTable, type TextQuestion } from './notice-texts.js';
export {
  channelLeadsOutside,
  facesOutside,
  goesOutside,
  isForStrangersOnly,
  isOutsideRecipient,
  isRelayed,
  isRuleForAnyone,
  isStranger,
  leadsOutside,
  unknownHost,
} from './outside.js';
export { channelOfTemplate, channelsForAllHosts, listenerChannels } from './outside-channels.js';
export { channelNamed, type Policy } from './policy.js';
export {
  isProcess,
  isReprocessing,
  laterSource,
  processChannel,
  reprocessChannel,
  withoutProcessHost,
} from './reprocessing.js';
export {
  beginRewrite,
  type EnvelopeRewrite,
  rewriteEnvelope,
  rewriteHeader,
  siteTables,
} from './rewriting.js';
export { deliverySasl } from './sasl-decisions.js';
export type { Connection, Endpoint, RecipientRequest, ReverseName, Session } from './session.js';
export { noName, type SwitchedStranger } from './stranger.js';
export { channelsAwaitingTls, deliveryTls, sessionTls, speaksOldExchange } from './tls-decisions.js';
export { upperDomainOf } from './upper-domain.js';
