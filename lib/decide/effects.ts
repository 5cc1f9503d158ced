/*
 * What tables request apart from their verdicts, added up; and the same for what tables in shadow would have done.
 * Ref: PMDF 16.1.1
 */
import { type AccessDecision, silentDecision } from '../access/index.js';
import { type AccessEffects, noEffects, type ShadowedVerdict } from './decision.js';

/** What a table's answer requests apart from its verdict. */
export function effectsOf({ outcome, logLines }: AccessDecision): AccessEffects {
  if (outcome === silentDecision.outcome && logLines.length === 0) return noEffects;
  const { delay, headerLine, hold, bitbucket, tag } = outcome;
  return { delay, headerLines: headerLine === null ? [] : [headerLine], hold, bitbucket, tag, logLines };
}

function together(earlier: readonly string[], later: readonly string[]): readonly string[] {
  return later.every((line) => earlier.includes(line)) ? earlier : [...new Set([...earlier, ...later])];
}

/** Adds the effects of a later table to those of earlier ones; the later delay wins, equal lines come once. */
export function joinEffects(earlier: AccessEffects, later: AccessEffects): AccessEffects {
  if (earlier === noEffects) return later;
  if (later === noEffects) return earlier;
  return {
    delay: later.delay ?? earlier.delay,
    headerLines: together(earlier.headerLines, later.headerLines),
    hold: earlier.hold || later.hold,
    bitbucket: earlier.bitbucket || later.bitbucket,
    tag: later.tag ?? earlier.tag,
    logLines: together(earlier.logLines, later.logLines),
  };
}

/** Joins what tables in shadow would have done; equal ones, for another address of a list, are kept once. */
export function joinShadowed(
  earlier: readonly ShadowedVerdict[],
  later: readonly ShadowedVerdict[],
): readonly ShadowedVerdict[] {
  if (later.length === 0) return earlier;
  const isKnown = ({ table, entry, verdict, applied }: ShadowedVerdict) =>
    earlier.some(
      (one) =>
        one.table === table && one.entry === entry && one.verdict === verdict && one.applied === applied,
    );
  const added = later.filter((one) => !isKnown(one));
  return added.length === 0 ? earlier : [...earlier, ...added];
}
