export type {
  Directory,
  DirectoryMatching,
  DirectorySearch,
  DirectoryServer,
  DirectoryServers,
  DirectorySource,
  DirectoryTls,
} from './directory.js';
export { type DirectoryFile, directoryFile } from './directory-file.js';
export {
  type DirectorySetting,
  type DomainSetting,
  type LdapSetting,
  type PlacedSetting,
  type StoredDomain,
  usualDirectory,
  usualSearch,
} from './directory-setting.js';
export {
  ambiguousReply,
  type DirectoryResult,
  lookUpMailbox,
  type Mailbox,
  mostCandidates,
} from './look-up.js';
export { isReservedKey } from './mailbox-keys.js';
export { makeDirectory } from './make-directory.js';
export { optionFileOf, parseDirectoryOptions, parseServers } from './option-file.js';
export { addressOfValue } from './read-value.js';
export { type DirectoryFilter, fillDirectoryFilter, parseDirectoryFilter } from './search-filter.js';
