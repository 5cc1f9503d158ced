/*
 * Collection of the young objects. V8 waits until there are up to 16 MB of them, and then copies those that are still in
 * use in one pause. A compilation keeps much of what it makes: of a policy with 10 000 rules and 100 000 entries up to 9 MB are
 * copied at once, a pause of 20 ms and more; collected now and then, at most 4 MB.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = () => void;

/** V8's collector of young objects; does nothing where there is none. */
function makeCollect(): Collect {
  setFlagsFromString('--expose-gc');
  const collector: unknown = runInNewContext('globalThis.gc');
  setFlagsFromString('--no-expose-gc');
  return typeof collector === 'function' ? () => void collector({ type: 'minor' }) : () => undefined;
}

let collect: Collect | null = null;

/** Collects the young objects of this thread. */
export function collectYoung(): void {
  collect ??= makeCollect();
  collect();
}
