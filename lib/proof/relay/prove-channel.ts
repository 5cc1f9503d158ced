/*
 * Decides for one channel that strangers come in on whether they can relay: finds the paths by which their mail may leave, and
 * searches each for a session that gets through.
 */
import {
  type Channel,
  confirmationOf,
  mayBeSwitchedTo,
  reverseNameUse,
  switchesClients,
} from '../../channel/index.js';
import { auditSetup, decideClient, demandOfAuth, initialChannel } from '../../decide/index.js';
import type { Environment, Lookup } from '../../engine/index.js';
import type { MappingTable } from '../../mapping/index.js';
import {
  channelNamed,
  type EntryPoint,
  facesOutside,
  isSubmission,
  type Policy,
  sessionTls,
  strangerAt,
} from '../../policy/index.js';
import { AddressLanguages } from '../language/address-languages.js';
import { Languages } from '../language/language.js';
import { WorkLimitReached } from '../language/work-limit-reached.js';
import { type FoundWay, type SearchSetting, searchPath } from './path-search.js';
import { type PathQuestion, relayPaths } from './paths.js';
import { type ChannelProof, type Doubt, openWays, type RelayAnswer, type RelayWay } from './relay-proof.js';
import { RouteFinder } from './routes.js';
import { isStrict, type ProofSetting, pathQuestion, searchSetting } from './search-ground.js';
import {
  nameIn,
  reverseNameOf,
  type StrangeClient,
  strangeAddresses,
  strangeName,
} from './switched-clients.js';
import { trySession } from './try-session.js';
import { wayInWords } from './way-words.js';

const mostWays = 20;

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

/** Whether names that are not confirmed switch clients of a channel to others, where strangers are not expected. */
function switchesByAnyName(policy: Policy, initial: Channel): boolean {
  if (!switchesClients(initial) || !reverseNameUse(initial).switches) return false;
  if (confirmationOf(initial) !== 'none' || policy.settings.switchLookup === 'literal') return false;
  return [...policy.reachedByName].some(
    (name) => !facesOutside(policy, name) && mayBeSwitchedTo(channelNamed(policy, name)),
  );
}

/** What tells ways apart. */
function keyOf({ senders, recipients, conditions, entries, allowedAt }: RelayWay): string {
  return JSON.stringify([senders, recipients, conditions, entries, allowedAt]);
}

/** What the searches of one entry point are made with. */
interface SearchGround {
  readonly question: PathQuestion;
  readonly search: SearchSetting;
}

/** Prepares the searches of one entry point. Throws WorkLimitReached. */
export function* groundOf(setting: ProofSetting, entryPoint: EntryPoint): Lookup<SearchGround> {
  const { compiled, newEnvironment, contents, notes, work } = setting;
  const { policy } = compiled;
  const addresses = new AddressLanguages(new Languages(work));
  const shared = { addresses, finder: new RouteFinder(compiled, addresses, contents, notes) };
  const question = yield* pathQuestion(setting, shared, entryPoint.channel, isStrict(policy));
  const client = yield* findStranger(policy, entryPoint, newEnvironment());
  const search: SearchSetting = {
    ...searchSetting(setting, shared, entryPoint, client),
    tls: yield* tlsOf(policy, entryPoint, client, newEnvironment()),
    attempt: (trial) => trySession(policy, trial, newEnvironment),
    mostWays,
    anyAddress: false,
  };
  return { question, search };
}

/** A channel in the making. */
class ChannelSearch {
  readonly #setting: ProofSetting;
  readonly #entryPoint: EntryPoint;
  readonly ways: RelayWay[] = [];
  readonly doubts: Doubt[] = [];

  constructor(setting: ProofSetting, entryPoint: EntryPoint) {
    this.#setting = setting;
    this.#entryPoint = entryPoint;
  }

  #doubt(cause: string, assumed: string, span: Doubt['span'] = null): void {
    if (this.doubts.some((one) => one.cause === cause)) return;
    this.doubts.push({ channel: this.#entryPoint.channel, cause, assumed, span });
  }

  *run(): Lookup<void> {
    const { compiled } = this.#setting;
    const { question, search } = yield* groundOf(this.#setting, this.#entryPoint);
    this.#unmodelled(compiled.policy);
    const { paths, doubts } = relayPaths(question);
    for (const { cause, assumed, span } of doubts) this.#doubt(cause, assumed, span);
    for (const path of paths) {
      const { ways, unsettled } = yield* searchPath(path, search);
      for (const way of ways) this.#way(way, search.tables);
      const [first] = unsettled;
      if (first !== undefined && path.doubt !== null) {
        this.#doubt(path.doubt.cause, path.doubt.assumed, path.doubt.span);
      } else if (first !== undefined) {
        this.#doubt(
          `some sessions towards \`${path.channel}\` could not be settled, the first: ${first}`,
          'that they do not relay',
        );
      }
    }
  }

  #way(way: FoundWay, tables: ReadonlyMap<string, MappingTable>): void {
    const { compiled } = this.#setting;
    const said = wayInWords(this.#entryPoint.channel, way, tables, compiled.policy.settings.access);
    const key = keyOf(said);
    if (!this.ways.some((one) => keyOf(one) === key)) this.ways.push(said);
  }

  /** What is not followed at all. */
  #unmodelled(policy: Policy): void {
    const { settings, channels } = policy;
    const initial = initialChannel(policy, this.#entryPoint.port);
    if (switchesByAnyName(policy, initial)) {
      this.#doubt(
        `\`${initial.name}\` has \`forwardchecknone\`, so that clients are switched by names that anyone can give himself`,
        'that no stranger has such a name',
        initial.span,
      );
    }
    const span = channels.channels.get(this.#entryPoint.channel)?.span ?? null;
    if (!isStrict(policy)) {
      this.#doubt(
        `\`built_in_source_routes\` is \`${settings.builtInSourceRoutes}\``,
        'that no server inside sends on what local parts with routing name',
        span,
      );
    }
    if (settings.sourceRoutes !== 'strip') {
      this.#doubt('`source_routes` is `follow`', 'that no source route leads outside', span);
    }
    if (settings.databases.domain !== null) {
      this.#doubt('the domain database is not followed', 'that no entry of it leads outside', span);
    }
  }
}

function answerOf(search: ChannelSearch, isCut: boolean): RelayAnswer {
  const { ways, doubts } = search;
  if (openWays(search).length > 0) return 'relays';
  if (isCut) return 'not-decided';
  if (doubts.length > 0) return 'cannot-tell';
  return ways.length > 0 ? 'relays' : 'proved';
}

/** Decides one channel; `work` is shared with other channels. */
export function* proveChannel(setting: ProofSetting, entryPoint: EntryPoint): Lookup<ChannelProof> {
  const { policy } = setting.compiled;
  const { channel, port } = entryPoint;
  const submission = isSubmission(port) ? port : null;
  if (demandOfAuth(policy, strangerAt(policy, entryPoint)) !== null) {
    const closed = 'clients have to authenticate';
    return { channel, submission, closed, answer: 'proved', ways: [], doubts: [] };
  }
  const search = new ChannelSearch(setting, entryPoint);
  let isCut = false;
  try {
    yield* search.run();
  } catch (error) {
    if (!(error instanceof WorkLimitReached)) {
      const cause = error instanceof Error ? error.message : String(error);
      search.doubts.push({ channel, cause, assumed: 'that nothing relays', span: null });
    }
    isCut = error instanceof WorkLimitReached;
  }
  const { ways, doubts } = search;
  return { channel, submission, closed: null, answer: answerOf(search, isCut), ways, doubts };
}
