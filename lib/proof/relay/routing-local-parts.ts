/*
 * Whether mail is accepted whose local part, as it is delivered, names a host to some server, so that the server may send it on
 * to there. Where the stricter built-in entries are in force, they decide about the local part as received, so that only mail
 * counts whose local part a rule or FORWARD made with other text beside that. Where they are not, all mail counts; if the
 * site's own tables refuse it, the entries are not missed.
 * Ref: PMDF 29
 */
import type { Lookup } from '../../engine/index.js';
import type { Language } from '../language/language.js';
import { searchPath } from './path-search.js';
import { relayPaths } from './paths.js';
import type { SearchGround } from './proof-ground.js';
import type { RelayPath } from './relay-path.js';

/** Tells whether some may be: false only if none is, on a path to any channel. Throws WorkLimitReached. */
export function* mayRouteOn({ question, search }: SearchGround, isStrict: boolean): Lookup<boolean> {
  const { addresses, compiled, hosts, received } = question;
  const { languages } = addresses;
  const { anyField } = languages;
  const every = new Set(compiled.policy.channels.channels.keys());
  const { paths, doubts } = relayPaths({
    ...question,
    hosts: { ...hosts, leaving: every, forAll: every, ours: languages.nothing },
  });
  if (doubts.length > 0) return !isStrict;
  const at = (local: Language): Language => languages.joined(local, languages.text('@'), anyField);
  const plain = at(addresses.plainLocalPart());
  const harmless = isStrict ? languages.union([plain, at(received.local)]) : plain;
  const routed = at(addresses.routedLocalPart());
  for (const path of paths) {
    if (isStrict && !path.isLocalMade) continue;
    const last = path.recipients.get(path.last) ?? anyField;
    const rest = languages.difference(last, path.isBare ? languages.union([harmless, routed]) : harmless);
    const narrowed: RelayPath = { ...path, recipients: new Map([...path.recipients, [path.last, rest]]) };
    const { ways, unsettled } = yield* searchPath(narrowed, { ...search, mostWays: 1, anyAddress: true });
    if (ways.length > 0 || unsettled.length > 0) return true;
  }
  return false;
}
