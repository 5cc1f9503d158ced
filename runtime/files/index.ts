export { type FilesRead, findCutFiles } from './cut-files.js';
export {
  type NewFile,
  Replacement,
  syncFolder,
  syncFolderLater,
  temporaryPath,
  writeDurably,
  writeNewFile,
  writeNewFiles,
} from './durable-file.js';
export {
  awaitLockFree,
  commandPatience,
  LockHeld,
  type Patience,
  withFileLock,
  withReplacementLock,
} from './file-lock.js';
export { fileNames, resolveFileName } from './file-names.js';
export { FolderSync } from './folder-sync.js';
export { isAlive, isGone, parseOwner, printOwner, thisOwner } from './lock-owner.js';
export { makeFolder } from './make-folder.js';
export { NewFileStream } from './new-file-stream.js';
export { packageFolder, packageManifest } from './package-folder.js';
export { type KnownFiles, readSourceFile, SourceReader } from './read-sources.js';
export { type FileNames, missingFile, type ReadSource, readText } from './read-text.js';
export {
  describeError,
  errorName,
  fileMark,
  isMissing,
  isOpenToAll,
  isSameFile,
  openRegular,
  type Progress,
  readToEnd,
} from './regular-file.js';
export { NotReplaceable } from './replaceable-path.js';
export { WatchFolder } from './watch-folder.js';
