/*
 * What a directory answers in a vector: `answer` is a value, null for nothing, or `timeout`.
 */
import { absent, type EntriesAnswer, failed, type LookupRequest } from '../../../lib/engine/lookup.js';

type LdapRequest = Extract<LookupRequest, { kind: 'ldap' }>;

/** A directory with one answer; every search is added to `asked`. */
export function directoryWith(
  answer: string | null,
  asked: string[],
): (request: LdapRequest) => EntriesAnswer {
  return ({ search }) => {
    asked.push(search.filter);
    if (answer === null) return absent;
    if (answer === 'timeout') return failed('no answer in time');
    const entry = new Map([[(search.attributes[0] ?? '').toLowerCase(), [answer]]]);
    return { kind: 'entries', isCut: false, entries: [entry] };
  };
}
