export { channelNameIn, isChannelHost } from './channel-names.js';
export { authorityFiles } from './check-tls.js';
export { type Checks, type CompiledPolicy, compileInSlices } from './compile-policy.js';
export { bitbucketChannel, type DeliveryRoute, deliveryRoute } from './delivery-route.js';
export { type Door, doorsOf, isSubmission, noName, strangerAt } from './doors.js';
export { facesOutside, isForStrangersOnly, isStranger, listenerChannels } from './faces-outside.js';
export { exceedsHoldLimit } from './hold-limit.js';
export {
  goesOutside,
  isOutsideRecipient,
  isRelayed,
  leadsOutside,
  takesOutside,
  unknownHost,
} from './leads-outside.js';
export { channelNamed, type Policy } from './policy.js';
export { isReprocessing, processChannel, reprocessChannel, withoutOwnHost } from './reprocessing.js';
export { type EnvelopeRewrite, rewriteEnvelope, rewriteHeader, siteTables } from './rewriting.js';
export { deliverySasl } from './sasl-decisions.js';
export type { Connection, Endpoint, RecipientRequest, ReverseName, Session } from './session.js';
export { channelsAwaitingTls, deliveryTls, sessionTls, speaksOldExchange } from './tls-decisions.js';
