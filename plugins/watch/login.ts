/*
 * Who may see the page and the metrics from elsewhere: a user with a password for the service HTTP, by Basic authentication. A
 * password for DEFAULT does not count, since users of mail have one. Keys are derived one at a time, an address that has failed
 * too often is refused for a while, and a password that was right is not checked again for a minute.
 * Ref: RFC 7617 2
 */
import { createHmac, randomBytes } from 'node:crypto';
import { addressBytes, countedClient, isLoopback } from '../../lib/address/index.js';
import { quotedField } from '../../lib/smtp/index.js';
import {
  type FailureRules,
  isTooMany,
  longestPassword,
  type PasswordAnswer,
  type PasswordJudge,
  type PasswordSource,
} from '../../runtime/passwords/index.js';
import { type Clock, RecentAnswers } from '../../runtime/time/index.js';
import { andThen, type CountsTogether, type FailureCounts } from '../support/index.js';

export const httpService = 'HTTP';

/** What came of a request from elsewhere; only `admitted` is answered with what was asked for. */
export type Admission =
  | { readonly kind: 'admitted' }
  /** There is no password database. */
  | { readonly kind: 'nobody' }
  /** No user and password, or wrong ones. */
  | { readonly kind: 'unknown' }
  /** The address has failed too often. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'failed'; readonly cause: string };

export interface LoginUse {
  readonly clock: Clock;
  readonly judge: PasswordJudge;
  /** The password database; null while there is none. */
  readonly source: () => PasswordSource | null;
  readonly failures: FailureCounts;
  readonly rules: () => FailureRules;
  /** Where failures are counted together with other gateways; null if nowhere. */
  readonly shared: () => CountsTogether | null;
  readonly logFailure: (message: string) => void;
}

interface Credentials {
  readonly user: string;
  readonly password: string;
}

const mostWaiting = 10;
const mostKnown = 100;
const knownMs = 60_000;

/** Reads the value of an Authorization header; null unless it is user and password. */
function readCredentials(authorization: string | undefined): Credentials | null {
  const [, encoded] = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization ?? '') ?? [];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) return null;
  const password = text.slice(colon + 1);
  if (password === '' || Buffer.byteLength(password) > longestPassword) return null;
  return { user: text.slice(0, colon), password };
}

/** The user that an Authorization header names; the empty string for none. */
export function userIn(authorization: string | undefined): string {
  return readCredentials(authorization)?.user ?? '';
}

/**
 * Whose failures count: those of an address count at AUTH too. A proxy on this host is counted apart, or guesses that come through
 * it would keep the mail programs of this host from authenticating.
 */
function guesser(address: string): string {
  const bytes = addressBytes(address);
  const client = countedClient(address);
  return bytes !== null && isLoopback(bytes) ? `page ${client}` : client;
}

/** The records of a source that are for HTTP itself. */
function onlyHttp(source: PasswordSource): PasswordSource {
  return {
    costs: source.costs,
    recordOf: (user) =>
      andThen(source.recordOf(user, httpService), (answer) =>
        answer.kind === 'found' && answer.record.service !== httpService ? { kind: 'absent' } : answer,
      ),
  };
}

export class Login {
  readonly #use: LoginUse;
  readonly #known: RecentAnswers<true>;
  readonly #secret = randomBytes(32);
  #waiting = 0;
  #line: Promise<unknown> = Promise.resolve();

  constructor(use: LoginUse) {
    this.#use = use;
    this.#known = new RecentAnswers(use.clock, mostKnown);
  }

  /** Decides on a request from an address with the value of its Authorization header. Rejects only if no key can be derived. */
  async admit(address: string, authorization: string | undefined): Promise<Admission> {
    const source = this.#use.source();
    if (source === null) return { kind: 'nobody' };
    const credentials = readCredentials(authorization);
    if (credentials === null) return { kind: 'unknown' };
    const key = createHmac('sha256', this.#secret).update(JSON.stringify(credentials)).digest('base64');
    if (this.#known.get(key) === true) return { kind: 'admitted' };
    const admission = await this.#inTurn(() => this.#check(address, source, credentials));
    if (admission.kind === 'admitted') this.#known.keep(key, true, knownMs);
    return admission;
  }

  /** One after the other, so that an address cannot try more passwords at once than it may in all. */
  async #inTurn(check: () => Promise<Admission>): Promise<Admission> {
    if (this.#waiting === mostWaiting) return { kind: 'busy' };
    this.#waiting += 1;
    const made = this.#line.then(check);
    this.#line = made.catch(() => undefined);
    try {
      return await made;
    } finally {
      this.#waiting -= 1;
    }
  }

  async #check(address: string, source: PasswordSource, credentials: Credentials): Promise<Admission> {
    const client = guesser(address);
    const { failures } = this.#use;
    const rules = this.#use.rules();
    const shared = this.#use.shared();
    if (isTooMany(await failures.levelOf(client, rules, shared), rules)) return { kind: 'refused' };
    const { user, password } = credentials;
    const found = await this.#use.judge.examine(onlyHttp(source), user, httpService, password);
    if (found.kind === 'failed') return found;
    const isRepeated = found.kind === 'known wrong';
    const answer: PasswordAnswer = isRepeated ? { kind: 'wrong' } : await found.check();
    switch (answer.kind) {
      case 'good':
        return { kind: 'admitted' };
      case 'failed':
        return answer;
      case 'wrong':
        await failures.add({ client, isRepeated, mostMs: 0 }, rules, shared);
        this.#use.logFailure(
          `wrong password for the page, client=${countedClient(address)} user=${quotedField(user)}`,
        );
        return { kind: 'unknown' };
    }
  }
}
