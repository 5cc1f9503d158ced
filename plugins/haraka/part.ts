/*
 * Undocumented parts of Haraka: where each is, and what has to be there for the plugins to rely on it.
 */
import type { HarakaPlugin } from './types.js';

/** The Haraka whose source was read for everything in this folder. */
export const harakaRead = 'Haraka 3.3.4';

function memberAt(value: unknown, path: string): unknown {
  let found = value;
  for (const name of path.split('.')) {
    if ((typeof found !== 'object' || found === null) && typeof found !== 'function') return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}

/** Whether a value is an object with functions of these names, its own or inherited. */
export function hasFunctions(value: unknown, names: readonly string[]): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof Reflect.get(value, name) === 'function')
  );
}

/** One part of Haraka, of type T where all its members are there. */
export class Part<T extends object> {
  readonly #module: string;
  readonly #path: string;
  /** What each member is, by its path in the part. */
  readonly #members: ReadonlyMap<string, string>;

  /**
   * `path` leads from the exports of the module to the part; the empty string is the module itself. Members may be nested:
   * `delivery_queue.push`.
   */
  constructor(
    module: string,
    path: string,
    functions: readonly string[],
    others: Readonly<Record<string, 'object' | 'string' | 'boolean'>> = {},
  ) {
    this.#module = module;
    this.#path = path;
    this.#members = new Map([
      ...functions.map((name) => [name, 'function'] as const),
      ...Object.entries(others),
    ]);
  }

  /** The names of the members that this Haraka lacks. */
  missing(plugin: HarakaPlugin): string[] {
    const part = this.#find(plugin);
    const name = [this.#module, this.#path].filter(Boolean).join('.');
    return [...this.#members]
      .filter(([path, type]) => typeof memberAt(part, path) !== type)
      .map(([path]) => `${name}.${path}`);
  }

  /** Gives the part; throws with the missing members. */
  in(plugin: HarakaPlugin): T {
    const part = this.#find(plugin);
    if (this.#isWhole(part)) return part;
    throw new Error(missingText(plugin, this.missing(plugin)));
  }

  #isWhole(part: unknown): part is T {
    return [...this.#members].every(([path, type]) => typeof memberAt(part, path) === type);
  }

  #find(plugin: HarakaPlugin): unknown {
    let module: unknown;
    try {
      module = plugin.haraka_require(this.#module);
    } catch {
      return undefined;
    }
    return this.#path === '' ? module : memberAt(module, this.#path);
  }
}

/** What to say of missing members. */
export function missingText({ name }: HarakaPlugin, members: readonly string[]): string {
  return (
    `${name} relies on undocumented parts of ${harakaRead} that this Haraka does not have: ` +
    `${members.join(', ')}; use Haraka 3.3, or remove ${name} from config/plugins`
  );
}
