export { builtInMappingTable, builtInTable } from './built-in-table.js';
export { checkAccessTable } from './check-table.js';
export { type AccessDecision, type AccessQuestion, decideTable, silentDecision } from './decide-access.js';
export { decideSourceRoutes, type SourceRouteDecision } from './decide-source-routes.js';
export { flagsOf } from './flags.js';
export { type InputFlagFacts, inputFlagsFor } from './input-flags.js';
export { readAccessOutcome } from './outcome.js';
export {
  fromAccessProbe,
  mailAccessProbe,
  type PortFields,
  portAccessProbe,
  type RecipientFields,
  type SubmissionFields,
  sendAccessProbe,
  smtpApplicationInfo,
} from './probe.js';
export { type StrictPlace, strictEntries, strictPlaces } from './strict.js';
export { type AccessTable, type AccessTableMeaning, accessTables, findAccessTable } from './tables.js';
