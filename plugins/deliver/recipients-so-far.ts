/*
 * The recipients of a transaction as far as they were planned. Every RCPT adds one; only that one is decided and planned
 * then, so that a thousand recipients cost a thousand times what one costs. Other plugins may put others in their
 * place: at the end of the list that is seen at once, elsewhere when the message is complete.
 */
import type { Policy } from '../../lib/policy/index.js';
import type { HarakaAddress, HarakaTransaction } from '../haraka/types.js';
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

  /** Takes back whatever is not at the end of the list any more; gives how many of the list are planned. */
  keepTail(list: readonly HarakaAddress[]): number {
    while (this.#planned.length > 0 && this.#planned.at(-1) !== list[this.#planned.length - 1])
      this.#takeBack();
    return this.#planned.length;
  }

  /** The same for changes anywhere in the list. */
  keepAll(list: readonly HarakaAddress[]): number {
    const changed = this.#planned.findIndex((one, index) => one !== list[index]);
    while (changed !== -1 && this.#planned.length > changed) this.#takeBack();
    return this.#planned.length;
  }

  add(address: HarakaAddress, recipient: Recipient): void {
    this.#planned.push(address);
    this.#recipients.push(recipient);
    this.#planner.add(recipient);
  }

  #takeBack(): void {
    this.#planned.pop();
    this.#recipients.pop();
    this.#planner.takeBack();
  }
}

const states = new WeakMap<HarakaTransaction, RecipientsSoFar>();

/** Finds what is planned in a transaction; its policy stays the same. */
export function recipientsSoFar(transaction: HarakaTransaction, policy: Policy): RecipientsSoFar {
  const known = states.get(transaction);
  if (known !== undefined) return known;
  const made = new RecipientsSoFar(policy);
  states.set(transaction, made);
  return made;
}
