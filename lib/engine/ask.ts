/*
 * One look-up with its trace event, for each kind of answer.
 */
import type { Environment } from './environment.js';
import {
  type AnyAnswer,
  type EntriesAnswer,
  failed,
  type Lookup,
  type LookupAnswer,
  type LookupRequest,
  type ValuesAnswer,
} from './lookup.js';

type Asking<K extends LookupRequest['kind']> = Extract<LookupRequest, { kind: K }>;

function trace(environment: Environment, request: LookupRequest, answer: AnyAnswer): void {
  environment.trace?.({ kind: 'lookup', request, answer });
}

/** Asks for one value, with its trace event. */
export function* ask(
  request: Asking<
    | 'database'
    | 'sequence'
    | 'host'
    | 'host-name'
    | 'mail-domain'
    | 'dns-list'
    | 'site-routine'
    | 'spf'
    | 'counter'
  >,
  environment: Environment,
): Lookup<LookupAnswer> {
  const answer = yield request;
  trace(environment, request, answer);
  return answer.kind === 'values' || answer.kind === 'entries' ? failed('an answer of a wrong kind') : answer;
}

/** Asks for all values of a key of a directory database, with its trace event. */
export function* askValues(request: Asking<'directory'>, environment: Environment): Lookup<ValuesAnswer> {
  const answer = yield request;
  trace(environment, request, answer);
  return answer.kind === 'found' || answer.kind === 'entries' ? failed('an answer of a wrong kind') : answer;
}

/** Searches a directory, with its trace event. */
export function* askEntries(request: Asking<'ldap'>, environment: Environment): Lookup<EntriesAnswer> {
  const answer = yield request;
  trace(environment, request, answer);
  return answer.kind === 'found' || answer.kind === 'values' ? failed('an answer of a wrong kind') : answer;
}
