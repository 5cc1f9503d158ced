/*
 * The functions of the site under one configuration, by the name of their image.
 */
import { failed, type LookupAnswer } from '../../lib/engine/index.js';
import type { Clock } from '../time/index.js';
import type { RoutineSource } from './check-routines.js';
import { FileThread } from './file-thread.js';

export class SiteRoutines {
  readonly #threads: ReadonlyMap<string, FileThread>;

  constructor(sources: ReadonlyMap<string, RoutineSource>, clock: Clock) {
    this.#threads = new Map(
      [...sources].map(([image, { path, source }]) => [image, new FileThread(path, source.text, clock)]),
    );
  }

  /** Calls a function; never rejects. A call that fails or takes too long answers `failed`. */
  async call(image: string, name: string, argument: string): Promise<LookupAnswer> {
    const thread = this.#threads.get(image);
    const answer =
      (await thread?.call(name, argument)) ?? failed('the settings name no file for it under `routines`');
    return answer.kind === 'failed' ? failed(`the routine ${image},${name} failed: ${answer.cause}`) : answer;
  }

  close(): void {
    for (const thread of this.#threads.values()) thread.close();
  }
}
