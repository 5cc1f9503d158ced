export { type ChannelLimits, limitsOf } from './channel-limits.js';
export { type ConnectionLimits, OpenConnections } from './connection-limits.js';
export type { LimitedChannel } from './limited-channel.js';
export { limitsRecipients } from './limits-recipients.js';
export type { LimitRefusal } from './refusal.js';
export { verifySenderDomain } from './sender-domain.js';
export { type SpfKeyword, verifySenderPolicy } from './sender-policy.js';
export {
  limitMailByOptions,
  limitRecipientByOptions,
  limitTriedByOptions,
  parseServerOptions,
  type ServerOptions,
} from './server-options.js';
export {
  limitBadCommand,
  limitMail,
  limitRecipientByChannel,
  limitRecipientsTried,
  limitReset,
  type SessionCounts,
} from './session-limits.js';
export { limitLines, limitReceived, limitSent, type MessageSize } from './size-limits.js';
