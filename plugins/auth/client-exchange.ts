/*
 * One AUTH exchange as client: our lines to the server.
 *   PLAIN      NUL user NUL password, with the command where that stays short
 *   LOGIN      user, then password
 *   CRAM-MD5   user and the keyed digest of the server's challenge
 * Ref: RFC 4954 4; RFC 4616 2; RFC 2195 2; draft-murchison-sasl-login
 */
import { createHmac } from 'node:crypto';
import type { Credentials, SaslMechanism } from '../../lib/tls/index.js';

/** The longest command with a response in it, in octets, line end included. Ref: RFC 4954 4 */
const longestCommand = 512;

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

type Response = (challenge: string) => string;

function responsesOf(mechanism: SaslMechanism, { user, password }: Credentials): Response[] {
  switch (mechanism) {
    case 'PLAIN':
      return [() => base64(`\0${user}\0${password.reveal()}`)];
    case 'LOGIN':
      return [() => base64(user), () => base64(password.reveal())];
    case 'CRAM-MD5':
      return [
        (challenge) => {
          const digest = createHmac('md5', password.reveal()).update(Buffer.from(challenge, 'base64'));
          return base64(`${user} ${digest.digest('hex')}`);
        },
      ];
  }
}

export class ClientExchange {
  readonly command: string;
  readonly #password: string;
  readonly #responses: Response[];
  readonly #said: string[] = [];
  #hasCancelled = false;

  constructor(mechanism: SaslMechanism, credentials: Credentials) {
    this.#password = credentials.password.reveal();
    this.#responses = responsesOf(mechanism, credentials);
    const bare = `AUTH ${mechanism}`;
    const initial = mechanism === 'PLAIN' ? `${bare} ${this.#next('')}` : bare;
    const isShort = initial.length + 2 <= longestCommand;
    this.command = isShort ? initial : bare;
    if (!isShort) for (const one of responsesOf(mechanism, credentials)) this.#responses.push(one);
  }

  #next(challenge: string): string | undefined {
    const said = this.#responses.shift()?.(challenge);
    if (said !== undefined) this.#said.push(said);
    return said;
  }

  /**
   * The response to a challenge of the server: `*`, which cancels, where the mechanism has no further response, and null where
   * that was sent already. Throws when the digest cannot be made.
   */
  respond(challenge: string): string | null {
    const said = this.#next(challenge);
    if (said !== undefined) return said;
    if (this.#hasCancelled) return null;
    this.#hasCancelled = true;
    return '*';
  }

  /** A reply of the server for logs: without its text where that repeats a secret. */
  quoted(reply: string): string {
    return this.repeatsSecret(reply) ? reply.slice(0, 3) : reply;
  }

  /** Whether a line of the server repeats the password or a response. */
  repeatsSecret(line: string): boolean {
    return [this.#password, ...this.#said].some((one) => line.includes(one));
  }
}
