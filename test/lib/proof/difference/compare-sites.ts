/*
 * Compares what is said of two sites with what brute force finds.
 */
import { driveNow } from '../../../../lib/engine/lookup.js';
import { comparePolicies } from '../../../../lib/proof/difference/compare-policies.js';
import type {
  ChangeKind,
  PolicyDifference,
  Side,
  Trial,
} from '../../../../lib/proof/difference/policy-difference.js';
import { Trials } from '../../../../lib/proof/difference/trials.js';
import { plainEnvironment } from '../../policy/policy-of.js';
import { type CompiledSite, compileSite, type Site } from '../judge/site.js';
import { bruteDifference, chances, leaves, plainKind, relays, tell } from './brute-difference.js';

/** How they disagree. */
export type Disagreement =
  /** They are called equal, and are not. */
  | 'false-equal'
  /** A kind of change was not found, though everything was compared. */
  | 'missed'
  /** A kind of change was not found, and something was said not to be compared. */
  | 'missed-beside-open'
  /** Newly relayed mail was neither found, nor said to be unknown. */
  | 'missed-relaying'
  /** A witness is not what it is said to be. */
  | 'false-witness';

export interface Finding {
  readonly kind: Disagreement;
  readonly text: string;
}

/** Makes a side of a site. */
export function sideOfSite(site: CompiledSite): Side {
  return {
    compiled: site.compiled,
    contents: (name) => [...(site.databases[name] ?? [])].map(([key, value]) => ({ key, value })),
    otherParts: new Map(),
    run: (work) =>
      driveNow(
        work(() => plainEnvironment(1_000_000)),
        site.answer,
      ),
  };
}

export interface Comparison {
  readonly difference: PolicyDifference;
  readonly found: ReadonlyMap<ChangeKind, unknown>;
  readonly findings: readonly Finding[];
}

/** Compares two sites. */
export function compareSites(one: Site, other: Site): Comparison {
  const [before, now] = [compileSite(one), compileSite(other)];
  const sides = [sideOfSite(before), sideOfSite(now)] as const;
  const difference = comparePolicies(...sides, {
    ofEntry: 300,
    ofNames: 3000,
    proof: 3_000_000,
  });
  const found = bruteDifference(before, now);
  const findings: Finding[] = [];
  const isEqual = difference.answer === 'equal' || difference.answer === 'same-decisions';
  const open = difference.edits.some(({ effect }) => effect === 'not-compared');
  const kinds = new Set(difference.changes.map(({ kind }) => kind));
  // Whose a host is that a policy has no rule for any more is a matter of opinion.
  const isSaidToRelay = (trial: Trial): boolean => {
    const trials = new Trials(sides[0], sides[1]);
    trials.try(trial);
    return kinds.has('newly-relayed') && trials.isNewlyRelayed(trial);
  };
  for (const [kind, trial] of found) {
    if (kinds.has(kind)) continue;
    if (isSaidToRelay(trial)) continue;
    const text = `${kind} ${JSON.stringify(trial)}`;
    if (isEqual) findings.push({ kind: 'false-equal', text });
    else if (kind === 'newly-relayed') {
      if (difference.relaying.answer === 'none') findings.push({ kind: 'missed-relaying', text });
    } else findings.push({ kind: open ? 'missed-beside-open' : 'missed', text });
  }
  for (const { kind, witness, what } of difference.changes) {
    const plain = new Set(
      chances.map((chance) => plainKind(tell(before, witness, chance), tell(now, witness, chance))),
    );
    const isOut = leaves(now, tell(now, witness)) && !leaves(before, tell(before, witness));
    const text = `${kind} ${JSON.stringify(witness)}`;
    if (kind === 'newly-relayed') {
      // Here too, whose a host is that lost its rule is a matter of opinion.
      if (!isOut && (relays(now, witness) === 'no' || relays(before, witness) === 'yes'))
        findings.push({ kind: 'false-witness', text });
    } else if (!plain.has(kind) && what === '')
      findings.push({ kind: 'false-witness', text: `${text}, which is ${[...plain].join(', ')}` });
  }
  return { difference, found, findings };
}
