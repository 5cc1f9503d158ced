/*
 * Whether a password is right. Every check derives one key, at a cost that users have, whether the user exists or not, so its
 * time reveals nothing. Wrong passwords are remembered as keyed hashes while the record of the user stays the same.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { type Clock, RecentAnswers, systemClock } from '../time/index.js';
import {
  type Derive,
  deriveKey,
  impossibleHash,
  isPassword,
  type PasswordHash,
  presentCost,
  printHash,
} from './password-hash.js';
import { type PasswordRecord, userName } from './password-records.js';
import type { PasswordSource, RecordAnswer } from './password-source.js';

/** The user as spelled in the database, or that name or password is wrong, or that it cannot be verified. */
export type PasswordAnswer =
  | { readonly kind: 'good'; readonly user: string }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'failed'; readonly cause: string };

/** What is known of a password before a key is derived. */
export type PasswordCase =
  /** It was found wrong for the record that counts now. */
  | { readonly kind: 'known wrong' }
  | { readonly kind: 'failed'; readonly cause: string }
  /** `check` derives a key; it rejects only if none can be derived. */
  | { readonly kind: 'open'; readonly check: () => Promise<PasswordAnswer> };

export interface JudgeOptions {
  /** Derives keys; called once per check. */
  readonly derive?: Derive;
  readonly clock?: Clock;
}

/** How many wrong passwords are remembered, and for how long. */
const mostWrong = 20_000;
const wrongMs = 24 * 60 * 60 * 1000;

const absent: RecordAnswer = { kind: 'absent' };

export class PasswordJudge {
  readonly #derive: Derive;
  readonly #secret = randomBytes(32);
  readonly #wrong: RecentAnswers<true>;

  constructor({ derive = deriveKey, clock = systemClock }: JudgeOptions = {}) {
    this.#derive = derive;
    this.#wrong = new RecentAnswers(clock, mostWrong);
  }

  /** Looks up what a password of a user for a service is checked with. Never rejects. */
  async examine(
    source: PasswordSource,
    written: string,
    service: string,
    password: string,
  ): Promise<PasswordCase> {
    const user = userName(written);
    const answer = user === null ? absent : await source.recordOf(user, service);
    if (answer.kind === 'failed') return answer;
    const record = answer.kind === 'found' ? answer.record : null;
    const fingerprint = this.#fingerprint(written, record, password);
    if (this.#wrong.get(fingerprint) === true) return { kind: 'known wrong' };
    const hash = record?.hash ?? this.#hashOfNobody(source, written);
    return {
      kind: 'open',
      check: async () => {
        const isRight = await isPassword(hash, password, this.#derive);
        if (isRight && record !== null) return { kind: 'good', user: record.user };
        this.#wrong.keep(fingerprint, true, wrongMs);
        return { kind: 'wrong' };
      },
    };
  }

  /** Identifies a guess without storing the password. */
  #fingerprint(written: string, record: PasswordRecord | null, password: string): string {
    const parts = [userName(written) ?? written, record === null ? null : printHash(record.hash), password];
    return createHmac('sha256', this.#secret).update(JSON.stringify(parts)).digest('base64');
  }

  /** A hash with the cost of some user's, always the same for one name. */
  #hashOfNobody({ costs }: PasswordSource, written: string): PasswordHash {
    const digest = createHmac('sha256', this.#secret).update(written).digest();
    return impossibleHash(costs[digest.readUInt32BE(0) % costs.length] ?? presentCost);
  }
}
