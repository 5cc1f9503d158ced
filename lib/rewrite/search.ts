/*
 * Which rule matches a host: the first of its candidates that fires. A rule that fails is skipped as if it had not matched.
 * Ref: PMDF 2.2.3.2, 2.2.4
 */
import { foldHost } from '../address/index.js';
import { ask, type Lookup, type Tracer } from '../engine/index.js';
import { placeOf } from '../text/index.js';
import { Candidates } from './candidates.js';
import { settingsOf, whyControlsFail } from './controls.js';
import { type Expandable, expandAnswer, expandRule } from './expand-rule.js';
import type { Specification } from './extract-host.js';
import { expandKey, readAnswer } from './general-question.js';
import { answerLine, firstError } from './parse-answer.js';
import { parseTemplate, type TemplateReading } from './parse-template.js';
import { expandPlain } from './plain-template.js';
import type { FiredRule, RewriteContext, RewriteWorld, RoutingHost } from './rewrite-context.js';
import { isControl, type OutputItem } from './rule.js';
import type { AskingTemplate, CompiledRule, RewriteRules } from './rule-index.js';
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

/** A rule as the trace and the result name it. */
type NamedRule = Pick<CompiledRule, 'pattern'> & { readonly span: FiredRule };

function traceRule(trace: Tracer, expansion: RuleResult, { pattern, span }: NamedRule, host: string): void {
  const place = typeof span === 'string' ? span : placeOf(span);
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

/** The rule that an entry of the domain database is; `unreadable` tells what is wrong with it. */
function ruleOfEntry(key: string, answer: string): Expandable | { readonly unreadable: string } {
  const parsed = parseTemplate(answerLine(answer.trim(), entryName(key)), 0, domainReading);
  const error = firstError(parsed.diagnostics);
  if (error !== undefined) {
    return { unreadable: `the domain database entry \`${key}\` cannot be read: ${error.message}` };
  }
  const controls = parsed.value.filter(isControl);
  return {
    kind: 'items',
    controls,
    settings: settingsOf(controls),
    output: parsed.value.filter((item): item is OutputItem => !isControl(item)),
    form: 'open',
  };
}

function entryName(key: string): string {
  return `domain-database:${key}`;
}

const nothingFound: SearchResult = Object.freeze({ kind: 'nothing' });

/** The search for what matches the host of a specification. */
export class RuleSearch {
  readonly specification: Specification;
  readonly #scope: SearchScope;
  readonly #candidates: Candidates;
  /** Whether the candidate that was come to waits for an answer. */
  #isAsking = false;
  /** The key of its question to the general database, where nothing else is asked. */
  #key: string | null = null;
  /** What that candidate then gave; undefined if it failed. */
  #answered: Fired | undefined;

  /** `tag` is the tag in force. */
  constructor(scope: SearchScope, specification: Specification, tag: string) {
    this.specification = specification;
    this.#scope = scope;
    const folded = tag === '' ? '' : foldHost(tag);
    this.#candidates = new Candidates(scope.rules, specification, folded, scope.world.domainDatabase);
  }

  /** Tries the candidates as far as nothing is asked: gives the result, or null when something is. */
  runOn(): SearchResult | null {
    if (this.#isAsking) return null;
    if (this.#answered !== undefined) return this.#answered;
    const { context, world } = this.#scope;
    const { host, from } = this.specification;
    const candidates = this.#candidates;
    while (candidates.next()) {
      world.environment.budget.spend(1, 'rewriting');
      const { tried } = candidates;
      if (tried === null) {
        const entry = world.hosts.find(host);
        if (entry !== undefined) return { kind: 'in-channel-table', entry };
        continue;
      }
      if (typeof tried === 'string') {
        this.#isAsking = true;
        return null;
      }
      const why = whyControlsFail(tried.controls, context, from);
      const expansion = why === undefined ? this.#expand(tried) : skipped(why);
      if (expansion === null) {
        this.#isAsking = true;
        return null;
      }
      const found = this.#judge(expansion, tried);
      if (found !== undefined) return found;
    }
    return nothingFound;
  }

  /** Has the candidate at which the search stopped answered; the search then runs on. */
  *ask(): Lookup<void> {
    const { tried } = this.#candidates;
    if (!this.#isAsking || tried === null) throw new Error('nothing is asked');
    if (typeof tried === 'string') this.#answered = yield* this.#askDomainDatabase(tried);
    else if (tried.template.kind === 'items') {
      this.#answered = this.#judge(yield* this.#askFor(tried.template), tried);
    }
    this.#isAsking = false;
  }

  /** Expands a rule whose conditions hold; null when it asks for something. */
  #expand({ template, settings }: CompiledRule): RuleResult | null {
    const { budget } = this.#scope.world.environment;
    if (template.kind === 'plain') return expandPlain(template, this.#parts, settings, budget);
    if (template.question === null) return null;
    const made = expandKey(template.question, this.#parts, budget);
    if (typeof made !== 'string') return made;
    this.#key = made;
    return null;
  }

  *#askFor(template: AskingTemplate): Lookup<RuleResult> {
    const { context, world } = this.#scope;
    const key = this.#key;
    if (key === null) return yield* expandRule(template, this.#parts, context, world);
    this.#key = null;
    const answer = yield* ask({ kind: 'database', database: 'general', key }, world.environment);
    const result = readAnswer(template, key, answer, world.environment.budget);
    if (typeof result !== 'string') return result;
    return yield* expandAnswer(template, { address: this.#parts, key, answer: result }, context, world);
  }

  *#askDomainDatabase(key: string): Lookup<Fired | undefined> {
    const { context, world } = this.#scope;
    const answer = yield* ask({ kind: 'database', database: 'domain', key }, world.environment);
    if (answer.kind === 'failed') return { kind: 'undecided', cause: answer.cause };
    if (answer.kind === 'absent') return undefined;
    const rule = ruleOfEntry(key, answer.value);
    if ('unreadable' in rule) return { kind: 'undecided', cause: rule.unreadable };
    const expansion = yield* expandRule(rule, this.#parts, context, world);
    return this.#judge(expansion, { pattern: key, span: entryName(key) });
  }

  /** The address as the candidate that was come to sees it. */
  get #parts(): AddressParts {
    const { host, domain, literal } = this.#candidates;
    const { user, from, host: wholeHost } = this.specification;
    return { user, wholeHost, host, domain, literal, from };
  }

  /** What the search makes of the expansion of one rule; undefined when the rule failed. */
  #judge(expansion: RuleResult, rule: NamedRule): Fired | undefined {
    const { trace } = this.#scope.world.environment;
    if (trace !== undefined) traceRule(trace, expansion, rule, this.specification.host);
    switch (expansion.kind) {
      case 'skipped':
        return undefined;
      case 'undecided':
        return { kind: 'undecided', cause: expansion.cause };
      default:
        return { kind: 'fired', expansion, rule: rule.span };
    }
  }
}
