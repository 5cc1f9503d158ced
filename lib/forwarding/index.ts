export { type AliasTable, makeAliasTableInSlices } from './alias-table.js';
export type { AliasUrls } from './alias-urls.js';
export { checkForwardTables } from './check-tables.js';
export {
  type AliasResult,
  type Ambiguous,
  expandAddress,
  type FinalAddress,
  type Rewritten,
  type RoutedAddress,
} from './expand.js';
export { forwardTable } from './forward-mapping.js';
export { parseAliasesInSlices } from './parse-aliases.js';
export { isProgram, withoutPhrase } from './parse-value.js';
export { printAliases, printName, printValue } from './print-aliases.js';
export type { SubaddressMatching } from './resolve-aliases.js';
export { reverseAddress, reverseTable } from './reverse.js';
export { type Alias, type AliasFile, type AliasValue, aliasesOf } from './syntax.js';
