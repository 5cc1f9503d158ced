/*
 * Options of PMDF's commands without a counterpart here. Those that would not change the output are accepted with a note;
 * those that would are refused.
 */
import { type Arguments, flagOption, type Option } from './arguments.js';
import { UsageError } from './usage-error.js';

/** An option of PMDF without a counterpart here. */
export interface PmdfOnly {
  /** In PMDF's spelling: `image_file`. */
  readonly name: string;
  readonly takes: 'nothing' | 'perhaps a word' | 'a word';
  /** Whether there is a form with the prefix `no`. */
  readonly hasNo: boolean;
  readonly isRefused: boolean;
  /** The reason, as the end of a sentence. */
  readonly why: string;
}

/** An option that has no effect here, with or without `no`. */
export function ignored(name: string, takes: PmdfOnly['takes'], why: string): PmdfOnly {
  return { name, takes, hasNo: true, isRefused: false, why };
}

function optionNamed(name: string): string {
  return name.replaceAll('_', '-');
}

/** The rows as options of a command line. */
export function pmdfOnlyOptions(rows: readonly PmdfOnly[]): Option[] {
  return rows.flatMap(({ name, takes, hasNo, isRefused, why }) => {
    const help = `${isRefused ? 'not supported' : 'no effect'}: ${why}`;
    const named: Option = { name: optionNamed(name), takes, value: 'VALUE', help };
    return hasNo ? [named, flagOption(`no${named.name}`, `as \`-${name}\``)] : [named];
  });
}

/** The notes for the options that were given. Throws UsageError for one that is refused. */
export function noteOptions(given: Arguments, rows: readonly PmdfOnly[]): string[] {
  return rows.flatMap(({ name, isRefused, why }) => {
    const option = optionNamed(name);
    const no = given.flags.has(`no${option}`) ? 'no' : '';
    if (no === '' && !given.flags.has(option) && !given.values.has(option)) return [];
    if (isRefused) throw new UsageError(`\`-${no}${name}\` is not supported: ${why}`);
    return [`pmdf: \`-${no}${name}\` has no effect: ${why}`];
  });
}
