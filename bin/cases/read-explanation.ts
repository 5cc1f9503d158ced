/*
 * Reads the object that `pmdf explain --json` prints. Whatever it lacks is a complaint that names it. What such an object
 * does not hold, such as the port, is as it is in a case by itself.
 */

import { canonicalAddress } from '../../lib/address/index.js';
import type { Delivery } from '../../lib/decide/index.js';
import type { Answer, ExplainRequest } from '../explain/index.js';
import { UnknownName } from '../support/index.js';
import type { Decided } from './recorded.js';

/** The text is not what `pmdf explain --json` prints. */
export class NoExplanation extends UnknownName {
  constructor(what: string) {
    super(`standard input is not an explanation: ${what}`, 'give it what `pmdf explain ... --json` prints');
    this.name = 'NoExplanation';
  }
}

/** A value of the object, and the way to it. */
interface Part {
  readonly at: string;
  readonly value: unknown;
}

function wrong({ at }: Part, wanted: string): never {
  throw new NoExplanation(`\`${at}\` is not ${wanted}`);
}

function below(part: Part, key: string): Part {
  const { value, at } = part;
  if (typeof value !== 'object' || value === null) return wrong(part, 'an object');
  const entry = Object.entries(value).find(([name]) => name === key);
  return { at: at === '' ? key : `${at}.${key}`, value: entry?.[1] };
}

function text(part: Part): string {
  return typeof part.value === 'string' ? part.value : wrong(part, 'text');
}

function textOrNull(part: Part): string | null {
  return part.value === null || part.value === undefined ? null : text(part);
}

function wholeNumber(part: Part): number {
  const { value } = part;
  return typeof value === 'number' && Number.isInteger(value) ? value : wrong(part, 'a whole number');
}

function list(part: Part): Part[] {
  if (!Array.isArray(part.value)) return wrong(part, 'a list');
  return part.value.map((value: unknown, index) => ({ at: `${part.at}[${index}]`, value }));
}

function ipAddress(part: Part): string {
  return canonicalAddress(text(part)) ?? wrong(part, 'an IP address');
}

function answer(part: Part): Answer {
  const word = below(part, 'verdict');
  const { value: verdict } = word;
  if (verdict !== 'accept' && verdict !== 'reject' && verdict !== 'defer') return wrong(word, 'a verdict');
  return {
    verdict,
    code: wholeNumber(below(part, 'code')),
    text: text(below(part, 'text')),
    entry: textOrNull(below(part, 'entry')),
  };
}

function delivery(part: Part): Delivery {
  const here = { address: text(below(part, 'address')), channel: text(below(part, 'channel')) };
  const second = below(part, 'then');
  if (second.value === undefined) return here;
  const then = list(second).map(delivery);
  return { ...here, then };
}

/** Reads an explanation: what was asked, and what was decided. Throws NoExplanation. */
export function readExplanation(json: string): {
  readonly request: ExplainRequest;
  readonly decided: Decided;
} {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new NoExplanation(error instanceof Error ? error.message : String(error));
  }
  const whole = { at: '', value };
  const client = below(whole, 'client');
  const from = below(whole, 'from');
  const to = list(below(whole, 'to'));
  if (to.length === 0) throw new NoExplanation('it has no recipient');
  const auth = below(client, 'auth');
  const server = below(client, 'server');
  const port = below(client, 'port');
  const clientName = textOrNull(below(client, 'name'));
  const decided = {
    clientName,
    sourceChannel: text(below(client, 'channel')),
    client: answer(client),
    from: answer(from),
    to: to.map((one) => ({
      address: text(below(one, 'address')),
      answer: answer(one),
      channel: textOrNull(below(one, 'channel')),
      deliveries: list(below(one, 'deliveries')).map(delivery),
    })),
  };
  const request = {
    client: { address: ipAddress(below(client, 'address')), port: 0 },
    server: {
      address: server.value === undefined ? '127.0.0.1' : ipAddress(server),
      port: port.value === undefined ? 25 : wholeNumber(port),
    },
    name: clientName,
    live: false,
    helo: textOrNull(below(client, 'helo')),
    tls: below(below(client, 'tls'), 'active').value === true,
    authUser: auth.value === null || auth.value === undefined ? null : text(below(auth, 'user')),
    from: text(below(from, 'address')),
    to: decided.to.map(({ address }) => address),
  };
  return { request, decided };
}
