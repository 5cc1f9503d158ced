export {
  type Answer,
  type AnswerNow,
  type AnswerRoutine,
  type AnswerSources,
  answerAtOnce,
  answerRequests,
  type DirectoryDatabases,
  type SearchDirectory,
  unaskedRoutines,
  unaskedSearch,
} from './answer-requests.js';
export { type BuiltDatabase, buildDatabase } from './build-database.js';
export { CdbFile, openCdbFile } from './cdb-file.js';
export { diagnoseCdb, openCdb } from './cdb-reader.js';
export { CollectedEntries } from './collected-entries.js';
export {
  type Database,
  type DirectoryDatabase,
  type EmbeddedDatabase,
  emptyDatabase,
  freshnessInterval,
  isCdbName,
  lookUp,
  unaskedDatabase,
} from './database.js';
export { databaseContents } from './database-contents.js';
export { parseDatabaseLine, printDatabaseLine } from './database-line.js';
export { type DatabaseReader, databaseReader } from './database-reader.js';
export { changeDatabase, type DatabaseChange, diagnoseUnwritten } from './db-update.js';
export { directoryEntries } from './directory-entries.js';
export { KeyList, type NamedKeys, type NewContent, type OneValue } from './new-content.js';
export { NewFile } from './new-file.js';
export { OpenDatabases } from './open-databases.js';
export { SequenceFiles } from './sequence-files.js';
export { openTextDatabase } from './text-database.js';
export { databaseEntries, databaseTexts } from './text-databases.js';
