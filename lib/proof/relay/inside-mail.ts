/*
 * Which mail of strangers reaches which channel inside: for each the recipients and senders that are let in, with the rules and
 * entries by which they are.
 */
import { foldDomain, splitAddress } from '../../address/index.js';
import { demandOfAuth } from '../../decide/index.js';
import type { Lookup } from '../../engine/index.js';
import {
  bitbucketChannel,
  type EntryPoint,
  entryPointsByChannel,
  isReprocessing,
  type Policy,
  strangerAt,
} from '../../policy/index.js';
import { type RewriteRule, type RulePattern, rulesOf } from '../../rewrite/index.js';
import { placeOf } from '../../text/index.js';
import { WorkLimitReached } from '../language/work-limit-reached.js';
import type { OutsideHosts } from './outside-hosts.js';
import { type FoundWay, type SearchSetting, searchPath } from './path-search.js';
import { relayPaths } from './paths.js';
import type { ProofGround } from './proof-ground.js';
import { wayInWords } from './way-words.js';

/** A class of mail that is let in; what an entry refuses of it is left out. */
export interface LetIn {
  /** The channel that it comes in on. */
  readonly from: string;
  readonly senders: string;
  readonly recipients: string;
  readonly conditions: readonly string[];
  /** The entries that let it in, `file:line` each; none where no entry refuses it. */
  readonly entries: readonly string[];
}

/** The mail that one channel inside gets from outside. */
export interface InsideMail {
  readonly channel: string;
  readonly letIn: readonly LetIn[];
  /** Whether there may be more: the limit of work was reached, or something could not be followed. */
  readonly isPartial: boolean;
}

/** Enough for sites of some dozens of rules; of larger ones a part is shown. */
const wholeWork = 1_000_000;

function channelsInside({ channels }: Policy, { leaving }: OutsideHosts): readonly string[] {
  return [...channels.channels.keys()].filter(
    (name) => !leaving.has(name) && !isReprocessing(name) && name !== bitbucketChannel,
  );
}

/** How close the pattern of a rule comes to naming a host, the closest first. */
const closeness: readonly RulePattern['kind'][] = [
  'host',
  'stars',
  'literal-prefix',
  'suffix',
  'any-literal',
  'all',
  'first',
];

/** The recipients that a rule is for, if the host is one of theirs. */
function recipientsOf({ pattern: { kind, text } }: RewriteRule, host: string): string | null {
  const folded = text.toLowerCase();
  const isLiteral = host.startsWith('[');
  switch (kind) {
    case 'host':
      return host === folded ? `*@${text}` : null;
    case 'suffix':
      return host.endsWith(folded) ? `*@*${text}` : null;
    case 'stars':
      return isLiteral === folded.startsWith('[') ? `*@${text}` : null;
    case 'literal-prefix':
      return host.startsWith(folded.slice(0, -1)) ? `*@${text.slice(0, -1)}*]` : null;
    case 'any-literal':
      return isLiteral ? '*@[*]' : null;
    case 'all':
    case 'first':
      return '*@ any host without a rule of its own';
    case 'percent':
    case 'bang':
      return null;
  }
}

/** Which recipients the rules that fired for one are for. */
function recipientsFor(to: string, rules: readonly RewriteRule[]): string {
  const host = foldDomain(splitAddress(to).domain ?? '');
  for (const kind of closeness) {
    for (const rule of rules) {
      const found = rule.pattern.kind === kind ? recipientsOf(rule, host) : null;
      if (found !== null) return found;
    }
  }
  return `*@${host}`;
}

class InsideSearch {
  readonly #ground: ProofGround;
  readonly #rules: ReadonlyMap<string, RewriteRule>;
  readonly #found = new Map<string, LetIn[]>();
  readonly #partial = new Set<string>();

  constructor(ground: ProofGround) {
    this.#ground = ground;
    this.#rules = new Map(rulesOf(ground.setting.compiled.rules).map((rule) => [placeOf(rule.span), rule]));
  }

  *run(): Lookup<readonly InsideMail[]> {
    const { policy } = this.#ground.setting.compiled;
    for (const entryPoints of entryPointsByChannel(policy).values()) {
      if (demandOfAuth(policy, strangerAt(policy, entryPoints[0])) !== null) continue;
      for (const one of yield* this.#ground.toldApart(entryPoints)) yield* this.#runAt(one);
    }
    return this.result(false);
  }

  *#runAt(entryPoint: EntryPoint): Lookup<void> {
    const { policy } = this.#ground.setting.compiled;
    const { question, search } = yield* this.#ground.at(entryPoint);
    const { languages } = question.addresses;
    const inside = new Set(channelsInside(policy, question.hosts));
    for (const channel of inside) if (!this.#found.has(channel)) this.#found.set(channel, []);
    // To a channel inside all mail counts, whatever its host.
    const hosts: OutsideHosts = {
      ...question.hosts,
      leaving: inside,
      forAll: inside,
      ours: languages.nothing,
    };
    const { paths, doubts } = relayPaths({ ...question, hosts });
    for (const path of paths) {
      const { ways, unsettled } = yield* searchPath(path, search);
      for (const way of ways) this.#add(entryPoint.channel, way, search.tables);
      if (unsettled.length > 0 || doubts.length > 0) this.#partial.add(path.channel);
    }
  }

  #add(from: string, way: FoundWay, tables: SearchSetting['tables']): void {
    const { policy } = this.#ground.setting.compiled;
    const rules = way.rules.flatMap((place) => this.#rules.get(place) ?? []);
    // With routing in the local part the host that counts is the one in there.
    const { to } = way.witness;
    const routed = /[%!]/.test(splitAddress(to).localPart);
    const any = recipientsFor(routed ? way.delivery.address : to, rules);
    const { senders, recipients, conditions } = wayInWords(from, way, tables, policy.settings.access, any);
    const entries = [...new Set(way.permits.map(({ place }) => place))];
    const letIn = { from, senders, recipients, conditions, entries };
    const known = this.#found.get(way.path.channel) ?? [];
    const key = JSON.stringify(letIn);
    if (!known.some((one) => JSON.stringify(one) === key)) known.push(letIn);
    this.#found.set(way.path.channel, known);
  }

  result(isCut: boolean): readonly InsideMail[] {
    return [...this.#found].map(([channel, letIn]) => ({
      channel,
      letIn,
      isPartial: isCut || this.#partial.has(channel),
    }));
  }
}

/** Finds it, as far as so much work allows. */
export function* mailInside(ground: ProofGround, work = wholeWork): Lookup<readonly InsideMail[]> {
  ground.setting.work.left = work;
  const search = new InsideSearch(ground.withoutNotes);
  try {
    return yield* search.run();
  } catch (error) {
    if (error instanceof WorkLimitReached) return search.result(true);
    throw error;
  }
}
