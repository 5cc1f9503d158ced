export { ask, askEntries, askValues } from './ask.js';
export { foldKey } from './database-key.js';
export { type Environment, StepBudget, StepLimitReached } from './environment.js';
export { andThen, type Eventual } from './eventual.js';
export {
  type AnyAnswer,
  absent,
  type CounterStep,
  type DatabaseName,
  type DirectoryEntry,
  databaseNames,
  drive,
  driveNow,
  type EntriesAnswer,
  failed,
  found,
  type LdapSearch,
  type Lookup,
  type LookupAnswer,
  type LookupRequest,
  type ValuesAnswer,
} from './lookup.js';
export type { TraceEvent, Tracer } from './trace.js';
