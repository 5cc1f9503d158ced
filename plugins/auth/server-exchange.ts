/*
 * One AUTH exchange as server: the client's lines, until its name and password are known.
 *   AUTH PLAIN [response]   response: base64 of [authorization identity] NUL user NUL password
 *   AUTH LOGIN [user]       then `Username:` and `Password:`, all in base64
 * `*` cancels, `=` is an empty initial response. Anything unreadable ends the exchange.
 * Ref: RFC 4954 4; RFC 4616 2; draft-murchison-sasl-login
 */
import { type Reply, reply } from '../../lib/smtp/index.js';
import { userName } from '../../runtime/passwords/index.js';

export const mechanisms = ['PLAIN', 'LOGIN'] as const;
export type Mechanism = (typeof mechanisms)[number];

export type Step =
  | { readonly kind: 'challenge'; readonly text: string }
  | { readonly kind: 'credentials'; readonly user: string; readonly password: string }
  | { readonly kind: 'ended'; readonly reply: Reply };

/** The longest line of an exchange, in octets. Ref: RFC 4954 4.3 */
const longestResponse = 12_288;

const tooLong = reply(500, '5.5.6', 'Authentication exchange line is too long');
const unreadable = reply(501, '5.5.2', 'this is not a valid response for the mechanism');
const givenUp = reply(501, '5.7.0', 'Authentication cancelled');
const forAnother = reply(535, '5.7.8', 'acting for another user is not permitted');

function challenge(text: string): Step {
  return { kind: 'challenge', text: Buffer.from(text).toString('base64') };
}

function ended(ending: Reply): Step {
  return { kind: 'ended', reply: ending };
}

/** The text of a response; null when it is not base64 of UTF-8. */
function decoded(response: string): string | null {
  if (response.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(response)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(response, 'base64'));
  } catch {
    return null;
  }
}

function plainCredentials(text: string): Step {
  const [forWhom, user, password, ...rest] = text.split('\0');
  if (forWhom === undefined || user === undefined || password === undefined || rest.length > 0)
    return ended(unreadable);
  if (user === '' || password === '') return ended(unreadable);
  if (forWhom !== '' && userName(forWhom) !== userName(user)) return ended(forAnother);
  return { kind: 'credentials', user, password };
}

/** An exchange that has begun. */
export class ServerExchange {
  readonly mechanism: Mechanism;
  #user: string | null = null;

  constructor(mechanism: Mechanism) {
    this.mechanism = mechanism;
  }

  /** Begins with the initial response; the empty string when there was none. */
  begin(initial: string): Step {
    if (initial === '') return this.#ask();
    if (initial.length > longestResponse) return ended(tooLong);
    const text = initial === '=' ? '' : decoded(initial);
    return text === null ? ended(unreadable) : this.#take(text);
  }

  /** Continues with the next line of the client. */
  next(line: string): Step {
    if (line === '*') return ended(givenUp);
    if (line.length > longestResponse) return ended(tooLong);
    const text = decoded(line);
    return text === null ? ended(unreadable) : this.#take(text);
  }

  #ask(): Step {
    switch (this.mechanism) {
      case 'PLAIN':
        return challenge('');
      case 'LOGIN':
        return challenge(this.#user === null ? 'Username:' : 'Password:');
    }
  }

  #take(text: string): Step {
    switch (this.mechanism) {
      case 'PLAIN':
        return plainCredentials(text);
      case 'LOGIN':
        if (text === '' || text.includes('\0')) return ended(unreadable);
        if (this.#user !== null) return { kind: 'credentials', user: this.#user, password: text };
        this.#user = text;
        return this.#ask();
    }
  }
}
