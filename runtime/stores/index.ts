export { checkPolicyInstall, checkSearchInstall, checkStoreInstall } from './check-stores.js';
export { clientOf } from './clients.js';
export { openContents, type StoredDatabase } from './contents/open-contents.js';
export {
  type StoreContents,
  type StoreEntry,
  StoreLacks,
  unusableInStore,
} from './contents/store-contents.js';
export { describeTrouble } from './describe-trouble.js';
export { countOfEntries, questionOf, searchAt, storeOfOptions, storeOfServers } from './ldap-search.js';
export type { Connection, PoolQuery } from './open-connections.js';
export { OpenStores, type StoreOptions } from './open-stores.js';
export { connectToFirst, ServerTrouble, type StoreReach, withinSeconds } from './reach-servers.js';
export { RedisScripts, type ScriptAnswer, type ScriptCall, tryScript } from './redis-scripts.js';
export { SharedCounts, type SharedLevel, trialFailure } from './shared-counts.js';
export { QuestionRefused, type Secrets } from './store-connection.js';
export { hasLists, type StoreSource, storeDatabase, storeDirectory, storeSource } from './store-database.js';
export type { StorePool } from './store-pool.js';
export { hintForTrouble } from './trouble-hint.js';
