/*
 * The arguments of the benchmark.
 */
import { usualCount } from './stores/addresses.js';

export interface BenchArguments {
  /** The tables to measure; empty for all. */
  readonly names: readonly string[];
  /** The number of forwarded addresses of the table `stores`. */
  readonly addresses: number;
  readonly json: boolean;
  readonly plot: boolean;
  readonly readme: boolean;
  readonly docs: boolean;
}

/** What is wrong with the arguments, as a sentence. */
export class WrongArgument extends Error {}

const options: readonly string[] = ['--json', '--plot', '--readme', '--docs'];

/** Reads the arguments; `known` are the names of all tables. Throws WrongArgument. */
export function readArguments(args: readonly string[], known: readonly string[]): BenchArguments {
  const names: string[] = [];
  let addresses = usualCount;
  const given = new Set<string>();
  for (const arg of args) {
    const [, count] = /^--addresses=([1-9][0-9]{0,7})$/.exec(arg) ?? [];
    if (count !== undefined) addresses = Number(count);
    else if (options.includes(arg)) given.add(arg);
    else if (known.includes(arg)) names.push(arg);
    else if (arg.startsWith('--')) {
      throw new WrongArgument(
        `there is no option ${arg}; there are: ${['--addresses=N', ...options].join(', ')}`,
      );
    } else throw new WrongArgument(`there is no table ${arg}; there are: ${known.join(', ')}`);
  }
  return {
    names,
    addresses,
    json: given.has('--json'),
    plot: given.has('--plot'),
    readme: given.has('--readme'),
    docs: given.has('--docs'),
  };
}
