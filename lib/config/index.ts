export { type DatabaseInStore, databasesInStores, databaseTitle } from './databases-in-stores.js';
export { ldapOptionNames, withLdapOptions } from './ldap-options.js';
export { logOptionNames, readLogOptions } from './log-options.js';
export { numberOf, type OptionsByName, readOptions } from './option-file.js';
export { parseSettings, settingsShape } from './parse-settings.js';
export {
  type EditLines,
  type PolicySources,
  type PolicySyntax,
  parseSources,
  parseSourcesInSlices,
  readTablesInSlices,
} from './parse-sources.js';
export type { DatabaseSetting, FileDatabase, StoreDatabase } from './settings/databases.js';
export type { DeliveryMethod, DeliverySetting } from './settings/delivery.js';
export type { AddressUrl, OptionServers } from './settings/ldap.js';
export type { Listeners } from './settings/listeners.js';
export type { CounterTable, CounterTables } from './settings/metermaid.js';
export type { NextHop } from './settings/next-hop.js';
export {
  expandKeyTemplate,
  type KeyPart,
  type KeyTemplate,
  keyParts,
  partOfKey,
} from './settings/stores/key-template.js';
export type { SqlDialect, SqlFault } from './settings/stores/sql-statement.js';
export type {
  LdapStore,
  RedisStore,
  SocketmapStore,
  SqliteStore,
  SqlStore,
  StoreAccess,
  StoreKind,
  StoreLimits,
  StoreSetting,
} from './settings/stores/store.js';
export { longestDecisionWait } from './settings/stores/store.js';
export {
  type LdapQuery,
  questionOf,
  type RedisQuery,
  type SocketmapQuery,
  type SqlQuery,
  type SqlTable,
  type StoreQuery,
  type StoreQuestion,
  sqlFault,
  storeQuery,
  writtenSettings,
} from './settings/stores/store-question.js';
export {
  isLocalServer,
  printServer,
  type StoreServer,
  type StoreTls,
} from './settings/stores/store-server.js';
export type { ListenAddress } from './settings/watch.js';
export {
  type AuthSettings,
  type BuiltInSourceRoutes,
  type DatabaseSettings,
  defaultSettings,
  type FileSettings,
  type NoticeSettings,
  type Settings,
  type SettingsFile,
} from './settings.js';
export { listOf, mapOf } from './shapes/collections.js';
export { defaultsOf, optional, record, required } from './shapes/record.js';
export { choice, flag, wholeNumber, written, writtenText } from './shapes/scalars.js';
export {
  below,
  type DescribedKey,
  either,
  type Field,
  type FindingCodes,
  Findings,
  isNothing,
  itemOf,
  mapped,
  quoted,
  type Shape,
  spanOfValue,
  wrongType,
} from './shapes/shape.js';
export { namedTables, tablesCalledBy, usedTables, withoutUnusedTables } from './used-tables.js';
export { readYaml } from './yaml/read-yaml.js';
export type { YamlEntry, YamlMapping, YamlNode } from './yaml/yaml-node.js';
