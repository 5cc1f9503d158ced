/*
 * Compares the prover with brute force on one site: what each found, and where they disagree.
 */

import { type DatabaseName, driveNow } from '../../../../lib/engine/lookup.js';
import { proveRelaying } from '../../../../lib/proof/index.js';
import type { ChannelProof, RelayProof, Witness } from '../../../../lib/proof/relay/relay-proof.js';
import { plainEnvironment } from '../../policy/policy-of.js';
import { type BruteForce, bruteForce } from './brute-force.js';
import type { Depth } from './enumerate.js';
import { type CompiledSite, compileSite, type Site } from './site.js';
import { judgeSession, type TriedSession } from './verdict.js';

/** How prover and brute force disagree. */
export type Disagreement =
  /** Brute force found a relay on a channel that is proved, or missing. */
  | 'missed'
  /** A witness does not relay. */
  | 'false-witness'
  /** The prover threw. */
  | 'threw'
  /** No answer, though nothing in the site is beyond what can be decided. */
  | 'no-answer'
  /** The only ways are allowed, but a relay that is not was found. */
  | 'missed-beside-allowed';

export interface Finding {
  readonly kind: Disagreement;
  readonly channel: string;
  readonly text: string;
}

export interface Comparison {
  readonly found: BruteForce;
  readonly proof: RelayProof | null;
  readonly milliseconds: number;
  readonly findings: readonly Finding[];
}

/** What may be beyond the prover: templates that grow, back-matches, what no text decides. */
const undecidable = /\$[0-9]\*|\$R|\$L|\$\||source_routes: follow/;

function sessionOf(witness: Witness): TriedSession {
  const { client, port, name, helo, esmtp, tls, from, to, originalRecipient, notify } = witness;
  return { client, port, name, helo, esmtp, tls, from, to, originalRecipient, notify };
}

/** As much as so small a site may cost, in steps. */
const usualWork = 2_000_000;

/** Asks the prover. */
export function prove({ compiled, databases, answer }: CompiledSite, work = usualWork): RelayProof {
  const contents = (database: DatabaseName): { key: string; value: string }[] =>
    [...(databases[database] ?? new Map<string, string>())].map(([key, value]) => ({ key, value }));
  return driveNow(
    proveRelaying(compiled, () => plainEnvironment(1_000_000), { left: work }, { contents }),
    answer,
  );
}

function* judgeChannel(site: CompiledSite, channel: ChannelProof, found: BruteForce): Generator<Finding> {
  const relays = found.relays.get(channel.channel) ?? [];
  const [first] = relays;
  const told = first === undefined ? '' : JSON.stringify(first);
  const finding = (kind: Disagreement, text: string): Finding => ({ kind, channel: channel.channel, text });
  if (first !== undefined && channel.answer === 'proved') yield finding('missed', told);
  if (channel.answer === 'relays' && channel.ways.length === 0)
    yield finding('no-answer', 'relays without a way');
  for (const { witness } of channel.ways) {
    const judgement = judgeSession(site, sessionOf(witness));
    if (judgement === null || (judgement.kind !== 'relays' && judgement.kind !== 'unclear'))
      yield finding(
        'false-witness',
        `${JSON.stringify(witness)} is ${judgement?.kind ?? 'refused before RCPT TO'}`,
      );
    else if (judgement.channel !== channel.channel)
      yield finding('false-witness', `${JSON.stringify(witness)} is on ${judgement.channel}`);
  }
  const isBeyond = undecidable.test(`${site.text.mappings}\n${site.text.yaml}`);
  if (channel.answer === 'not-decided' || (channel.answer === 'cannot-tell' && !isBeyond)) {
    const causes = channel.doubts.map(({ cause, assumed }) => `${cause}; ${assumed}`).join(' / ');
    yield finding(
      'no-answer',
      `${channel.answer}: ${causes}; brute force: ${told === '' ? 'nothing' : told}`,
    );
  }
}

/** Compares on one site; brute force stops at so many relays of each channel. */
export function compare(site: Site, depth: Depth, most = 1): Comparison {
  const compiled = compileSite(site);
  const found = bruteForce(compiled, depth, most);
  const begin = performance.now();
  let proof: RelayProof | null = null;
  const findings: Finding[] = [];
  try {
    proof = prove({ ...compiled, databases: site.databases });
  } catch (error) {
    const text = error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error);
    findings.push({ kind: 'threw', channel: '', text });
  }
  const milliseconds = performance.now() - begin;
  // Where every client of the trials is switched inside, nobody is a stranger, or everybody.
  if (proof !== null && found.tried > 0) {
    for (const channel of proof.channels) findings.push(...judgeChannel(compiled, channel, found));
    const named = new Set(proof.channels.map(({ channel }) => channel));
    for (const [channel, [first]] of found.relays)
      if (!named.has(channel)) findings.push({ kind: 'missed', channel, text: JSON.stringify(first) });
  }
  return { found, proof, milliseconds, findings };
}
