/*
 * What one rewritten recipient becomes:
 *   on a channel with aliases: alias database and alias file; each address found starts over
 *   then, on a directory channel with `inline`: what the directory finds, which starts over
 *   else the FORWARD mapping and the forward database; what is to be rewritten again starts over
 * until nothing more is found. This always terminates: an address may not be on its own trail, the length of a trail is limited,
 * and no address is expanded twice. An address that cannot be delivered refuses the whole recipient, since nobody would learn of a
 * copy that was left out.
 * An alias may name itself and others; that address is then final.
 * Ref: PMDF 3.1, 3.1.2.1, 3.2.2, 3.4
 */
import { type HeldText, holdBars, inWireForm, releaseBars, splitAddress } from '../address/index.js';
import type { Lookup } from '../engine/index.js';
import { type Reply, reply } from '../smtp/index.js';
import { type ForwardSources, findForward } from './forward-mapping.js';
import {
  type AliasOrigin,
  type AliasSources,
  entriesFor,
  findAlias,
  type SubaddressMatching,
} from './resolve-aliases.js';

/** A rewritten address, and what its channel says about aliases. */
export interface RoutedAddress {
  readonly address: HeldText;
  readonly channel: string;
  /** The local channel, or one with `aliaslocal`. */
  readonly hasAliases: boolean;
  readonly matching: SubaddressMatching;
  /** Keyword `viaaliasrequired`: an address may reach the channel only by an alias. */
  readonly needsAlias: boolean;
  /** A directory channel with `inline`. */
  readonly looksUp: boolean;
}

/** What a directory channel finds for an address. */
export type LookedUp =
  | { readonly kind: 'found'; readonly address: HeldText }
  | {
      readonly kind: 'refused';
      readonly reply: Reply;
      /** Of an ambiguous name the addresses it may mean; null for other refusals. */
      readonly candidates: readonly string[] | null;
    }
  | { readonly kind: 'failed'; readonly cause: string };

/** What rewriting made of an address. */
export type Rewritten =
  | { readonly kind: 'routed'; readonly routed: RoutedAddress }
  | { readonly kind: 'refused'; readonly reply: Reply }
  | { readonly kind: 'failed'; readonly cause: string };

export interface ExpansionSources extends ForwardSources {
  readonly aliases: AliasSources;
  readonly rewrite: (address: string) => Lookup<Rewritten>;
  readonly lookUp: (routed: RoutedAddress) => Lookup<LookedUp>;
  /** Steps from alias to alias, or from one forwarding to the next. */
  readonly depth: number;
  /** Addresses that one recipient may become. */
  readonly most: number;
}

export interface FinalAddress {
  readonly address: HeldText;
  readonly channel: string;
}

/** A name with several addresses. */
export interface Ambiguous extends FinalAddress {
  readonly candidates: readonly string[];
}

/** What became of a recipient; `entries` of alias file and FORWARD that matched, in order. */
export type AliasResult =
  | {
      readonly kind: 'expanded';
      readonly addresses: readonly FinalAddress[];
      /** An entry of FORWARD holds the message. */
      readonly hold: boolean;
      readonly entries: readonly string[];
    }
  | {
      readonly kind: 'refused';
      readonly reply: Reply;
      readonly entries: readonly string[];
      /** Of a name that a directory channel found ambiguous: the address, and what it may mean. */
      readonly ambiguous: Ambiguous | null;
    }
  | { readonly kind: 'failed'; readonly cause: string; readonly entries: readonly string[] };

/** An address on the trail, and whether it might still be forwarded then. */
interface Step {
  readonly address: string;
  readonly forwardable: boolean;
}

/** How an address was reached. */
interface Trail {
  /** The addresses before it, the first one first. */
  readonly path: readonly Step[];
  /** Entries that it came from: they do not expand it again. */
  readonly without: ReadonlySet<AliasOrigin>;
  readonly cameFromDatabase: boolean;
  readonly isByAlias: boolean;
  readonly forwardable: boolean;
}

type End = { readonly refused: Reply; readonly ambiguous?: Ambiguous } | { readonly failed: string };

const noEntries: ReadonlySet<AliasOrigin> = new Set();

class AliasExpander {
  readonly entries: string[] = [];
  readonly #sources: ExpansionSources;
  readonly #finals = new Map<string, FinalAddress>();
  readonly #seen = new Set<string>();
  #hold = false;

  constructor(sources: ExpansionSources) {
    this.#sources = sources;
  }

  get result(): AliasResult {
    const { entries } = this;
    return { kind: 'expanded', addresses: [...this.#finals.values()], hold: this.#hold, entries };
  }

  /** Expands one address and all it becomes; gives why the recipient cannot be delivered, or null. */
  *visit(routed: RoutedAddress, arrival: Trail): Lookup<End | null> {
    const { address, channel } = routed;
    const trail = arrival.without.size === 0 ? arrival : narrowed(arrival, routed);
    this.#sources.environment.budget.spend(1, 'aliases and forwarding');
    const isItself = trail.without.size > 0 && trail.path.at(-1)?.address === address;
    if (
      !isItself &&
      trail.path.some((step) => step.address === address && step.forwardable === trail.forwardable)
    ) {
      return { refused: reply(550, '5.4.6', `forwarding loop: ${chain(trail, address)}`) };
    }
    // An address that was expanded like this before has its final addresses in the result.
    const state = [
      channel,
      trail.forwardable,
      trail.isByAlias,
      trail.cameFromDatabase,
      ...trail.without,
      address,
    ].join('\0');
    if (this.#seen.has(state)) return null;
    this.#seen.add(state);
    const alias = routed.hasAliases ? yield* this.#findAlias(routed, trail) : null;
    if (alias !== null && alias.kind === 'failed') return { failed: alias.cause };
    if (alias === null || alias.kind === 'none') {
      return yield* routed.looksUp ? this.#lookUp(routed, trail) : this.#forward(routed, trail);
    }
    if (alias.place !== null) this.entries.push(alias.place);
    if (alias.addresses.length === 0) {
      return { refused: reply(550, '5.2.4', `the list is empty: ${releaseBars(address)}`) };
    }
    const next: Trail = {
      path: [...trail.path, { address, forwardable: trail.forwardable }],
      without: new Set([...(isItself ? trail.without : noEntries), alias.origin]),
      cameFromDatabase: alias.place === null,
      isByAlias: true,
      forwardable: trail.forwardable,
    };
    for (const one of alias.addresses) {
      const end = yield* this.#startOver(one, next);
      if (end !== null) return end;
    }
    return null;
  }

  #findAlias(routed: RoutedAddress, trail: Trail) {
    const { aliases, environment } = this.#sources;
    const { address, matching } = routed;
    const question = { address, matching, without: trail.without, fileFirst: trail.cameFromDatabase };
    return findAlias(aliases, question, environment);
  }

  /** Replaces an address of a directory channel by what is found for it. */
  *#lookUp(routed: RoutedAddress, trail: Trail): Lookup<End | null> {
    const { address, channel } = routed;
    const found = yield* this.#sources.lookUp(routed);
    switch (found.kind) {
      case 'failed':
        return { failed: found.cause };
      case 'refused': {
        const { reply: refused, candidates } = found;
        return candidates === null ? { refused } : { refused, ambiguous: { address, channel, candidates } };
      }
      case 'found':
        return yield* this.#startOver(found.address, {
          path: [...trail.path, { address, forwardable: trail.forwardable }],
          without: noEntries,
          cameFromDatabase: false,
          isByAlias: true,
          forwardable: trail.forwardable,
        });
    }
  }

  *#startOver(address: string, trail: Trail): Lookup<End | null> {
    if (trail.path.length > this.#sources.depth) {
      const text = `forwarding does not terminate: ${chain(trail, address)}`;
      return { refused: reply(550, '5.4.6', text) };
    }
    const result = yield* this.#sources.rewrite(address);
    switch (result.kind) {
      case 'refused':
        return { refused: result.reply };
      case 'failed':
        return { failed: result.cause };
      case 'routed':
        return yield* this.visit(result.routed, trail);
    }
  }

  *#forward(routed: RoutedAddress, trail: Trail): Lookup<End | null> {
    const { address } = routed;
    if (!trail.forwardable) return this.#add(routed, trail);
    const answer = yield* findForward(address, this.#sources);
    for (const one of answer.entries) this.entries.push(one);
    if (answer.kind === 'failed') return { failed: answer.cause };
    if (answer.hold) this.#hold = true;
    if (answer.address === null || answer.address === address) return this.#add(routed, trail);
    if (!answer.rewrites) return this.#add({ ...routed, address: answer.address }, trail);
    return yield* this.#startOver(answer.address, {
      path: [...trail.path, { address, forwardable: trail.forwardable }],
      without: noEntries,
      cameFromDatabase: false,
      isByAlias: trail.isByAlias,
      forwardable: answer.forwardable,
    });
  }

  #add({ address: made, channel, needsAlias }: RoutedAddress, trail: Trail): End | null {
    const address = holdBars(inWireForm(made));
    if (needsAlias && !trail.isByAlias) {
      return { refused: reply(550, '5.1.1', `no such alias: ${releaseBars(address)}`) };
    }
    const { localPart, domain } = splitAddress(address);
    const key = `${channel} ${localPart}@${domain?.toLowerCase() ?? ''}`;
    if (!this.#finals.has(key)) this.#finals.set(key, { address, channel });
    if (this.#finals.size <= this.#sources.most) return null;
    const from = releaseBars(trail.path[0]?.address ?? address);
    return { refused: reply(550, '5.2.4', `more than ${this.#sources.most} addresses: ${from}`) };
  }
}

/** Drops entries that could not be found anyway, which would make one address look like many. */
function narrowed(trail: Trail, routed: RoutedAddress): Trail {
  return { ...trail, without: routed.hasAliases ? entriesFor(trail.without, routed) : noEntries };
}

/** Names the addresses of a trail, and the last one. */
function chain({ path }: Trail, address: string): string {
  return [...path.map((step) => step.address), address].map(releaseBars).join(' -> ');
}

/** Expands one rewritten recipient into its final addresses, none twice, in the order in which they are found. */
export function* expandAddress(routed: RoutedAddress, sources: ExpansionSources): Lookup<AliasResult> {
  const expander = new AliasExpander(sources);
  const end = yield* expander.visit(routed, {
    path: [],
    without: noEntries,
    cameFromDatabase: false,
    isByAlias: false,
    forwardable: true,
  });
  if (end === null) return expander.result;
  const { entries } = expander;
  return 'failed' in end
    ? { kind: 'failed', cause: end.failed, entries }
    : { kind: 'refused', reply: end.refused, entries, ambiguous: end.ambiguous ?? null };
}
