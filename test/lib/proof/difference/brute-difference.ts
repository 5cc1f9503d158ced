/*
 * What two sites decide differently, by brute force: sessions over a small alphabet are decided under both, and what differs is
 * sorted without the code that is tested.
 */
import { decideClient } from '../../../../lib/decide/session-client.js';
import { decideMail, decideRcpt } from '../../../../lib/decide/session-envelope.js';
import { everyPlugin, type SessionSetup } from '../../../../lib/decide/session-setup.js';
import { StepBudget } from '../../../../lib/engine/environment.js';
import { driveNow } from '../../../../lib/engine/lookup.js';
import type { ChangeKind, Trial } from '../../../../lib/proof/difference/policy-difference.js';
import { fewRecipients, recipientsOf, sendersOf } from '../judge/enumerate.js';
import type { CompiledSite } from '../judge/site.js';
import { judgeSession } from '../judge/verdict.js';

/** What is told of one session. */
interface Told {
  readonly accepted: boolean;
  readonly reply: string;
  readonly sent: string;
  /** The channels that it leaves by. */
  readonly channels: readonly string[];
}

function setupOf({ compiled }: CompiledSite, chance: number): SessionSetup {
  return {
    policy: compiled.policy,
    plugins: everyPlugin,
    bothPasses: true,
    traced: false,
    onError: 'defer',
    newEnvironment: () => ({
      random: () => chance,
      uniqueString: () => 'unique0',
      budget: new StepBudget(200_000),
    }),
  };
}

/** Both ends of chance. */
export const chances: readonly number[] = [0, 1 - Number.EPSILON];

/** Decides one session. */
export function tell(site: CompiledSite, trial: Trial, chance = 0): Told {
  const setup = setupOf(site, chance);
  const run = <T>(work: Parameters<typeof driveNow<T>>[0]): T => driveNow(work, site.answer);
  const refused = (code: number, text: string): Told => ({
    accepted: false,
    reply: `${code} ${text}`,
    sent: '',
    channels: [],
  });
  const client = run(
    decideClient(setup, {
      client: { address: trial.client, port: 4000 },
      server: { address: '192.0.2.2', port: trial.port },
      reverseName:
        trial.name === null ? { kind: 'none', cause: 'none' } : { kind: 'confirmed', name: trial.name },
      helo: trial.helo,
      esmtp: trial.esmtp,
      tls: trial.tls,
      authUser: trial.authUser,
    }),
  );
  const { verdict: first } = client.decision;
  if (first.kind !== 'accept') return refused(first.reply.code, first.reply.text);
  const from = run(decideMail(setup, client.session, trial.from));
  const { verdict: second } = from.decision;
  if (second.kind !== 'accept') return refused(second.reply.code, second.reply.text);
  const to = run(
    decideRcpt(setup, client.session, from.decision.envelopeFrom, {
      to: trial.to,
      originalRecipient: trial.originalRecipient,
      notify: new Set(trial.notify),
    }),
  );
  const { verdict, deliveries, effects } = to.decision;
  if (verdict.kind !== 'accept') return refused(verdict.reply.code, verdict.reply.text);
  const { hold, bitbucket } = effects;
  const channels = deliveries.flatMap(({ channel, then }) => then?.map((one) => one.channel) ?? [channel]);
  return { accepted: true, reply: '', sent: JSON.stringify([deliveries, hold, bitbucket]), channels };
}

/** The kind of a difference without regard to relaying; null for none. */
export function plainKind(before: Told, now: Told): ChangeKind | null {
  if (before.accepted !== now.accepted) return now.accepted ? 'newly-accepted' : 'newly-refused';
  if (before.accepted) return before.sent === now.sent ? null : 'delivered-elsewhere';
  return before.reply === now.reply ? null : 'other-reply';
}

/**
 * Whether strangers relay in this session: `unclear` where reasonable people could differ, which a client that is switched inside is
 * a case of.
 */
export function relays(site: CompiledSite, trial: Trial): 'yes' | 'no' | 'unclear' {
  if (trial.authUser !== null) return 'no';
  const judgement = judgeSession(site, trial);
  if (judgement === null) return tell(site, trial).accepted ? 'unclear' : 'no';
  return judgement.kind === 'relays' ? 'yes' : judgement.kind === 'unclear' ? 'unclear' : 'no';
}

/** Whether mail goes out by a channel whose mail leaves, whatever its host. */
export function leaves({ truth }: CompiledSite, { accepted, channels }: Told): boolean {
  return accepted && channels.some((one) => truth.leaving.has(one) || truth.forAll?.has(one) === true);
}

/** The first session of each kind. */
export function bruteDifference(before: CompiledSite, now: CompiledSite): ReadonlyMap<ChangeKind, Trial> {
  const { trials } = before;
  const found = new Map<ChangeKind, Trial>();
  const few = fewRecipients(trials);
  const all = recipientsOf(trials, { tokens: 1, signs: 1 }).filter((_one, at) => at % 3 === 0);
  const senders = sendersOf(trials).filter((_one, at) => at < 6 || at % 4 === 0);
  const plain = { name: null, esmtp: true, authUser: null, originalRecipient: null, notify: [] };
  const check = (trial: Trial): void => {
    const kind = plainKind(tell(before, trial), tell(now, trial));
    if (kind === null) return;
    if (!found.has(kind)) found.set(kind, trial);
    if (found.has('newly-relayed') || (kind !== 'newly-accepted' && kind !== 'delivered-elsewhere')) return;
    if (relays(now, trial) === 'yes' && relays(before, trial) === 'no') found.set('newly-relayed', trial);
  };
  for (const client of trials.clients) {
    for (const port of trials.ports) {
      for (const tls of [false, true]) {
        const begun = { ...plain, client, port, tls, helo: 'z' };
        for (const from of tls || port !== 25 ? senders.slice(0, 3) : senders)
          for (const to of few) check({ ...begun, from, to });
        if (!tls && port === 25) for (const to of all) check({ ...begun, from: 'z@z', to });
      }
    }
  }
  return found;
}
