/*
 * Reads the object that `pmdf explain --json` prints as a case to be recorded. Objects of older releases lack `helo`,
 * `server` and `port`, which then have their default values.
 */

import { canonicalAddress } from '../../lib/address/index.js';
import type { Delivery } from '../../lib/decide/index.js';
import type { Verdict } from '../../lib/smtp/index.js';
import { givenName, UnknownName } from '../support/index.js';
import { type Recorded, withoutDuplicates } from './recorded.js';

/** The text is not what `pmdf explain --json` prints. */
class NoExplanation extends UnknownName {
  constructor(what: string) {
    super(`standard input is not an explanation: ${what}`, 'pipe in what `pmdf explain ... --json` prints');
    this.name = 'NoExplanation';
  }
}

/** A value in the object, and where it is: `to[0].verdict`. */
class Part {
  readonly #at: string;
  readonly value: unknown;

  constructor(at: string, value: unknown) {
    this.#at = at;
    this.value = value;
  }

  wrong(wanted: string): never {
    throw new NoExplanation(`\`${this.#at}\` is not ${wanted}`);
  }

  get(key: string): Part {
    const { value } = this;
    if (typeof value !== 'object' || value === null) return this.wrong('an object');
    const entry = Object.entries(value).find(([name]) => name === key);
    return new Part(this.#at === '' ? key : `${this.#at}.${key}`, entry?.[1]);
  }

  get isMissing(): boolean {
    return this.value === null || this.value === undefined;
  }

  text(): string {
    return typeof this.value === 'string' ? this.value : this.wrong('text');
  }

  textOrNull(): string | null {
    return this.isMissing ? null : this.text();
  }

  wholeNumber(): number {
    const { value } = this;
    return typeof value === 'number' && Number.isInteger(value) ? value : this.wrong('a whole number');
  }

  address(): string {
    return canonicalAddress(this.text()) ?? this.wrong('an IP address');
  }

  list(): Part[] {
    if (!Array.isArray(this.value)) return this.wrong('a list');
    return this.value.map((value: unknown, index) => new Part(`${this.#at}[${index}]`, value));
  }
}

function verdictIn(part: Part): Verdict {
  const kind = part.get('verdict');
  const place = part.get('entry').textOrNull();
  const reply = { code: part.get('code').wholeNumber(), enhanced: '', text: part.get('text').text() };
  switch (kind.value) {
    case 'accept':
      return { kind: 'accept', place };
    case 'reject':
      return { kind: 'reject', place, reply };
    case 'defer':
      return { kind: 'defer', place, reply, cause: part.get('cause').textOrNull() ?? '' };
    default:
      return kind.wrong('a verdict');
  }
}

function deliveryIn(part: Part): Delivery {
  const here = { address: part.get('address').text(), channel: part.get('channel').text() };
  const second = part.get('then');
  if (second.isMissing) return here;
  const then = second.list().map(deliveryIn);
  return { ...here, then };
}

function parsed(json: string): Part {
  try {
    return new Part('', JSON.parse(json));
  } catch (error) {
    throw new NoExplanation(error instanceof Error ? error.message : String(error));
  }
}

/** Reads an explanation. Throws UnknownName with what is wrong with it. */
export function readExplanation(json: string): Recorded {
  const whole = parsed(json);
  const client = whole.get('client');
  const from = whole.get('from');
  const to = whole.get('to').list();
  if (to.length === 0) throw new NoExplanation('it has no recipient');
  const earlier = [verdictIn(client), verdictIn(from)].find(({ kind }) => kind !== 'accept');
  const recipients = to.map((one) => {
    const verdict = verdictIn(one);
    return {
      address: one.get('address').text(),
      verdict: earlier ?? verdict,
      channel: one.get('channel').textOrNull(),
      deliveries: one.get('deliveries').list().map(deliveryIn),
    };
  });
  const [auth, server, port] = [client.get('auth'), client.get('server'), client.get('port')];
  const request = {
    client: { address: client.get('address').address(), port: 0 },
    server: {
      address: server.isMissing ? '127.0.0.1' : server.address(),
      port: port.isMissing ? 25 : port.wholeNumber(),
    },
    reverseName: givenName(client.get('name').textOrNull()),
    helo: client.get('helo').textOrNull(),
    esmtp: true,
    tls: client.get('tls').get('active').value === true,
    authUser: auth.isMissing ? null : auth.get('user').text(),
    from: from.get('address').text(),
    to: recipients.map(({ address }) => address),
  };
  return {
    request,
    sourceChannel: client.get('channel').text(),
    recipients: withoutDuplicates(recipients),
  };
}
