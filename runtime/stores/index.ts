export { checkSearchInstall, checkStoreInstall } from './check-stores.js';
export { searchAt, storeOfOptions, storeOfServers } from './ldap-search.js';
export { OpenStores, type StoreOptions } from './open-stores.js';
export { type StoreSource, storeDatabase, storeSource } from './store-database.js';
export type { StorePool } from './store-pool.js';
