/*
 * Random envelopes of strangers, made of what addresses can be made of: a proved site relays none of them.
 */
import { Random } from './random.js';
import type { CompiledSite } from './site.js';
import { acceptClient, acceptSender, chances, judgeRecipient, type TriedSession } from './verdict.js';

const signs = [
  '%',
  '!',
  '@',
  '.',
  '+',
  '|',
  '%%',
  '::',
  '=',
  '\\@',
  '"',
  '"@',
  '<',
  '>',
  ':',
  '@[',
  ']',
  '-',
] as const;

function randomLocalPart(random: Random, words: readonly [string, ...string[]]): string {
  let text = random.pick(words);
  while (random.chance(65)) text += random.pick(signs) + (random.chance(85) ? random.pick(words) : '');
  return random.chance(40) ? `"${text.replace(/(?<!\\)"/g, '\\"')}"` : text;
}

function randomAddress(
  random: Random,
  words: readonly [string, ...string[]],
  hosts: readonly [string, ...string[]],
): string {
  const host = random.chance(15) ? `${random.pick(words)}.${random.pick(hosts)}` : random.pick(hosts);
  const route = random.chance(12)
    ? `@${random.pick(hosts)}${random.chance(30) ? `,@${random.pick(hosts)}` : ''}:`
    : '';
  const address = `${route}${randomLocalPart(random, words)}`;
  return random.chance(5) ? address : `${address}@${random.chance(10) ? host.toUpperCase() : host}`;
}

/** What was tried. */
export interface EnvelopeTrial {
  /** Envelopes of which MAIL FROM was accepted. */
  readonly tried: number;
  /** Those whose recipient was accepted too. */
  readonly accepted: number;
  readonly relays: readonly TriedSession[];
}

/** Tries so many envelopes, and gives those that relay. */
export function tryEnvelopes(site: CompiledSite, count: number, seed: number): EnvelopeTrial {
  const random = new Random(seed);
  const { trials } = site;
  const hosts: readonly [string, ...string[]] = ['other.example', ...trials.hosts];
  const words: readonly [string, ...string[]] = ['a', ...trials.atoms, ...trials.hosts];
  const relays: TriedSession[] = [];
  let tried = 0;
  let accepted = 0;
  while (tried < count) {
    const client = {
      client: random.pick(['203.0.113.99', ...trials.clients]),
      port: random.pick([25, ...trials.ports]),
      name: null,
      helo: random.pick(['sender.example', ...trials.helos]),
      esmtp: random.chance(80),
      tls: random.chance(30),
    };
    const chance = random.pick([[0], ...chances]);
    const step = acceptClient(site, client, chance);
    if (step === null) continue;
    const from = random.chance(10) ? '' : randomAddress(random, words, hosts);
    const envelopeFrom = acceptSender(site, step, from, chance);
    if (envelopeFrom === null) continue;
    for (let n = 0; n < 20 && tried < count; n += 1) {
      const recipient = {
        to: randomAddress(random, words, hosts),
        originalRecipient: random.chance(20) ? randomAddress(random, words, hosts) : null,
        notify: random.chance(20) ? [random.pick(['SUCCESS', 'FAILURE', 'DELAY', 'NEVER'])] : [],
      };
      tried += 1;
      const { kind } = judgeRecipient(site, step, envelopeFrom, recipient, chance);
      if (kind !== 'refused') accepted += 1;
      if (kind === 'relays') relays.push({ ...client, from, ...recipient });
    }
  }
  return { tried, accepted, relays };
}
