/*
 * Options of PMDF's commands that nothing here answers to: some change nothing that could be seen and are noted, others
 * would change the answer and are refused. Which, and why, is said once, in these rows.
 */
import type { Arguments, Option } from './arguments.js';
import { UsageError } from './usage-error.js';

/** An option of PMDF's without a meaning here. */
export interface PmdfOnly {
  /** As PMDF spells it: `image_file`. */
  readonly name: string;
  readonly takes: 'nothing' | 'perhaps a word' | 'a word';
  /** Whether there is a form with `no` in front. */
  readonly hasNo: boolean;
  readonly isRefused: boolean;
  /** Why, as the end of a sentence. */
  readonly why: string;
}

function optionNamed(name: string): string {
  return name.replaceAll('_', '-');
}

/** The rows as options that a command line may hold. */
export function pmdfOnlyOptions(rows: readonly PmdfOnly[]): Option[] {
  return rows.flatMap(({ name, takes, hasNo, why }) => {
    const help = `PMDF's; ${why}`;
    const named: Option = { name: optionNamed(name), takes, value: 'VALUE', help };
    return hasNo
      ? [named, { name: `no${named.name}`, takes: 'nothing', help: `PMDF's; as \`-${name}\`` }]
      : [named];
  });
}

/** Notes for the options that were given and change nothing. Throws UsageError for one that is refused. */
export function noteOptions(given: Arguments, rows: readonly PmdfOnly[]): string[] {
  return rows.flatMap(({ name, isRefused, why }) => {
    const option = optionNamed(name);
    const no = given.flags.has(`no${option}`) ? 'no' : '';
    if (no === '' && !given.flags.has(option) && !given.values.has(option)) return [];
    if (isRefused) throw new UsageError(`\`-${no}${name}\` is not supported: ${why}`);
    return [`pmdf: \`-${no}${name}\` changes nothing here: ${why}`];
  });
}
