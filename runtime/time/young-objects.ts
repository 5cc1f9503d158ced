/*
 * Collection of the young objects. V8 waits until there are up to 16 MB of them, and then copies those that are still in
 * use in one pause. Of work that keeps nearly all that it makes, such as a compilation, that is a pause of 20 ms and
 * more; collected now and then, the same objects take many pauses of a few milliseconds.
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
