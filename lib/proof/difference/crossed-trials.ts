/*
 * Sessions like those that are decided differently, from other senders, other clients or for other users: what is delivered elsewhere
 * for most senders may be refused for one of them.
 */
import { quote, splitAddress } from '../../address/index.js';
import { plainest } from './class-words.js';
import type { NamedSources } from './named-trials.js';
import type { Trial } from './policy-difference.js';
import type { Trials } from './trials.js';

/** Sessions of one class that others are made of. */
const mostOfClass = 3;

/** A few sessions of each class: the plainest, and the first ones to other hosts. */
function shownTrials(trials: Trials): readonly Trial[] {
  return trials.differences.flatMap((ofClass) => {
    const first = plainest(ofClass);
    const byHost = new Map<string, Trial>();
    for (const { trial } of first === undefined ? ofClass : [first, ...ofClass]) {
      const host = splitAddress(trial.to).domain ?? '';
      if (!byHost.has(host)) byHost.set(host, trial);
      if (byHost.size === mostOfClass) break;
    }
    return [...byHost.values()];
  });
}

/** The recipient with another user; null where its host is not told apart. */
function withUser(to: string, user: string): string | null {
  const { route, domain } = splitAddress(to);
  return route.length > 0 || domain === null ? null : `${quote(user)}@${domain}`;
}

/** Sessions that differ in one thing from those that are decided differently so far. */
export function* crossedTrials(trials: Trials, sources: NamedSources): Generator<Trial> {
  const { clients, senders, oddSenders, users, oddRecipients } = sources;
  for (const shown of shownTrials(trials)) {
    for (const from of [...senders, ...oddSenders]) yield { ...shown, from };
    for (const { client } of clients) yield { ...shown, ...client };
    for (const user of users) {
      const to = withUser(shown.to, user);
      if (to !== null) yield { ...shown, to };
    }
  }
  // Who is refused for one recipient may be refused for another one, or before that.
  for (const ofClass of trials.differences) {
    const shown = plainest(ofClass)?.trial;
    if (shown !== undefined) for (const to of oddRecipients) yield { ...shown, to };
  }
}
