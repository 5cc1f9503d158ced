/*
 * Text that is put together from parts of an address and fixed text, as most templates and nearly all keys are.
 * Ref: PMDF 2.2.6
 */
import type { StepBudget } from '../engine/index.js';
import { type Failure, skipped, tooLong } from './rule-result.js';
import { type AddressItem, type AddressParts, substitute } from './substitute.js';

/** Fixed text, and parts of the address, in order. */
export type AddressText = readonly (string | AddressItem)[];

/** Makes the text for an address, which must not be longer than `most`; each item is a step. */
export function textOf(
  items: AddressText,
  address: AddressParts,
  most: number,
  budget: StepBudget,
): string | Failure {
  let made = '';
  for (const item of items) {
    budget.spend(1, 'rewriting');
    const text = typeof item === 'string' ? item : substitute(item, address);
    if (text === undefined) return skipped('the host has no such label');
    made += text;
    if (made.length > most) return tooLong();
  }
  return made;
}
