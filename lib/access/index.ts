export { type AccessPlan, planAccessInSlices, type TablePlan } from './access-plan.js';
export type { AccessDelay } from './arguments.js';
export { builtInMappingTable, builtInTable } from './built-in-table.js';
export { checkAccessTable } from './check-table.js';
export {
  type AccessDecision,
  type AccessQuestion,
  decideByResult,
  decideTable,
  silentDecision,
} from './decide-access.js';
export { decideSourceRoutes, type SourceRouteDecision } from './decide-source-routes.js';
export { flagsOf } from './flags.js';
export { readAccessOutcome } from './outcome.js';
export {
  accessProbe,
  type InputFlagFacts,
  inputFlagsFor,
  type PortFields,
  type ProbeFacts,
  type ProbeField,
  probeFields,
  smtpApplication,
} from './probe.js';
export { type StrictEntryName, strictEntries, strictEntryNames } from './strict-entries.js';
export {
  type AccessTable,
  type AccessTableMeaning,
  accessTables,
  findAccessTable,
  recipientTables,
} from './tables.js';
