/*
 * Answers the requests of the engine. A database that is not configured is `failed`, not `absent`: the rule that asks
 * for it expects it to exist.
 */
import { releaseBars } from '../../lib/address/index.js';
import {
  type AnyAnswer,
  type DatabaseName,
  type EntriesAnswer,
  type Eventual,
  failed,
  found,
  type LdapSearch,
  type LookupRequest,
} from '../../lib/engine/index.js';
import { type Database, lookUp } from './database.js';
import type { SequenceFiles } from './sequence-files.js';

/** Answers one request; never throws or rejects. */
export type Answer = (request: LookupRequest) => Eventual<AnyAnswer>;

/** Searches at the servers for LDAP URLs; never throws or rejects. */
export type SearchDirectory = (search: LdapSearch) => Eventual<EntriesAnswer>;

const never: Promise<never> = new Promise(() => undefined);

/** Answers no search, where nothing may connect. */
export const unaskedSearch: SearchDirectory = () => never;

/** Answers one request at once. */
export type AnswerNow = (request: LookupRequest) => AnyAnswer;

/**
 * Makes the answers of one configuration. Without sequence files every number is 0: what only looks at a
 * configuration must not advance the counters of the gateway.
 */
export function answerRequests(
  databases: ReadonlyMap<DatabaseName, Database>,
  sequences: SequenceFiles | null,
  search: SearchDirectory | null,
): Answer {
  return (request) => {
    switch (request.kind) {
      case 'database': {
        const database = databases.get(request.database);
        if (database === undefined) return failed(`no ${request.database} database is configured`);
        return lookUp(database, releaseBars(request.key));
      }
      case 'sequence':
        return sequences?.next(request) ?? found('0');
      case 'directory':
        return failed(`no directory is configured for ${request.domain}`);
      case 'ldap':
        if (search === null || request.channel !== null) return failed('no LDAP server is configured');
        return search(request.search);
    }
  };
}

/**
 * Makes answers for what only examines a configuration, and connects to no server: what would have to be asked
 * of one is answered with `instead`.
 */
export function answerAtOnce(answer: Answer, instead: AnyAnswer): AnswerNow {
  return (request) => {
    const given = answer(request);
    return given instanceof Promise ? instead : given;
  };
}
