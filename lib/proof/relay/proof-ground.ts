/*
 * What all questions about the mail of strangers share in one policy: languages, rules as they are followed, and for each channel that
 * strangers come in on all that a search for sessions is prepared with. Each is made when it is first asked for.
 */
import { auditSetup, decideClient } from '../../decide/index.js';
import type { Environment, Lookup } from '../../engine/index.js';
import { type EntryPoint, type Policy, sessionTls, strangerAt } from '../../policy/index.js';
import { AddressLanguages } from '../language/address-languages.js';
import { Languages } from '../language/language.js';
import { noNotes } from './allowed-notes.js';
import type { SearchSetting } from './path-search.js';
import type { PathQuestion } from './relay-path.js';
import { RouteFinder } from './routes.js';
import {
  isStrict,
  type ProofSetting,
  pathQuestion,
  type SharedLanguages,
  searchSetting,
} from './search-ground.js';
import {
  nameIn,
  reverseNameOf,
  type StrangeClient,
  strangeAddresses,
  strangeName,
} from './switched-clients.js';
import { trySession } from './try-session.js';

const mostWays = 20;
/** With more terms than this, languages are made anew for the next channel, so that memory is given back. */
const mostShared = 1_000_000;

/** TLS off and on, as far as a stranger on the channel can have it. */
function* tlsOf(
  policy: Policy,
  entryPoint: EntryPoint,
  { address, name }: StrangeClient,
  environment: Environment,
): Lookup<readonly boolean[]> {
  const reverseName = reverseNameOf(name);
  const { server, helo, esmtp, sourceChannel } = strangerAt(policy, entryPoint);
  const client = { address, port: 4000 };
  const found: boolean[] = [];
  for (const tls of [false, true]) {
    if (sessionTls(policy, sourceChannel, tls).awaited) continue;
    const commands = { client, server, reverseName, helo, esmtp, tls, authUser: null };
    const { session } = yield* decideClient(auditSetup(policy, environment), commands);
    if (session.sourceChannel === sourceChannel) found.push(tls);
  }
  return found;
}

/** The address and the name of a stranger who is on the channel. */
function* findStranger(
  policy: Policy,
  entryPoint: EntryPoint,
  environment: Environment,
): Lookup<StrangeClient> {
  const {
    client: usual,
    server,
    reverseName,
    sourceChannel,
    helo,
    esmtp,
    tls,
  } = strangerAt(policy, entryPoint);
  const usualName = nameIn(reverseName);
  for (const name of new Set([usualName, null, strangeName])) {
    for (const address of new Set([usual.address, ...strangeAddresses])) {
      const client = {
        client: { address, port: 4000 },
        server,
        reverseName: reverseNameOf(name),
        helo,
        esmtp,
        tls,
        authUser: null,
      };
      const { session } = yield* decideClient(auditSetup(policy, environment), client);
      if (session.sourceChannel === sourceChannel) return { address, name };
    }
  }
  return { address: usual.address, name: usualName };
}

/** What the searches of one entry point are made with. */
export interface SearchGround {
  readonly question: PathQuestion;
  readonly search: SearchSetting;
}

export class ProofGround {
  readonly setting: ProofSetting;
  #shared: SharedLanguages | null = null;
  readonly #grounds = new Map<string, SearchGround>();

  constructor(setting: ProofSetting) {
    this.setting = setting;
  }

  /** The same where the site allows nothing. */
  get withoutNotes(): ProofGround {
    const { notes } = this.setting;
    return notes.all.length === 0 ? this : new ProofGround({ ...this.setting, notes: noNotes });
  }

  /** Prepares the searches of an entry point. Throws WorkLimitReached. */
  *at(entryPoint: EntryPoint): Lookup<SearchGround> {
    const { channel, port, tls } = entryPoint;
    const key = [channel, port, tls].join(' ');
    if (this.#shared !== null && this.#shared.addresses.languages.size > mostShared) {
      this.#shared = null;
      this.#grounds.clear();
    }
    const known = this.#grounds.get(key);
    if (known !== undefined) return known;
    const made = yield* this.#made(entryPoint);
    this.#grounds.set(key, made);
    return made;
  }

  /** The entry points of a channel that tables can tell from those before them, by their ports or TLS. Throws WorkLimitReached. */
  *toldApart(entryPoints: readonly EntryPoint[]): Lookup<readonly EntryPoint[]> {
    const found: EntryPoint[] = [];
    const tlsKnown = new Set<boolean>();
    for (const entryPoint of entryPoints) {
      const { fields, tls } = (yield* this.at(entryPoint)).search;
      if (found.length > 0 && !fields.has('port') && tls.every((one) => tlsKnown.has(one))) continue;
      for (const one of tls) tlsKnown.add(one);
      found.push(entryPoint);
    }
    return found;
  }

  *#made(entryPoint: EntryPoint): Lookup<SearchGround> {
    const { compiled, newEnvironment } = this.setting;
    const { policy } = compiled;
    this.#shared ??= sharedLanguages(this.setting);
    const shared = this.#shared;
    const question = yield* pathQuestion(this.setting, shared, entryPoint.channel, isStrict(policy));
    const client = yield* findStranger(policy, entryPoint, newEnvironment());
    const search: SearchSetting = {
      ...searchSetting(this.setting, shared, entryPoint, client),
      tls: yield* tlsOf(policy, entryPoint, client, newEnvironment()),
      attempt: (trial) => trySession(policy, trial, newEnvironment),
      mostWays,
      anyAddress: false,
    };
    return { question, search };
  }
}

function sharedLanguages({ compiled, contents, notes, work }: ProofSetting): SharedLanguages {
  const addresses = new AddressLanguages(new Languages(work));
  return { addresses, finder: new RouteFinder(compiled, addresses, contents, notes) };
}
