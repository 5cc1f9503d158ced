/*
 * Compares two policies. What is the same in both once it is compiled needs no trial. For the rest, sessions are decided under both:
 * those that the edited entries of access tables are about, found from the languages of their patterns, and those with the names of
 * all other edits. Every difference that is reported was seen in both engines. Where an edit shows none it is said to change nothing
 * only if that is certain; else it is not compared. That nothing is newly relayed is said where the new policy is proved not to relay.
 */
import { AddressLanguages } from '../language/address-languages.js';
import { Languages } from '../language/language.js';
import { PatternBoxes } from '../language/pattern-boxes.js';
import { changeOf, type Difference, plainest } from './class-words.js';
import { collectEdits, type OpenEdit } from './collect-edits.js';
import { crossedTrials } from './crossed-trials.js';
import type { Decider } from './decide-trial.js';
import { namedTrials, sourcesFor } from './named-trials.js';
import { openRelaying } from './open-relaying.js';
import {
  type Change,
  changeKinds,
  type Edit,
  type PolicyDifference,
  type Side,
  type Trial,
} from './policy-difference.js';
import { type RoutedRecipient, regionTrials, type TrialSources } from './region-trials.js';
import type { PlacedClient } from './trial-clients.js';
import { Trials } from './trials.js';
import { withUnaskedSources } from './unasked-sources.js';

/** How much is tried. */
export interface DifferenceLimits {
  /** Sessions for one edited entry. */
  readonly ofEntry: number;
  /** Sessions with the names of the other edits. */
  readonly ofNames: number;
  /** The work of the proof that the new policy does not relay. */
  readonly proof: number;
}

export const usualLimits: DifferenceLimits = { ofEntry: 300, ofNames: 8000, proof: 20_000_000 };

/** What the rules make of recipients, for each source channel. */
function routedRecipients(
  deciders: readonly Decider[],
  clients: readonly PlacedClient[],
  recipients: readonly string[],
): readonly RoutedRecipient[] {
  const found = new Map<string, RoutedRecipient>();
  const firsts = new Map(clients.map((one) => [`${one.before} ${one.now}`, one]));
  for (const { client } of firsts.values()) {
    for (const to of recipients) {
      for (const decider of deciders) {
        const trial: Trial = { ...client, from: '', to, originalRecipient: null, notify: [] };
        for (const { address, channel } of decideRoutes(decider, trial)) {
          const key = `${to} ${address} ${channel}`;
          if (!found.has(key)) found.set(key, { received: to, address, channel });
        }
      }
    }
  }
  return [...found.values()];
}

/** The addresses and channels that a recipient is on while a session is decided. */
function decideRoutes(
  decider: Decider,
  trial: Trial,
): readonly { readonly address: string; readonly channel: string }[] {
  const outcomes = decider.decide(trial, true);
  if ('cause' in outcomes) return [];
  return outcomes.flatMap(({ trace }) =>
    trace.flatMap((event) =>
      event.kind === 'rewrite-ends' && event.channel !== null
        ? [{ address: event.address, channel: event.channel }]
        : [],
    ),
  );
}

function effectOf(
  edit: OpenEdit,
  shown: readonly Difference[],
  others: readonly OpenEdit[],
  cause: string | null,
): Edit {
  const { known, names: _names, regions: _regions, uncertain, isPartOf, ...plain } = edit;
  if (known !== null) return { ...plain, ...known };
  const isShown =
    isPartOf === null
      ? // Of a setting nothing is in a trace.
        shown.some((one) => !others.some((other) => other.isPartOf?.(one) === true))
      : shown.some(isPartOf);
  if (isShown) return { ...plain, effect: 'shown', why: null };
  const why =
    cause ??
    uncertain ??
    (shown.length > 0 && isPartOf === null
      ? 'its effect cannot be told from that of other edits'
      : 'no session was found that shows it');
  return { ...plain, effect: 'not-compared', why };
}

function answerOf(
  edits: readonly Edit[],
  changes: readonly Change[],
  unread: number,
): PolicyDifference['answer'] {
  if (changes.length > 0) return 'different';
  if (unread > 0 || edits.some(({ effect }) => effect === 'not-compared')) return 'not-compared';
  return edits.some(({ effect }) => effect === 'not-decided') ? 'same-decisions' : 'equal';
}

/** Compares two policies. Never throws. */
export function comparePolicies(
  writtenBefore: Side,
  writtenNow: Side,
  { ofEntry, ofNames, proof }: DifferenceLimits = usualLimits,
): PolicyDifference {
  const [before, now] = withUnaskedSources(writtenBefore, writtenNow);
  // Each search has a limit of its own.
  const languages = new Languages({ left: Number.POSITIVE_INFINITY });
  const addresses = new AddressLanguages(languages);
  const collected = collectEdits(before, now, addresses, new PatternBoxes(languages));
  const { edits, unread } = collected;
  const trials = new Trials(before, now);
  let open = unread.length > 0 ? `the database \`${unread[0] ?? ''}\` was not read` : null;
  if (edits.some(({ known }) => known === null)) {
    // The shortest sessions first: they are the witnesses to show.
    open = openRelaying(before, now, edits, trials, proof) ?? open;
    const sources = sourcesFor(trials, [before, now], collected);
    const routed = routedRecipients(
      [trials.before, trials.now],
      sources.clients,
      sources.recipients.slice(0, 120),
    );
    const forRegions: TrialSources = { ...sources, recipients: routed };
    for (const edit of edits) {
      const until = trials.tried + ofEntry;
      for (const region of edit.regions) {
        for (const trial of regionTrials(region, addresses, forRegions)) {
          if (trials.tried >= until) break;
          trials.try(trial);
        }
      }
    }
    const until = trials.tried + ofNames;
    for (const trial of namedTrials(sources)) {
      if (trials.tried >= until) break;
      trials.try(trial);
    }
    const last = trials.tried + ofNames / 2;
    // What the first ones show is in turn a reason for others.
    for (let round = 0; round < 2; round += 1) {
      for (const trial of crossedTrials(trials, sources)) {
        if (trials.tried >= last) break;
        trials.try(trial);
      }
    }
  }
  const shown = trials.differences.flatMap((ofClass) => {
    const witness = plainest(ofClass);
    return witness === undefined ? [] : [{ witness: trials.traced(witness), ofClass }];
  });
  const changes = shown
    .map(({ witness, ofClass }) => changeOf(witness, ofClass, collected))
    .sort((one, other) => changeKinds.indexOf(one.kind) - changeKinds.indexOf(other.kind));
  const witnesses = shown.flatMap(({ witness, ofClass }) => [
    witness,
    ...ofClass.slice(0, 40).map((one) => trials.traced(one)),
  ]);
  const effects = edits.map((edit) =>
    effectOf(
      edit,
      witnesses,
      edits.filter((one) => one !== edit && one.known === null),
      trials.cause,
    ),
  );
  return {
    answer: answerOf(effects, changes, unread.length),
    changes,
    edits: effects,
    relaying: {
      answer: trials.hasNewlyRelayed ? 'some' : open === null ? 'none' : 'not-compared',
      why: open,
    },
    tried: trials.tried,
    unread,
  };
}
