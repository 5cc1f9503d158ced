/*
 * Reads lines as a log, for the tests of the readers.
 */
import { type LogFormat, logReader } from '../../../bin/replay/log-format.js';
import type { LineKind, LoggedRequest, ShadowLine } from '../../../bin/replay/logged-request.js';

/** The requests in the lines, and the kind of each line. */
export interface Read {
  readonly requests: readonly LoggedRequest[];
  readonly shadow: readonly ShadowLine[];
  readonly kinds: readonly LineKind[];
}

/** Reads lines; each is named `log:N`. */
export function readLog(lines: readonly string[], format: LogFormat = 'auto'): Read {
  const requests: LoggedRequest[] = [];
  const shadow: ShadowLine[] = [];
  const sink = {
    request: (one: LoggedRequest) => void requests.push(one),
    shadow: (one: ShadowLine) => void shadow.push(one),
  };
  const reader = logReader(format, sink);
  const kinds = lines.map((line, index) => reader.read(line, `log:${index + 1}`));
  reader.end();
  return { requests, shadow, kinds };
}
