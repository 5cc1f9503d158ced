/*
 * Whether something of Haraka's is what we know.
 */

/** Tells whether a value is an object with functions of these names, its own or inherited. */
export function hasFunctions(value: unknown, names: readonly string[]): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof Reflect.get(value, name) === 'function')
  );
}
