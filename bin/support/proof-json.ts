/*
 * The proof of relaying as JSON.
 */
import type { Doubt, RelayProof } from '../../lib/proof/index.js';
import { lineColumnAt } from '../../lib/text/index.js';
import { diagnosticJson } from './print-diagnostics.js';
import type { KnownMore } from './print-proof.js';

function doubtJson({ span, ...doubt }: Doubt) {
  const place = span === null ? null : { file: span.source.name, ...lineColumnAt(span.source, span.offset) };
  return { ...doubt, place };
}

/** The proof, and what else is known; places are file, line and column from 1. */
export function proofJson({ channels, restsOn, refusesAll, unusedNotes }: RelayProof, more?: KnownMore) {
  return {
    channels: channels.map((one) => ({ ...one, doubts: one.doubts.map(doubtJson) })),
    restsOn,
    refusesAll,
    unusedNotes: unusedNotes.map(({ place, reason }) => ({ place, reason })),
    ...(more === undefined
      ? {}
      : { inside: more.inside, withoutEffect: more.withoutEffect.map(diagnosticJson) }),
  };
}
