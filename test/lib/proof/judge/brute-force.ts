/*
 * Tries the sessions of strangers on a site one after the other, and gives those that relay.
 */
import { type Depth, fewRecipients, recipientsOf, sendersOf } from './enumerate.js';
import type { CompiledSite, Site } from './site.js';
import {
  acceptClient,
  acceptSender,
  type Chance,
  chances,
  type Judgement,
  judgeRecipient,
  type TriedClient,
  type TriedSession,
} from './verdict.js';

/** A session that relays. */
export interface FoundRelay {
  readonly session: TriedSession;
  readonly judgement: Judgement & { readonly kind: 'relays' };
}

/** What brute force found. */
export interface BruteForce {
  readonly tried: number;
  /** By source channel: the first that relay, at most as many as wanted. */
  readonly relays: ReadonlyMap<string, readonly FoundRelay[]>;
  readonly unclear: ReadonlySet<string>;
  /** Every source channel on which a stranger's sender was accepted. */
  readonly channels: ReadonlySet<string>;
}

function textOf({ text }: Site): string {
  return [text.mappings, text.yaml, text.cnf].join('\n').replace(/^[!#].*|\s#.*/gm, '');
}

/** The claims of clients that the tables can test. */
function clientsOf(site: Site): TriedClient[] {
  const { trials } = site;
  const text = textOf(site);
  const testsHelo = /SMTP\//i.test(text);
  const testsProtocol = /\$[:;]E/i.test(text);
  const testsTls = /\$[:;]T|\btls|musttls/i.test(text);
  const clients: TriedClient[] = [];
  for (const client of trials.clients.filter((one, n) => n === 0 || one.includes(':') || text.includes(one)))
    for (const port of trials.ports.filter((one) => one === 25 || text.includes(String(one))))
      for (const helo of testsHelo ? trials.helos : trials.helos.slice(0, 1))
        for (const tls of testsTls ? [false, true] : [false])
          for (const esmtp of testsProtocol ? [true, false] : [true])
            clients.push({ client, port, name: null, helo, tls, esmtp });
  return clients;
}

function notifiesOf(site: Site): readonly (readonly string[])[] {
  const testing = /\$[:;][DFS]/i.test(textOf(site));
  return testing ? [[], ['SUCCESS'], ['FAILURE'], ['DELAY'], ['SUCCESS', 'FAILURE', 'DELAY']] : [[]];
}

function chancesOf(site: Site): readonly Chance[] {
  return /\$\?[0-9]/.test(textOf(site)) ? chances : chances.slice(0, 1);
}

export class Trier {
  readonly #site: CompiledSite;
  readonly #most: number;
  readonly #relays = new Map<string, FoundRelay[]>();
  readonly #unclear = new Set<string>();
  readonly #channels = new Set<string>();
  #tried = 0;

  constructor(site: CompiledSite, most: number) {
    this.#site = site;
    this.#most = most;
  }

  get result(): BruteForce {
    return { tried: this.#tried, relays: this.#relays, unclear: this.#unclear, channels: this.#channels };
  }

  #isDone(channel: string): boolean {
    return (this.#relays.get(channel)?.length ?? 0) >= this.#most;
  }

  /** Tries envelopes of one client. */
  run(
    client: TriedClient,
    envelopes: Iterable<
      readonly [string, Iterable<Pick<TriedSession, 'to' | 'originalRecipient' | 'notify'>>]
    >,
    chance: Chance,
  ): void {
    const step = acceptClient(this.#site, client, chance);
    if (step === null) return;
    const channel = step.session.sourceChannel;
    for (const [from, recipients] of envelopes) {
      if (this.#isDone(channel)) return;
      const envelopeFrom = acceptSender(this.#site, step, from, chance);
      if (envelopeFrom === null) continue;
      this.#channels.add(channel);
      for (const recipient of recipients) {
        this.#tried += 1;
        const judgement = judgeRecipient(this.#site, step, envelopeFrom, recipient, chance);
        if (judgement.kind === 'unclear') this.#unclear.add(channel);
        if (judgement.kind !== 'relays') continue;
        const found = this.#relays.get(channel) ?? [];
        found.push({
          session: { ...client, from, ...recipient },
          judgement: { ...judgement, kind: 'relays' },
        });
        this.#relays.set(channel, found);
        if (this.#isDone(channel)) return;
      }
    }
  }
}

const recipientsBySize = new Map<string, readonly string[]>();

function allRecipients(site: Site, depth: Depth): readonly string[] {
  const key = JSON.stringify([site.trials.atoms, site.trials.hosts, depth]);
  const known = recipientsBySize.get(key);
  if (known !== undefined) return known;
  const made = recipientsOf(site.trials, depth);
  recipientsBySize.set(key, made);
  return made;
}

/** Tries every session of a site; keeps at most so many relays of each channel. */
export function bruteForce(site: CompiledSite, depth: Depth, most = 1): BruteForce {
  const trier = new Trier(site, most);
  const clients = clientsOf(site);
  const notifies = notifiesOf(site);
  const { originalRecipients } = site.trials;
  const withOrcpt = /orcpt: true/.test(site.text.yaml ?? '') ? originalRecipients : [null];
  const few = fewRecipients(site.trials).flatMap((to) =>
    withOrcpt.flatMap((originalRecipient) => notifies.map((notify) => ({ to, originalRecipient, notify }))),
  );
  const senders = sendersOf(site.trials);
  const all = allRecipients(site, depth).map((to) => ({ to, originalRecipient: null, notify: [] }));
  const fresh = site.trials.fresh[0] ?? '';
  const mainSenders = [`${fresh}@${site.trials.hosts.at(-2)}`];
  for (const chance of chancesOf(site)) {
    for (const client of clients)
      trier.run(
        client,
        senders.map((from) => [from, few] as const),
        chance,
      );
    for (const client of clients.filter(({ esmtp, helo }) => esmtp && helo === site.trials.helos[0]))
      trier.run(
        client,
        mainSenders.map((from) => [from, all] as const),
        chance,
      );
  }
  return trier.result;
}
