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
import { parseTemplate, type TemplateReading } from './parse-template.js';
import { expandPlain } from './plain-template.js';
import type { FiredRule, RewriteContext, RewriteWorld, RoutingHost } from './rewrite-context.js';
import { isControl, type OutputItem } from './rule.js';
import type { RewriteRules } from './rule-index.js';
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
  { world }: SearchScope,
  expansion: RuleResult,
  found: { readonly pattern: string; readonly rule: FiredRule },
  host: string,
): Fired | undefined {
  const { trace } = world.environment;
  if (trace !== undefined) traceRule(trace, expansion, found, host);
  switch (expansion.kind) {
    case 'skipped':
      return undefined;
    case 'undecided':
      return { kind: 'undecided', cause: expansion.cause };
    default:
      return { kind: 'fired', expansion, rule: found.rule };
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
  return judged(scope, expansion, { pattern: key, rule: what }, host);
}

/** Finds what matches the host of a specification under a tag. */
export function* searchRules(
  scope: SearchScope,
  specification: Specification,
  tagAsSet: string,
): Lookup<SearchResult> {
  const { rules, context, world } = scope;
  const { budget } = world.environment;
  const { host, from } = specification;
  const tag = tagAsSet === '' ? '' : foldHost(tagAsSet);
  for (const candidate of candidatesFor(rules, specification, tag, world.domainDatabase)) {
    budget.spend(1, 'rewriting');
    const { tried } = candidate;
    if (tried === null) {
      const entry = world.hosts.find(host);
      if (entry !== undefined) return { kind: 'in-channel-table', entry };
      continue;
    }
    const parts = partsOf(candidate, specification);
    let found: Fired | undefined;
    if (typeof tried === 'string') {
      found = yield* tryDomainDatabase(scope, tried, parts, host);
    } else {
      const { template } = tried;
      const why = whyControlsFail(tried.controls, context, from);
      const expansion =
        why !== undefined
          ? skipped(why)
          : template.kind === 'plain'
            ? expandPlain(template, parts, tried.settings, budget)
            : yield* expandRule(template, parts, context, world);
      found = judged(scope, expansion, { pattern: tried.pattern, rule: tried.span }, host);
    }
    if (found !== undefined) return found;
  }
  return { kind: 'nothing' };
}
