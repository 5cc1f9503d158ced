/*
 * The patterns that are looked up, in order, for one host. Patterns ignore case.
 *   input     host, tag, question
 *   expected  probes
 */

import type { Probe } from '../../../lib/rewrite/probe-order.js';
import { probesFor } from '../../support/language.js';
import type { Area } from '../area.js';
import { VectorProblem } from '../vector.js';

/** Reads which of the probes are wanted. */
function chosenBy(question: string | null): (probe: Probe) => boolean {
  if (question === null) return () => true;
  if (!/domain database|configuration file/i.test(question)) {
    throw new VectorProblem(`the question \`${question}\` is not understood`);
  }
  const fileOnly = /\b(?:not?|never|without|skip|only)\b/i.test(question) && !/database only/i.test(question);
  return (probe) => probe.domainDatabase !== fileOnly;
}

export const rewriteProbeOrder: Area = (input) => {
  const tag = input.textOr('tag', '');
  const chosen = probesFor(input.text('host')).filter(chosenBy(input.textOrNull('question')));
  return {
    kind: 'computed',
    actual: { probes: chosen.map(({ pattern }) => tag + pattern) },
    comparisons: { probes: 'case-blind' },
  };
};
