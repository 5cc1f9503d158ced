/*
 * Answers the requests of the engine. A database that is not configured is `failed`, not `absent`: the rule that asks
 * for it expects it to exist.
 */
import { releaseBars } from '../../lib/address/index.js';
import {
  type AnyAnswer,
  absent,
  type DatabaseName,
  type EntriesAnswer,
  type Eventual,
  failed,
  found,
  type LdapSearch,
  type LookupAnswer,
  type LookupRequest,
} from '../../lib/engine/index.js';
import { type Database, type DirectoryDatabase, lookUp } from './database.js';
import type { SequenceFiles } from './sequence-files.js';

/** The databases of directory channels: by channel, then by pseudo domain, folded. */
export type DirectoryDatabases = ReadonlyMap<string, ReadonlyMap<string, DirectoryDatabase>>;

/** One more than the candidates that a sender is shown. */
const mostValues = 51;

/** Answers one request; never throws or rejects. */
export type Answer = (request: LookupRequest) => Eventual<AnyAnswer>;

/** Searches at the servers for LDAP URLs; never throws or rejects. */
export type SearchDirectory = (search: LdapSearch) => Eventual<EntriesAnswer>;

/** What routines of mapping tables, and keywords such as `mailfromdnsverify`, ask. */
export type RoutineRequest = Extract<
  LookupRequest,
  { kind: 'host' | 'host-name' | 'mail-domain' | 'dns-list' | 'site-routine' | 'spf' | 'counter' }
>;

/** Answers what routines ask; never throws or rejects. */
export type AnswerRoutine = (request: RoutineRequest) => Eventual<LookupAnswer>;

/**
 * Answers where nothing is counted, nothing connects and no code of the site runs: every host and domain exists, nobody is on a list
 * or over a limit; the name of an address, and what a function of the site says, are not known.
 */
export const unaskedRoutines: AnswerRoutine = (request) => {
  switch (request.kind) {
    case 'host':
    case 'mail-domain':
      return found(request.name);
    case 'dns-list':
    case 'counter':
    case 'spf':
      return absent;
    case 'host-name':
      return failed('commands ask no name server');
    case 'site-routine':
      return failed('commands do not run the routines of the site');
  }
};

/** What the answers of a configuration are taken from. */
export interface AnswerSources {
  readonly databases: ReadonlyMap<DatabaseName, Database>;
  readonly directories: DirectoryDatabases;
  /** By directory channel; null for the servers of LDAP URLs. */
  readonly searches: ReadonlyMap<string | null, SearchDirectory>;
}

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
  { databases, directories, searches }: AnswerSources,
  sequences: SequenceFiles | null,
  routines: AnswerRoutine = unaskedRoutines,
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
        return (
          directories.get(request.channel)?.get(request.domain)?.values(request.key, mostValues) ??
          failed(`no directory database is configured for ${request.domain}`)
        );
      case 'ldap':
        return searches.get(request.channel)?.(request.search) ?? failed('no LDAP server is configured');
      case 'host':
      case 'host-name':
      case 'mail-domain':
      case 'dns-list':
      case 'site-routine':
      case 'spf':
      case 'counter':
        return routines(request);
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
