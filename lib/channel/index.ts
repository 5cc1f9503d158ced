export { namesSender } from './auth-rewrite.js';
export { buildChannelTable } from './build-table.js';
export {
  argumentOf,
  type Channel,
  type ChannelTable,
  hasKeyword,
  type KeywordInForce,
  spanOfKeyword,
} from './channel.js';
export {
  isChannelName,
  isDirectoryChannelName,
  isLocalChannelName,
  isReservedChannelName,
} from './channel-names.js';
export { completeDomain } from './complete-address.js';
export { compoundKeywords, findKeyword } from './keywords.js';
export { countedAges } from './notice-ages.js';
export { parseChannelBlocks } from './parse-channels.js';
export { printChannelFile, wordsOfItem } from './print-channels.js';
export {
  confirmationOf,
  type ReverseName,
  reverseNameUse,
  type SwitchLookup,
  switchLookups,
  type UnansweredNames,
} from './reverse-name.js';
export {
  type ChannelChoice,
  isSmtpChannel,
  mayBeSwitchedTo,
  SourceSelection,
  switchesClients,
} from './select-source.js';
export { type SettledBlock, settledBlocks } from './settled-blocks.js';
export { switchAfterAuth, switchAfterTls } from './switch-session.js';
export {
  type Block,
  type ChannelBlock,
  type ChannelFile,
  commentsOfBlock,
  type HostLine,
  type KeywordItem,
} from './syntax.js';
