export { applyTable, applyTableNow, spendScan } from './apply-table.js';
export { findUnknownTables } from './check-tables.js';
export {
  type CompiledTable,
  compileTablesInSlices,
  createMappings,
  type Mappings,
  tableKey,
  tableNamed,
} from './compile-tables.js';
export { describePattern } from './describe-pattern.js';
export { otherSpellings } from './domain-spellings.js';
export type { ApplyMapping, MappingResult } from './mapping.js';
export { type CharacterTest, testFor } from './match/character-test.js';
export { type CompiledPattern, compilePattern } from './match/compile-pattern.js';
export { EntryScan } from './match/entry-scan.js';
export { type AddressGlob, compileAddress } from './match/ip-glob.js';
export { matchPattern, matchSubject } from './match/match-pattern.js';
export { fold, foldUnit, subjectOf } from './match/subject.js';
export { parseEntry, type WrittenSide } from './parse-entry.js';
export { parseMappingsInSlices } from './parse-file.js';
export { fieldsOf } from './pattern-fields.js';
export { patternWidth, printMappingsAsWritten, printPattern, printTemplate } from './print.js';
export { addsHeaderLine, imageOf, mayControl } from './routines/index.js';
export {
  type ArgumentItem,
  type CharacterClass,
  type Control,
  type Entry,
  type MappingFile,
  type MappingPattern,
  type MappingTable,
  type MappingTemplate,
  type PatternElement,
  type TemplateItem,
  tablesOf,
} from './syntax.js';
export { TableReader } from './table-reader.js';
