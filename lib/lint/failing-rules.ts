/*
 * Rules whose template can only fail, so that mail passes them over in silence, and rules that lead to a host that no
 * channel has, so that all their mail is refused. Each rule is tried with hosts that its pattern takes, substitution by
 * substitution, as rewriting does it; what a look-up answers may be anything.
 *   must.example   $U%$H@MUST-DAEMON    the pattern takes the whole host, so `$H` is empty
 *   must.example   $U%$D@MUST-DEAMON    no channel has that host
 *   old.example    $U@new.example       the form A@B ends rewriting, and no channel has that host
 *   []             ${INSIDE,$L}...      no entry of the table sets `$Y`
 * An error text beside such a host says that the refusal is meant.
 * Ref: PMDF 2.2.5, 2.2.6
 */
import { tableKey, tablesOf } from '../mapping/index.js';
import type { CompiledPolicy } from '../policy/index.js';
import {
  examplePartsOf,
  isControl,
  type OutputItem,
  type Probe,
  type RewriteRule,
  type RulePattern,
  rulesOf,
  substitute,
} from '../rewrite/index.js';
import { type Diagnostic, nearest, type Span, warningAt } from '../text/index.js';
import { addProcess, isProcessHost } from './unknown-routes.js';

/** What an item gives for one host: text, text that is not known, or nothing that the rule could go on with. */
type Piece = { readonly text: string | null } | { readonly failed: OutputItem };

function pieceOf(item: OutputItem, parts: Probe): Piece {
  switch (item.kind) {
    case 'text':
      return { text: item.text };
    case 'user':
    case 'unique':
      return { text: null };
    case 'host':
    case 'domain':
    case 'literal':
    case 'label': {
      const text = substitute(item, { ...parts, user: 'user', from: 'at' });
      return text === undefined ? { failed: item } : { text };
    }
    case 'case':
    case 'separator':
    case 'domain-check':
      return { text: '' };
    case 'general':
    case 'mapping':
      return { text: null };
  }
}

/** A part of a template between two separators, and the item that it is empty for. */
interface Part {
  /** Null where a look-up, or the user, has a say in it. */
  readonly text: string | null;
  readonly items: readonly OutputItem[];
}

/** A finding about one template and one host: which item makes it fail; or its parts. */
type Trial = { readonly failed: OutputItem } | { readonly parts: readonly Part[] };

function innerItems(item: OutputItem): readonly OutputItem[] {
  if (item.kind === 'general') return item.key;
  if (item.kind === 'domain-check') return item.name;
  return item.kind === 'mapping' ? item.argument : [];
}

/** The label that an item, or the argument of a look-up, asks for in vain. */
function missingLabel(item: OutputItem, parts: Probe): OutputItem | undefined {
  const piece = pieceOf(item, parts);
  if ('failed' in piece) return piece.failed;
  for (const inner of innerItems(item)) {
    const missing = missingLabel(inner, parts);
    if (missing !== undefined) return missing;
  }
  return undefined;
}

/** Tries a template on a host. A look-up may bring separators, so the part that it is in may become several. */
function tryOn(output: readonly OutputItem[], parts: Probe): Trial {
  const found: { text: string | null; items: OutputItem[] }[] = [{ text: '', items: [] }];
  for (const item of output) {
    const missing = missingLabel(item, parts);
    if (missing !== undefined) return { failed: missing };
    if (item.kind === 'separator') found.push({ text: '', items: [] });
    const last = found.at(-1);
    const piece = pieceOf(item, parts);
    if (last === undefined || 'failed' in piece || item.kind === 'separator') continue;
    last.items.push(item);
    last.text = last.text === null || piece.text === null ? null : last.text + piece.text;
  }
  const empty = found.slice(1).find(({ text }) => text === '');
  const culprit = empty?.items.find((item) => item.kind !== 'case' && item.kind !== 'domain-check');
  if (empty !== undefined && culprit !== undefined) return { failed: culprit };
  return { parts: found };
}

function written({ source, offset, length }: Span): string {
  return source.text.slice(offset, offset + length);
}

function reasonFor(item: OutputItem, pattern: RulePattern): { why: string; hint: string } {
  const name = `\`${written(item.span)}\``;
  if (item.kind === 'mapping') {
    return {
      why: `no entry of the table \`${item.table}\` sets \`$Y\``,
      hint: 'write `$Y` into the templates of the entries that are to let the rule go on',
    };
  }
  if (item.kind === 'label') {
    return {
      why: `${name} is empty: no host that the pattern takes has so many labels`,
      hint: 'labels are counted from 0',
    };
  }
  if (item.kind === 'host' && item.drop === 0) {
    const literal = pattern.kind === 'any-literal' || pattern.kind === 'literal-prefix';
    const whole = literal ? `\`${pattern.text.slice(0, -1)}$L]\`` : '`$D`';
    return {
      why: `${name} is empty: \`${pattern.text}\` takes the whole host`,
      hint: `write ${whole} for the host itself`,
    };
  }
  if (item.kind === 'literal') {
    return {
      why: `${name} is empty: \`${pattern.text}\` leaves nothing of an address literal`,
      hint: 'write `$D`',
    };
  }
  return { why: `${name} is empty`, hint: 'write the host, or `$D` for what the pattern says' };
}

function failingRule(rule: RewriteRule, item: OutputItem): Diagnostic {
  const { why, hint } = reasonFor(item, rule.pattern);
  return warningAt(item.span, 'lint/rule-always-fails', `this rule never applies: ${why}`, {
    hint,
  });
}

/** Whether an item gives the same text for every host that the pattern takes. */
function isFixed(item: OutputItem, { kind }: RulePattern): boolean {
  switch (item.kind) {
    case 'text':
    case 'case':
      return true;
    case 'domain':
      return kind === 'host' || kind === 'suffix' || kind === 'stars';
    case 'host':
    case 'literal':
    case 'label':
      return kind === 'host';
    default:
      return false;
  }
}

/** The host that the last part names, the same for each of the trials; null where it is not known, or they differ. */
function routingSystem(
  pattern: RulePattern,
  trials: readonly Trial[],
): { host: string; items: readonly OutputItem[] } | null {
  const [first, ...others] = trials.map((trial) => ('parts' in trial ? trial.parts : []));
  const last = first?.at(-1);
  if (first === undefined || first.length < 2 || last === undefined || last.text === null) return null;
  if (!last.items.every((item) => isFixed(item, pattern))) return null;
  const isSame = others.every((parts) => parts.at(-1)?.text === last.text);
  return isSame ? { host: last.text, items: last.items } : null;
}

function toNowhere(rule: RewriteRule, trials: readonly Trial[], { policy }: CompiledPolicy): Diagnostic[] {
  const { items, form } = rule.template;
  const mark = items.findLast((item) => item.kind === 'separator')?.mark;
  if (mark !== '@' || items.some((item) => item.kind === 'error-text')) return [];
  const system = routingSystem(rule.pattern, trials);
  if (system === null || policy.hosts.find(system.host) !== undefined) return [];
  const [first] = system.items;
  if (first === undefined) return [];
  const names = [...policy.channels.hosts.values()].flatMap(({ channel }) => channel.officialHostName);
  const meant = nearest(system.host, new Set(names));
  const again =
    form === 'A@B'
      ? `the form \`A@B\` ends rewriting: write \`$U%${system.host}\`, or name a channel as in \`$U%${system.host}@TCP-DAEMON\``
      : 'name the host of a channel, as its block does';
  const message = `mail for \`${rule.pattern.text}\` is refused by this rule: no channel has the host \`${system.host}\``;
  return [
    warningAt(first.span, 'lint/rule-to-nowhere', message, {
      hint: isProcessHost(system.host)
        ? addProcess
        : meant === undefined
          ? again
          : `did you mean \`${meant}\`?`,
    }),
  ];
}

/** The tables of which no entry sets `$Y`, nor asks another table that may. */
function tablesWithoutYes({ mappings }: CompiledPolicy): ReadonlySet<string> {
  const silent = tablesOf(mappings).filter(({ entries }) =>
    entries.every(({ template }) =>
      template.every((item) => item.kind !== 'sub-table' && !(item.kind === 'flag' && item.flag === 'Y')),
    ),
  );
  return new Set(silent.map(({ name }) => tableKey(name)));
}

/** The look-up of a rule in a table that cannot let it go on. */
function deadLookup(output: readonly OutputItem[], dead: ReadonlySet<string>): OutputItem | undefined {
  for (const item of output) {
    if (item.kind === 'mapping' && dead.has(tableKey(item.table))) return item;
    const inner = deadLookup(innerItems(item), dead);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** Finds rules that can only fail, and rules that lead nowhere. */
export function lintFailingRules(compiled: CompiledPolicy): Diagnostic[] {
  const dead = tablesWithoutYes(compiled);
  return rulesOf(compiled.rules).flatMap((rule) => {
    const output = rule.template.items.filter((item): item is OutputItem => !isControl(item));
    const lookup = deadLookup(output, dead);
    if (lookup !== undefined) return [failingRule(rule, lookup)];
    const trials = examplePartsOf(rule.pattern).map((parts) => tryOn(output, parts));
    const [first] = trials;
    if (first === undefined) return [];
    const failed = trials.flatMap((trial) => ('failed' in trial ? [trial.failed] : []));
    const [culprit] = failed;
    if (culprit !== undefined && failed.length === trials.length) return [failingRule(rule, culprit)];
    return toNowhere(
      rule,
      trials.filter((trial) => 'parts' in trial),
      compiled,
    );
  });
}
