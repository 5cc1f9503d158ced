/*
 * Differences that are one class, and the class in words: what the edited entries and rules say of senders and recipients, or else
 * what the sessions have in common.
 */
import { type AccessTable, findAccessTable, probeFields } from '../../access/index.js';
import { type Entry, fieldsOf, printPattern } from '../../mapping/index.js';
import { printPattern as printRulePattern, type RewriteRule } from '../../rewrite/index.js';
import { placeOf } from '../../text/index.js';
import type { Classified } from './classify.js';
import type { Outcome } from './decide-trial.js';
import type { Change, SideAnswer, Trial } from './policy-difference.js';
import type { RuleEdit } from './rule-edits.js';
import type { TableEdits } from './table-edits.js';

/** One trial that is decided differently. */
export interface Difference extends Classified {
  readonly trial: Trial;
  readonly before: Outcome;
  readonly now: Outcome;
}

/** The edits that words can come from. */
export interface EditedParts {
  readonly tables: readonly TableEdits[];
  readonly rules: readonly RuleEdit[];
}

function withoutAddresses(text: string): string {
  return text.replace(/[^\s,:<>]*[@!%][^\s,:<>]*/g, '@').replace(/: \S+$/, ': @');
}

function answerKey({ source, step, verdict, reply, deliveries }: SideAnswer): readonly string[] {
  const channels = deliveries.map((one) => one.replace(/\S+ on /g, ''));
  return [source, step, verdict, withoutAddresses(reply), ...new Set(channels)];
}

/** What differences of one class have in common. */
export function classKey({ kind, what, before, now, trial }: Difference): string {
  const isByTheWay = kind === 'other-reply' && before.answer.reply === now.answer.reply;
  // Where only something else is different, it does not matter for whom.
  if (isByTheWay) return JSON.stringify([kind, what]);
  return JSON.stringify([kind, trial.authUser !== null, answerKey(before.answer), answerKey(now.answer)]);
}

function oddness({ client, name, isUnconfirmed, authUser, tls, from, to, esmtp, port }: Trial): number {
  const isOddName = isUnconfirmed === true;
  const odd = [client !== '192.0.2.1', name !== null, isOddName, authUser !== null, tls, !esmtp, port !== 25];
  const ofSender = from === 'ann@sender.invalid' ? 0 : 20 + from.length;
  const ofRecipient = to === 'bob@relay.example' ? 0 : 20 + 2 * to.length;
  return odd.filter(Boolean).length * 100 + ofSender + ofRecipient;
}

/** The most ordinary of some differences. */
export function plainest(differences: readonly Difference[]): Difference | undefined {
  return differences.reduce<Difference | undefined>(
    (best, one) => (best === undefined || oddness(one.trial) < oddness(best.trial) ? one : best),
    undefined,
  );
}

function saidBy(
  table: AccessTable,
  entry: Entry,
): { readonly from: string | null; readonly to: string | null } {
  const parts = fieldsOf(entry.pattern);
  const names = [true, false].flatMap((overTcp) =>
    [false, true].map((orcpt) => probeFields(table, { overTcp, orcpt })),
  );
  const layout = names.find((one) => one.length === parts.length);
  const text = (name: 'from' | 'to'): string | null => {
    const pattern = layout === undefined ? undefined : parts[layout.indexOf(name)];
    const printed = pattern === undefined ? '*' : printPattern(pattern);
    return printed === '*' ? null : printed;
  };
  return { from: text('from'), to: text('to') };
}

function joined(texts: ReadonlySet<string>): string {
  return [...texts]
    .sort((one, other) => one.length - other.length)
    .slice(0, 2)
    .join(' and ');
}

/** The one that is shown first, and whether there are others. */
function wordsOf(values: readonly string[], shown: string): string {
  const different = [...new Set([shown, ...values])].map((one) => (one === '' ? '<>' : one));
  return different.length > 2 ? `${different[0] ?? ''} and others` : different.join(' and ');
}

/** Whether the host of a recipient is one that the pattern of a rule names. */
function isFor({ pattern: { kind, text } }: RewriteRule, to: string): boolean {
  const host = to.slice(to.lastIndexOf('@') + 1).toLowerCase();
  if (kind === 'host') return host === text.toLowerCase();
  return kind === 'suffix' && host.endsWith(text.toLowerCase());
}

/** Makes a change of the differences of one class, of which `shown` is the witness, decided with a trace. */
export function changeOf(
  shown: Difference,
  all: readonly Difference[],
  { tables, rules }: EditedParts,
): Change {
  const from = new Set<string>();
  const to = new Set<string>();
  const { answer: before } = shown.before;
  const { answer: now } = shown.now;
  for (const edit of tables) {
    const table = findAccessTable(edit.name)?.table;
    if (table === undefined) continue;
    const touched = [
      ...edit.removed.map((at) => ({ entry: edit.before?.entries[at], places: before.places })),
      ...edit.added.map((at) => ({ entry: edit.now?.entries[at], places: now.places })),
    ];
    for (const { entry, places } of touched) {
      if (entry === undefined || !places.includes(placeOf(entry.span))) continue;
      const said = saidBy(table, entry);
      if (said.from !== null) from.add(said.from);
      if (said.to !== null) to.add(said.to);
    }
  }
  if (to.size === 0) {
    for (const { before: was, now: is } of rules) {
      const rule = was ?? is;
      const places = was === null ? now.places : before.places;
      if (rule === null || !places.includes(placeOf(rule.span)) || !isFor(rule, shown.trial.to)) continue;
      to.add(`*@${rule.pattern.kind === 'suffix' ? '*' : ''}${printRulePattern(rule.pattern)}`);
    }
  }
  const trials = all.map(({ trial }) => trial);
  return {
    kind: shown.kind,
    senders:
      from.size > 0
        ? joined(from)
        : wordsOf(
            trials.map((one) => one.from),
            shown.trial.from,
          ),
    recipients:
      to.size > 0
        ? joined(to)
        : shown.before.answer.step === 'client' && shown.now.answer.step === 'client'
          ? 'any recipient'
          : wordsOf(
              trials.map((one) => one.to),
              shown.trial.to,
            ),
    what: shown.what,
    witness: shown.trial,
    before,
    now,
  };
}
