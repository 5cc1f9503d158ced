/*
 * Answers the requests of the engine: databases by name, sequence files. What is not configured is `failed`,
 * since whoever wrote the rule that asks meant something to be there.
 */
import { releaseBars } from '../../lib/address/index.js';
import { type DatabaseName, failed, type LookupAnswer, type LookupRequest } from '../../lib/engine/index.js';
import type { Clock } from '../time/index.js';
import { type AsyncDatabase, type Database, lookUp } from './database.js';
import { RemoteAnswers, type RemoteLimits } from './remote-answers.js';
import type { SequenceFiles } from './sequence-files.js';

/** Whoever answers the engine's requests; `answer` neither throws nor rejects. */
export interface Answers {
  /** Tells whether a request is answered at once. */
  isEmbedded(request: LookupRequest): boolean;
  answer(request: LookupRequest): LookupAnswer | Promise<LookupAnswer>;
}

/** What the answers come from. */
export interface AnswerSources {
  readonly databases: ReadonlyMap<DatabaseName, Database | AsyncDatabase>;
  /** Null where nothing may count. */
  readonly sequences: SequenceFiles | null;
  readonly limits: RemoteLimits;
  readonly clock: Clock;
}

/** Makes the answers of one configuration. */
export function answerRequests(sources: AnswerSources): Answers {
  const { clock, limits, sequences } = sources;
  const remote = new Map<DatabaseName, RemoteAnswers>();
  const embedded = new Map<DatabaseName, Database>();
  for (const [name, database] of sources.databases) {
    if (database.kind === 'embedded') embedded.set(name, database);
    else remote.set(name, new RemoteAnswers(`the ${name} database`, database, clock, limits));
  }

  function answer(request: LookupRequest): LookupAnswer | Promise<LookupAnswer> {
    switch (request.kind) {
      case 'database': {
        const key = releaseBars(request.key);
        const asked = embedded.get(request.database) ?? remote.get(request.database);
        if (asked === undefined) return failed(`no ${request.database} database is configured`);
        return lookUp(asked, key);
      }
      case 'sequence':
        return sequences?.next(request) ?? failed('no folder for sequence files is configured');
    }
  }

  return {
    answer,
    isEmbedded: (request) => request.kind === 'sequence' || !remote.has(request.database),
  };
}
