/*
 * Which rule matches a host: its probes in order, for each the rules of the file in file order, then the domain database.
 *   $*  before everything        the channel table  just before `.`        $% or $!  after everything
 * A rule that fails is skipped as if it had not matched.
 * Ref: PMDF 2.2.3.2, 2.2.4
 */
import { foldHost } from '../address/index.js';
import type { Lookup, LookupRequest } from '../engine/index.js';
import { placeOf } from '../text/index.js';
import {
  answerLine,
  type Expandable,
  expandRule,
  type Failure,
  firstError,
  type RuleResult,
} from './expand-rule.js';
import type { Specification } from './extract-host.js';
import { parseTemplate, type TemplateReading } from './parse-template.js';
import { eachProbe, matchAllProbe, type Probe } from './probe-order.js';
import type { FiredRule, RewriteContext, RewriteWorld, RoutingHost } from './rewrite-context.js';
import { isControl, type OutputItem } from './rule.js';
import type { CompiledRule, RewriteRules } from './rule-index.js';

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

/** What a rule is tried for: a specification, and how its host fits the pattern. */
interface Tried {
  readonly specification: Specification;
  readonly probe: Probe;
}

function* tryRule(
  scope: SearchScope,
  rule: Expandable,
  found: { readonly pattern: string; readonly rule: FiredRule },
  { specification, probe }: Tried,
): Lookup<SearchResult | undefined> {
  const { host, domain, literal } = probe;
  const { user, from } = specification;
  const { environment } = scope.world;
  const expansion = yield* expandRule(
    rule,
    { user, host, domain, literal, from },
    scope.context,
    scope.world,
  );
  const fired = expansion.kind !== 'skipped' && expansion.kind !== 'undecided';
  if (environment.trace !== undefined) {
    const why =
      expansion.kind === 'skipped' ? expansion.why : expansion.kind === 'undecided' ? expansion.cause : null;
    environment.trace({
      kind: 'rule-tried',
      place: typeof found.rule === 'string' ? found.rule : placeOf(found.rule),
      pattern: found.pattern,
      host: specification.host,
      fired,
      ...(why === null ? {} : { failed: why }),
    });
  }
  if (expansion.kind === 'undecided') return { kind: 'undecided', cause: expansion.cause };
  return expansion.kind === 'skipped' ? undefined : { kind: 'fired', expansion, rule: found.rule };
}

function* tryRules(
  scope: SearchScope,
  rules: readonly CompiledRule[] | undefined,
  tried: Tried,
): Lookup<SearchResult | undefined> {
  for (const compiled of rules ?? []) {
    const found = { pattern: compiled.pattern, rule: compiled.rule.span };
    const result = yield* tryRule(scope, compiled, found, tried);
    if (result !== undefined) return result;
  }
  return undefined;
}

function* tryDomainDatabase(scope: SearchScope, key: string, tried: Tried): Lookup<SearchResult | undefined> {
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
  const rule: Expandable = {
    controls: parsed.value.filter(isControl),
    output: parsed.value.filter((item): item is OutputItem => !isControl(item)),
    form: 'open',
  };
  return yield* tryRule(scope, rule, { pattern: key, rule: what }, tried);
}

/** Finds what matches the host of a specification under a tag. */
export function* searchRules(
  scope: SearchScope,
  specification: Specification,
  tagAsSet: string,
): Lookup<SearchResult> {
  const { rules, world } = scope;
  const tag = foldHost(tagAsSet);
  const all = matchAllProbe(specification.host);
  const early = yield* tryRules(scope, rules.byPattern.get(`${tag}$*`), { specification, probe: all });
  if (early !== undefined) return early;
  for (const probe of eachProbe(specification.host)) {
    world.environment.budget.spend(1, 'rewriting');
    if (probe.pattern === '.') {
      const entry = world.hosts.find(specification.host);
      if (entry !== undefined) return { kind: 'in-channel-table', entry };
    }
    const result = yield* tryRules(scope, rules.byPattern.get(tag + probe.pattern), { specification, probe });
    if (result !== undefined) return result;
    if (world.domainDatabase && probe.domainDatabase) {
      const entry = yield* tryDomainDatabase(scope, tag + probe.pattern, { specification, probe });
      if (entry !== undefined) return entry;
    }
  }
  if (specification.from === 'percent' || specification.from === 'bang') {
    const pattern = specification.from === 'percent' ? '$%' : '$!';
    const late = yield* tryRules(scope, rules.byPattern.get(tag + pattern), { specification, probe: all });
    if (late !== undefined) return late;
  }
  return { kind: 'nothing' };
}
