/*
 * The proof of relaying as JSON.
 */
import type { Doubt, RelayProof } from '../../lib/proof/index.js';
import { lineColumnAt } from '../../lib/text/index.js';

function doubtJson({ span, ...doubt }: Doubt) {
  const place = span === null ? null : { file: span.source.name, ...lineColumnAt(span.source, span.offset) };
  return { ...doubt, place };
}

/** The proof; places are file, line and column from 1. */
export function proofJson({ channels, restsOn, refusesAll }: RelayProof) {
  return {
    channels: channels.map((one) => ({ ...one, doubts: one.doubts.map(doubtJson) })),
    restsOn,
    refusesAll,
  };
}
