export {
  type Arguments,
  choiceOf,
  flagOption,
  isOption,
  type Option,
  optionName,
  readArguments,
  wordOption,
  wordsBeforeEnd,
  wordsOption,
} from './arguments.js';
export { checkFolder, type Findings } from './check-folder.js';
export {
  type Command,
  commonOptions,
  configurationOptions,
  type ExitCode,
  failedReport,
  goodReport,
  proseReport,
  type Report,
  type Result,
  reportOf,
  writtenReport,
} from './command.js';
export { type DecidedRequest, decideRequest, type OfferedTls } from './decide-request.js';
export { Dialogue, dialogueOptions, dialogueReport } from './dialogue.js';
export { commandHelp, generalHelp, groupHelp, spelling, usageLine } from './help.js';
export {
  configFolder,
  fileError,
  openWorld,
  otherFile,
  withConfiguration,
  withWorld,
} from './open-configuration.js';
export { type ReachableDatabase, reachable, withContents } from './open-stored.js';
export { noPaint, type Paint, paintFor } from './paint.js';
export { type Completion, operandsOf, takenBy } from './placeholders.js';
export { ignored, noteOptions, type PmdfOnly, pmdfOnlyOptions } from './pmdf-options.js';
export { indent, printColumns, withGaps } from './print-columns.js';
export { DebugLog } from './print-debug.js';
export { deliveryText, isLost, paintedVerdict, replyText, verdictText } from './print-decision.js';
export { countLine, countOf, diagnosticJson, diagnosticText } from './print-diagnostics.js';
export { printJson } from './print-json.js';
export { printPasses } from './print-passes.js';
export { answerLine, type KnownMore, proofText } from './print-proof.js';
export { lookupText, printTrace, shadowText, traceRow } from './print-trace.js';
export { type ProgressBar, progressBar } from './progress-bar.js';
export { proofJson } from './proof-json.js';
export { fromInput, inputsOf, linesOf } from './read-lines.js';
export {
  givenName,
  positionalHint,
  readSession,
  type SessionInput,
  sessionOptions,
} from './session-options.js';
export { shellQuoted, shellWord } from './shell-word.js';
export { splitWords } from './split-words.js';
export { withSpooledInput } from './spool-input.js';
export { nearestHint, UnknownName, UsageError, unexpectedArgument } from './usage-error.js';
export { brief, quoted, titleOf, visible, visibleLines } from './visible.js';
export type { WhatRuns } from './what-runs.js';
export { wrapLines } from './wrap.js';
export { isStandardOutput, type LineOutput, linesToFile, linesToStream } from './write-lines.js';
export { resultFor, resultsOf, writeJson, writeTexts } from './write-results.js';
