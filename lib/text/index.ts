export { type DiagnosticCode, diagnosticCodes } from './codes.js';
export { counted } from './counted.js';
export {
  type Diagnostic,
  errorAt,
  formatDiagnostic,
  hasErrors,
  type LintCode,
  type Parsed,
  type RelatedPlace,
  type Severity,
  warningAt,
} from './diagnostic.js';
export { boundDiagnostics, DiagnosticList } from './diagnostic-list.js';
export { EqualValues } from './equal-values.js';
export {
  eachLineInSlices,
  type LogicalLine,
  type ReadInclude,
  readLinesInSlices,
  readLogicalLines,
  sourceChain,
  spanIn,
  spanOfLine,
  type TakeLine,
} from './logical-lines.js';
export { charactersOf, octetSource, octetsOf } from './octet-source.js';
export { integerOf, parseOptionFile, setTwice, type WrittenOption } from './option-file.js';
export { lineColumnAt, lineText, placeOf } from './places.js';
export { inReadingOrder } from './reading-order.js';
export { Scanner, type SpanAt } from './scanner.js';
export { atOnce, eachInSlices, type Slices } from './slices.js';
export { type SourceFile, type Span, spanOfFile, startOf } from './source.js';
export { nearest } from './suggest.js';
export { isLogicalName, tableFileName } from './table-file-name.js';
