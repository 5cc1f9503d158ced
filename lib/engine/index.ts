export { type Environment, StepBudget, StepLimitReached } from './environment.js';
export {
  absent,
  type DatabaseName,
  databaseNames,
  driveNow,
  failed,
  found,
  type Lookup,
  type LookupAnswer,
  type LookupRequest,
} from './lookup.js';
export type { TraceEvent, Tracer } from './trace.js';
