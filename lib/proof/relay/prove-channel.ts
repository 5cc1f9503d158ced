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
import { demandOfAuth, initialChannel } from '../../decide/index.js';
import type { Lookup } from '../../engine/index.js';
import type { MappingTable } from '../../mapping/index.js';
import {
  channelNamed,
  type EntryPoint,
  facesOutside,
  isSubmission,
  type Policy,
  strangerAt,
} from '../../policy/index.js';
import { WorkLimitReached } from '../language/work-limit-reached.js';
import { type FoundWay, searchPath } from './path-search.js';
import { relayPaths } from './paths.js';
import type { ProofGround } from './proof-ground.js';
import { type ChannelProof, type Doubt, openWays, type RelayAnswer, type RelayWay } from './relay-proof.js';
import { mayRouteOn } from './routing-local-parts.js';
import { isStrict } from './search-ground.js';
import { wayInWords } from './way-words.js';

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

/** A channel in the making. */
class ChannelSearch {
  readonly #ground: ProofGround;
  readonly #entryPoints: readonly EntryPoint[];
  readonly #channel: string;
  readonly ways: RelayWay[] = [];
  readonly doubts: Doubt[] = [];

  constructor(ground: ProofGround, channel: string, entryPoints: readonly EntryPoint[]) {
    this.#ground = ground;
    this.#channel = channel;
    this.#entryPoints = entryPoints;
  }

  #doubt(cause: string, assumed: string, span: Doubt['span'] = null): void {
    if (this.doubts.some((one) => one.cause === cause)) return;
    this.doubts.push({ channel: this.#channel, cause, assumed, span });
  }

  *run(): Lookup<void> {
    for (const entryPoint of yield* this.#ground.toldApart(this.#entryPoints)) yield* this.#runAt(entryPoint);
  }

  *#runAt(entryPoint: EntryPoint): Lookup<void> {
    const { compiled } = this.#ground.setting;
    const ground = yield* this.#ground.at(entryPoint);
    const { question, search } = ground;
    this.#unmodelled(compiled.policy, entryPoint);
    const { paths, doubts, makesLocalParts } = relayPaths(question);
    for (const { cause, assumed, span } of doubts) this.#doubt(cause, assumed, span);
    for (const path of paths) {
      const { ways, unsettled } = yield* searchPath(path, search);
      for (const way of ways) this.#way(way, search.tables);
      const [first] = unsettled;
      if (first !== undefined && path.doubt !== null) {
        this.#doubt(path.doubt.cause, path.doubt.assumed, path.doubt.span);
      } else if (first !== undefined && path.consultations.some(({ from }) => from === 'reversed')) {
        this.#doubt(
          'entries for later passes are for some senders, and see them reversed',
          'that they let out no mail of a sender that becomes one of these',
        );
      } else if (first !== undefined) {
        this.#doubt(
          `some sessions towards \`${path.channel}\` could not be settled, the first: ${first}`,
          'that they do not relay',
        );
      }
    }
    const strict = isStrict(compiled.policy);
    // Beside a way that is open it is not worth its work.
    const isNeeded = !strict || (makesLocalParts && openWays(this).length === 0);
    if (isNeeded && (yield* mayRouteOn(ground, strict))) {
      this.#doubt(
        strict
          ? 'a rule or FORWARD puts text beside local parts, so that they may name hosts'
          : `\`built_in_source_routes\` is \`${compiled.policy.settings.builtInSourceRoutes}\``,
        'that no server inside sends on what local parts with routing name',
        compiled.policy.channels.channels.get(this.#channel)?.span ?? null,
      );
    }
  }

  #way(way: FoundWay, tables: ReadonlyMap<string, MappingTable>): void {
    const { compiled } = this.#ground.setting;
    const said = wayInWords(this.#channel, way, tables, compiled.policy.settings.access);
    const key = keyOf(said);
    if (!this.ways.some((one) => keyOf(one) === key)) this.ways.push(said);
  }

  /** What is not followed at all. */
  #unmodelled(policy: Policy, { port }: EntryPoint): void {
    const { settings, channels } = policy;
    const initial = initialChannel(policy, port);
    if (switchesByAnyName(policy, initial)) {
      this.#doubt(
        `\`${initial.name}\` has \`forwardchecknone\`, so that clients are switched by names that anyone can give himself`,
        'that no stranger has such a name',
        initial.span,
      );
    }
    const span = channels.channels.get(this.#channel)?.span ?? null;
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

/** Decides one channel by all of its entry points. */
export function* proveChannel(
  ground: ProofGround,
  entryPoints: readonly [EntryPoint, ...EntryPoint[]],
): Lookup<ChannelProof> {
  const { policy } = ground.setting.compiled;
  const [first] = entryPoints;
  const { channel, port } = first;
  const submission = isSubmission(port) ? port : null;
  if (demandOfAuth(policy, strangerAt(policy, first)) !== null) {
    const closed = 'clients have to authenticate';
    return { channel, submission, closed, answer: 'proved', ways: [], doubts: [] };
  }
  const search = new ChannelSearch(ground, channel, entryPoints);
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
