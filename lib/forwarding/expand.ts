/*
 * What one rewritten recipient becomes:
 *   on a channel with aliases: alias database and alias file; each address found starts over
 *   then the FORWARD mapping and the forward database; what is to be rewritten again starts over
 * until nothing more is found. It ends always: the way to an address may not lead through it again, may not be longer
 * than a limit, and no address is gone through twice. An address that cannot go on refuses the whole recipient, since
 * nobody would learn of a copy that was left out.
 * An alias may stand for itself and others; the address that is meant by it is then final.
 * Ref: PMDF 3.1, 3.1.2.1, 3.4
 */
import { inWireForm, releaseBars, splitAddress } from '../address/index.js';
import type { Lookup } from '../engine/index.js';
import { type Reply, reply } from '../smtp/index.js';
import { type ForwardWorld, findForward } from './forward-mapping.js';
import {
  type AliasOrigin,
  type AliasSources,
  entriesFor,
  findAlias,
  type SubaddressMatching,
} from './resolve-aliases.js';

/** A rewritten address, bars held, and what its channel says about aliases. */
export interface RoutedAddress {
  readonly address: string;
  readonly channel: string;
  /** The local channel, or one with `aliaslocal`. */
  readonly hasAliases: boolean;
  readonly matching: SubaddressMatching;
  /** Keyword `viaaliasrequired`: an address may reach the channel only by an alias. */
  readonly needsAlias: boolean;
}

/** What rewriting made of an address. */
export type Rewritten =
  | { readonly kind: 'routed'; readonly routed: RoutedAddress }
  | { readonly kind: 'refused'; readonly reply: Reply }
  | { readonly kind: 'failed'; readonly cause: string };

/** What an expansion needs. */
export interface ExpansionWorld extends ForwardWorld {
  readonly aliases: AliasSources;
  readonly rewrite: (address: string) => Lookup<Rewritten>;
  /** Steps from alias to alias, or from one forwarding to the next. */
  readonly depth: number;
  /** Addresses that one recipient may become. */
  readonly most: number;
}

/** A final address, bars held. */
export interface FinalAddress {
  readonly address: string;
  readonly channel: string;
}

/** What became of a recipient; `entries` of alias file and FORWARD that matched, in order. */
export type Expansion =
  | {
      readonly kind: 'expanded';
      readonly addresses: readonly FinalAddress[];
      /** An entry of FORWARD holds the message. */
      readonly hold: boolean;
      readonly entries: readonly string[];
    }
  | { readonly kind: 'refused'; readonly reply: Reply; readonly entries: readonly string[] }
  | { readonly kind: 'failed'; readonly cause: string; readonly entries: readonly string[] };

/** An address that was gone through, and whether it might still be forwarded then. */
interface Step {
  readonly address: string;
  readonly goesOn: boolean;
}

/** How an address was reached. */
interface Way {
  /** The addresses before it, the first one first. */
  readonly path: readonly Step[];
  /** Entries that it came from: they do not expand it again. */
  readonly without: ReadonlySet<AliasOrigin>;
  readonly cameFromDatabase: boolean;
  readonly isByAlias: boolean;
  readonly goesOn: boolean;
}

type End = { readonly refused: Reply } | { readonly failed: string };

const noEntries: ReadonlySet<AliasOrigin> = new Set();

class Walk {
  readonly entries: string[] = [];
  readonly #world: ExpansionWorld;
  readonly #finals = new Map<string, FinalAddress>();
  readonly #seen = new Set<string>();
  #hold = false;

  constructor(world: ExpansionWorld) {
    this.#world = world;
  }

  get result(): Expansion {
    const { entries } = this;
    return { kind: 'expanded', addresses: [...this.#finals.values()], hold: this.#hold, entries };
  }

  /** Goes through one address and all it becomes; gives why the recipient cannot be delivered, or null. */
  *visit(routed: RoutedAddress, arrival: Way): Lookup<End | null> {
    const { address, channel } = routed;
    const way = arrival.without.size === 0 ? arrival : narrowed(arrival, routed);
    this.#world.environment.budget.spend(1, 'aliases and forwarding');
    const isItself = way.without.size > 0 && way.path.at(-1)?.address === address;
    if (!isItself && way.path.some((step) => step.address === address && step.goesOn === way.goesOn)) {
      return { refused: reply(550, '5.4.6', `forwarding loop: ${chain(way, address)}`) };
    }
    // An address that was gone through in the same way before has its final addresses in the result.
    const state = [channel, way.goesOn, way.isByAlias, way.cameFromDatabase, ...way.without, address].join(
      '\0',
    );
    if (this.#seen.has(state)) return null;
    this.#seen.add(state);
    const alias = routed.hasAliases ? yield* this.#findAlias(routed, way) : null;
    if (alias !== null && alias.kind === 'failed') return { failed: alias.cause };
    if (alias === null || alias.kind === 'none') return yield* this.#forward(routed, way);
    if (alias.place !== null) this.entries.push(alias.place);
    if (alias.addresses.length === 0) {
      return { refused: reply(550, '5.2.4', `the list is empty: ${releaseBars(address)}`) };
    }
    const next: Way = {
      path: [...way.path, { address, goesOn: way.goesOn }],
      without: new Set([...(isItself ? way.without : noEntries), alias.origin]),
      cameFromDatabase: alias.place === null,
      isByAlias: true,
      goesOn: way.goesOn,
    };
    for (const one of alias.addresses) {
      const end = yield* this.#startOver(one, next);
      if (end !== null) return end;
    }
    return null;
  }

  #findAlias(routed: RoutedAddress, way: Way) {
    const { aliases, environment } = this.#world;
    const { address, matching } = routed;
    const question = { address, matching, without: way.without, fileFirst: way.cameFromDatabase };
    return findAlias(aliases, question, environment);
  }

  *#startOver(address: string, way: Way): Lookup<End | null> {
    if (way.path.length > this.#world.depth) {
      const text = `forwarding does not come to an end: ${chain(way, address)}`;
      return { refused: reply(550, '5.4.6', text) };
    }
    const result = yield* this.#world.rewrite(address);
    switch (result.kind) {
      case 'refused':
        return { refused: result.reply };
      case 'failed':
        return { failed: result.cause };
      case 'routed':
        return yield* this.visit(result.routed, way);
    }
  }

  *#forward(routed: RoutedAddress, way: Way): Lookup<End | null> {
    const { address } = routed;
    if (!way.goesOn) return this.#add(routed, way);
    const answer = yield* findForward(address, this.#world);
    for (const one of answer.entries) this.entries.push(one);
    if (answer.kind === 'failed') return { failed: answer.cause };
    if (answer.hold) this.#hold = true;
    if (answer.address === null || answer.address === address) return this.#add(routed, way);
    if (!answer.rewrites) return this.#add({ ...routed, address: answer.address }, way);
    return yield* this.#startOver(answer.address, {
      path: [...way.path, { address, goesOn: way.goesOn }],
      without: noEntries,
      cameFromDatabase: false,
      isByAlias: way.isByAlias,
      goesOn: answer.goesOn,
    });
  }

  #add({ address: made, channel, needsAlias }: RoutedAddress, way: Way): End | null {
    const address = inWireForm(made);
    if (needsAlias && !way.isByAlias) {
      return { refused: reply(550, '5.1.1', `no such alias: ${releaseBars(address)}`) };
    }
    const { localPart, domain } = splitAddress(address);
    const key = `${channel} ${localPart}@${domain?.toLowerCase() ?? ''}`;
    if (!this.#finals.has(key)) this.#finals.set(key, { address, channel });
    if (this.#finals.size <= this.#world.most) return null;
    const from = releaseBars(way.path[0]?.address ?? address);
    return { refused: reply(550, '5.2.4', `more than ${this.#world.most} addresses: ${from}`) };
  }
}

/** Drops entries that could not be found anyway: they would make one address look like many. */
function narrowed(way: Way, routed: RoutedAddress): Way {
  return { ...way, without: routed.hasAliases ? entriesFor(way.without, routed) : noEntries };
}

/** Names all that lead to an address, and the address. */
function chain({ path }: Way, address: string): string {
  return [...path.map((step) => step.address), address].map(releaseBars).join(' -> ');
}

/** Expands one rewritten recipient into its final addresses, none twice, in the order in which they are found. */
export function* expandAddress(routed: RoutedAddress, world: ExpansionWorld): Lookup<Expansion> {
  const walk = new Walk(world);
  const end = yield* walk.visit(routed, {
    path: [],
    without: noEntries,
    cameFromDatabase: false,
    isByAlias: false,
    goesOn: true,
  });
  if (end === null) return walk.result;
  const { entries } = walk;
  return 'failed' in end
    ? { kind: 'failed', cause: end.failed, entries }
    : { kind: 'refused', reply: end.refused, entries };
}
