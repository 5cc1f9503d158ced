/*
 * The recipients of a transaction as far as they were planned. Every RCPT adds one, and only that one is decided on and planned,
 * so that a thousand recipients cost a thousand times one. Other plugins may replace recipients: at the end of the list that is
 * noticed at once, elsewhere when the message is complete.
 */
import type { Policy } from '../../lib/policy/index.js';
import type { HarakaAddress, HarakaTransaction } from '../haraka/index.js';
import { Planner, type Recipient } from './plan.js';

/** What is planned, and for whom. */
export class RecipientsSoFar {
  readonly #planner: Planner;
  readonly #planned: HarakaAddress[] = [];
  readonly #recipients: Recipient[] = [];

  constructor(policy: Policy) {
    this.#planner = new Planner(policy);
  }

  get recipients(): readonly Recipient[] {
    return this.#recipients;
  }

  get planner(): Pick<Planner, 'plan' | 'conflict' | 'latest'> {
    return this.#planner;
  }

  /** Removes what no longer matches the list at its end; returns how many of the list are planned. */
  keepTail(list: readonly HarakaAddress[]): number {
    while (this.#planned.length > 0 && this.#planned.at(-1) !== list[this.#planned.length - 1])
      this.#removeLast();
    return this.#planned.length;
  }

  /** Removes everything from the first change in the list on; returns how many of the list are planned. */
  keepAll(list: readonly HarakaAddress[]): number {
    const changed = this.#planned.findIndex((one, index) => one !== list[index]);
    while (changed !== -1 && this.#planned.length > changed) this.#removeLast();
    return this.#planned.length;
  }

  add(address: HarakaAddress, recipient: Recipient): void {
    this.#planned.push(address);
    this.#recipients.push(recipient);
    this.#planner.add(recipient);
  }

  #removeLast(): void {
    this.#planned.pop();
    this.#recipients.pop();
    this.#planner.removeLast();
  }
}

const states = new WeakMap<HarakaTransaction, RecipientsSoFar>();

/** What is planned in a transaction; its policy stays the same. */
export function recipientsSoFar(transaction: HarakaTransaction, policy: Policy): RecipientsSoFar {
  const known = states.get(transaction);
  if (known !== undefined) return known;
  const made = new RecipientsSoFar(policy);
  states.set(transaction, made);
  return made;
}
