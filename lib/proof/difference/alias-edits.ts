/*
 * The aliases that two policies have differently.
 */
import type { CompiledPolicy } from '../../policy/index.js';
import { editsBetween, type NamedEdit, type Valued } from './named-edits.js';

function aliasesOf({ policy }: CompiledPolicy): Valued {
  return new Map(
    [...policy.aliases].map(([name, { addresses, span }]) => [name, { text: addresses.join(', '), span }]),
  );
}

/** Compares aliases, by name. */
export function aliasEdits(before: CompiledPolicy, now: CompiledPolicy): readonly NamedEdit[] {
  return editsBetween(aliasesOf(before), aliasesOf(now));
}
