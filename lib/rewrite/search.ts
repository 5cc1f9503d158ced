/*
 * Which rule matches a host: the first of its candidates that fires. A rule that fails is skipped as if it had not matched.
 * Ref: PMDF 2.2.3.2, 2.2.4
 */
import { foldHost } from '../address/index.js';
import type { Lookup, LookupRequest, Tracer } from '../engine/index.js';
import { placeOf } from '../text/index.js';
import { type Candidate, candidatesFor } from './candidates.js';
import { settingsOf, whyControlsFail } from './controls.js';
import { answerLine, type Expandable, expandRule, firstError } from './expand-rule.js';
import type { Specification } from './extract-host.js';
import { expandQuestion, type QuestionKey } from './general-question.js';
import { parseTemplate, type TemplateReading } from './parse-template.js';
import { expandPlain } from './plain-template.js';
import type { FiredRule, RewriteContext, RewriteWorld, RoutingHost } from './rewrite-context.js';
import { isControl, type OutputItem } from './rule.js';
import type { AskingTemplate, RewriteRules } from './rule-index.js';
import { type Failure, type RuleResult, skipped } from './rule-result.js';
import type { AddressParts } from './substitute.js';

/** What matches a host. */
export type SearchResult =
  /** A rule fired, of the file or of the domain database. */
  | {
      readonly kind: 'fired';
      readonly expansion: Exclude<RuleResult, Failure>;
      readonly rule: FiredRule;
    }
  /** No rule, but the channel table knows the host. */
  | { readonly kind: 'in-channel-table'; readonly entry: RoutingHost }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'undecided'; readonly cause: string };

/** What stays the same through one address. */
export interface SearchScope {
  readonly rules: RewriteRules;
  readonly context: RewriteContext;
  readonly world: RewriteWorld;
}

const domainReading: TemplateReading = {
  blanksAreText: true,
  inside: false,
  generalAllowed: true,
  plain: new Set(),
};

type Fired = Exclude<SearchResult, { kind: 'in-channel-table' | 'nothing' }>;

/** What the search makes of the expansion of one rule; undefined when the rule failed. */
function judged(
  { environment: { trace } }: RewriteWorld,
  expansion: RuleResult,
  { pattern, span }: { readonly pattern: string; readonly span: FiredRule },
  host: string,
): Fired | undefined {
  if (trace !== undefined) traceRule(trace, expansion, { pattern, rule: span }, host);
  switch (expansion.kind) {
    case 'skipped':
      return undefined;
    case 'undecided':
      return { kind: 'undecided', cause: expansion.cause };
    default:
      return { kind: 'fired', expansion, rule: span };
  }
}

function traceRule(
  trace: Tracer,
  expansion: RuleResult,
  { pattern, rule }: { readonly pattern: string; readonly rule: FiredRule },
  host: string,
): void {
  const place = typeof rule === 'string' ? rule : placeOf(rule);
  const event = { kind: 'rule-tried', place, pattern, host } as const;
  switch (expansion.kind) {
    case 'skipped':
      trace({ ...event, fired: false, failed: expansion.why });
      break;
    case 'undecided':
      trace({ ...event, fired: false, failed: expansion.cause });
      break;
    default:
      trace({ ...event, fired: true });
  }
}

function partsOf({ host, domain, literal }: Candidate, { user, from }: Specification): AddressParts {
  return { user, host, domain, literal, from };
}

function* tryDomainDatabase(
  scope: SearchScope,
  key: string,
  parts: AddressParts,
  host: string,
): Lookup<Fired | undefined> {
  const request: LookupRequest = { kind: 'database', database: 'domain', key };
  const answer = yield request;
  scope.world.environment.trace?.({ kind: 'lookup', request, answer });
  if (answer.kind === 'failed') return { kind: 'undecided', cause: answer.cause };
  if (answer.kind === 'absent') return undefined;
  const what = `domain-database:${key}`;
  const parsed = parseTemplate(answerLine(answer.value.trim(), what), 0, domainReading);
  const error = firstError(parsed.diagnostics);
  if (error !== undefined) {
    return {
      kind: 'undecided',
      cause: `the domain database entry \`${key}\` cannot be read: ${error.message}`,
    };
  }
  const controls = parsed.value.filter(isControl);
  const rule: Expandable = {
    kind: 'items',
    controls,
    settings: settingsOf(controls),
    output: parsed.value.filter((item): item is OutputItem => !isControl(item)),
    form: 'open',
  };
  const expansion = yield* expandRule(rule, parts, scope.context, scope.world);
  return judged(scope.world, expansion, { pattern: key, span: what }, host);
}

/** A candidate that a search has come to and that may look something up, by its number. */
interface Asking {
  readonly kind: 'asks';
  readonly number: number;
}

const nothingFound: SearchResult = Object.freeze({ kind: 'nothing' });

/** The search for what matches the host of a specification. */
export class RuleSearch {
  readonly scope: SearchScope;
  readonly specification: Specification;
  readonly candidates: readonly Candidate[];

  /** `tag` is the tag in force. */
  constructor(scope: SearchScope, specification: Specification, tag: string) {
    this.scope = scope;
    this.specification = specification;
    const folded = tag === '' ? '' : foldHost(tag);
    this.candidates = candidatesFor(scope.rules, specification, folded, scope.world.domainDatabase);
  }

  /** Tries the candidates from a number on, as far as nothing can be looked up. */
  runOn(from: number): SearchResult | Asking {
    const { scope, specification, candidates } = this;
    const { context, world } = scope;
    const { budget } = world.environment;
    const { host } = specification;
    for (let number = from; number < candidates.length; number += 1) {
      const candidate = candidates[number];
      if (candidate === undefined) break;
      budget.spend(1, 'rewriting');
      const { tried } = candidate;
      if (tried === null) {
        const entry = world.hosts.find(host);
        if (entry !== undefined) return { kind: 'in-channel-table', entry };
        continue;
      }
      if (typeof tried === 'string') return { kind: 'asks', number };
      const { template } = tried;
      const why = whyControlsFail(tried.controls, context, specification.from);
      let expansion: RuleResult;
      if (why !== undefined) expansion = skipped(why);
      else if (template.kind === 'items') return { kind: 'asks', number };
      else {
        const parts = partsOf(candidate, specification);
        expansion = expandPlain(template, parts, tried.settings, budget);
      }
      const found = judged(world, expansion, tried, host);
      if (found !== undefined) return found;
    }
    return nothingFound;
  }

  /** Tries the candidate at which the search stopped; undefined when it failed. */
  *ask({ number }: Asking): Lookup<Fired | undefined> {
    const { scope, specification } = this;
    const { context, world } = scope;
    const { host } = specification;
    const candidate = this.candidates[number];
    const tried = candidate?.tried ?? null;
    if (candidate === undefined || tried === null) throw new Error('nothing is asked');
    const parts = partsOf(candidate, specification);
    if (typeof tried === 'string') return yield* tryDomainDatabase(scope, tried, parts, host);
    const { template } = tried;
    if (template.kind === 'plain') throw new Error('a plain template asks nothing');
    const expansion = hasQuestion(template)
      ? yield* expandQuestion(template, parts, context, world)
      : yield* expandRule(template, parts, context, world);
    return judged(world, expansion, tried, host);
  }
}

function hasQuestion(
  template: AskingTemplate,
): template is AskingTemplate & { readonly question: QuestionKey } {
  return template.question !== null;
}
