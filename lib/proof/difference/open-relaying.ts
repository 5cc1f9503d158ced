/*
 * Whether strangers relay under the new policy who do not under the old one, decided for every kind of edit:
 *   - edits that let nothing through that was stopped make nothing relay;
 *   - a channel on which the new policy is proved not to relay has nothing new;
 *   - each way that the proof finds is run through both policies;
 *   - clients that are strangers under the old policy alone are looked for in the rules of both.
 * What is left after that is said, with its cause. The sessions that are found are tried.
 */
import type { WorkLimit } from '../inclusion/inclusion.js';
import { WorkLimitReached } from '../language/work-limit-reached.js';
import { proveRelaying } from '../relay/prove-relaying.js';
import type { ChannelProof, RelayWay } from '../relay/relay-proof.js';
import { placesText } from '../relay/way-words.js';
import type { OpenEdit } from './collect-edits.js';
import { isOfAccessTable, mayLoosen } from './loosened-tables.js';
import { newlyInside } from './newly-inside.js';
import type { Side, Trial } from './policy-difference.js';
import { strangerName, type TrialClient } from './trial-clients.js';
import type { Trials } from './trials.js';

/** What shows whether a client relays. */
const plainMail = {
  from: 'ann@sender.invalid',
  to: 'bob@relay.example',
  originalRecipient: null,
  notify: [],
} as const;

function trialOf({ witness }: RelayWay): Trial {
  const { client, port, name, helo, tls, from, to, originalRecipient, notify, esmtp } = witness;
  return { client, port, name, helo, esmtp, tls, authUser: null, from, to, originalRecipient, notify };
}

/** Why a channel may have something new; null where it has not, or where all that it has was found. */
function openCause({ channel, answer, ways, doubts }: ChannelProof, trials: Trials): string | null {
  switch (answer) {
    case 'proved':
      return null;
    case 'cannot-tell':
      return doubts[0]?.cause ?? `nobody can tell for \`${channel}\``;
    case 'not-decided':
      return `whether strangers relay on \`${channel}\` was not decided within the limit of work`;
    case 'relays': {
      const [open] = ways.filter((way) => !trials.relaysNewly(trialOf(way)));
      if (open === undefined) return doubts[0]?.cause ?? null;
      return `strangers relay on \`${channel}\` under both policies${placesText(open.entries)}, and what is new beside that cannot be told`;
    }
  }
}

function causeOf(error: unknown): string {
  if (error instanceof WorkLimitReached) return 'the limit of work was reached';
  return error instanceof Error ? error.message : String(error);
}

/** Why clients may be newly inside and relay; null where none are. */
function insideCause(before: Side, now: Side, trials: Trials, work: WorkLimit): string | null {
  const relays = (client: TrialClient): boolean => {
    const trial = { ...client, ...plainMail };
    trials.try(trial);
    return trials.isNewlyRelayed(trial);
  };
  // A client that is known by its address may have to be one with a name that is not, or one without.
  const alike = (client: TrialClient): readonly TrialClient[] =>
    client.name === null ? [client, { ...client, name: strangerName }] : [client];
  const [open] = newlyInside(before, now, work).filter((client) => !alike(client).some(relays));
  return open === undefined
    ? null
    : `clients such as ${open.name ?? open.client} may be newly switched to a channel inside`;
}

/** Why something may be newly relayed that no trial has shown; null where nothing is. Never throws. */
export function openRelaying(
  before: Side,
  now: Side,
  edits: readonly OpenEdit[],
  trials: Trials,
  limit: number,
): string | null {
  if (!edits.some(mayLoosen)) return null;
  const { compiled, contents } = now;
  try {
    const proof = now.run((newEnvironment) =>
      proveRelaying(compiled, newEnvironment, { left: limit }, { contents }),
    );
    const causes = proof.channels.flatMap((channel) => openCause(channel, trials) ?? []);
    // Access tables have no part in where clients come in.
    const inside = edits.every(isOfAccessTable) ? null : insideCause(before, now, trials, { left: limit });
    return causes[0] ?? inside;
  } catch (error) {
    return causeOf(error);
  }
}
