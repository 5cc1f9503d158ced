/*
 * Entries of access tables for the initial channel, while clients may be switched to another: the Tech Tip says that such
 * entries may have to name `tcp_*`. Most are right as they are, above all the one against relaying. So an entry is
 * reported only when what it does for one channel is missing on the other and nothing in the table makes up for it:
 *   it permits with `$Y`, and the table rejects the same probe from the other channel
 *   it does something else (holds, discards, tags, adds a header, replaces an address), and no entry matches the same
 *   probe from the other channel; one for senders who can only be outside is left alone
 * Ref: PMDF 2.3.4.42, 16.1
 */
import { type AccessTable, findAccessTable } from '../../access/index.js';
import { foldDomain } from '../../address/index.js';
import {
  type Channel,
  isLocalChannelName,
  isSmtpChannel,
  spanOfKeyword,
  switchesClients,
} from '../../channel/index.js';
import { StepBudget } from '../../engine/index.js';
import {
  compilePattern,
  type Entry,
  EntryScan,
  type MappingPattern,
  subjectOf,
} from '../../mapping/index.js';
import { flagsIn, matchesText, rejects } from '../../proof/index.js';
import { placeOf } from '../../text/index.js';
import {
  barsIn,
  exampleProbe,
  fieldPosition,
  ordinaryFields,
  ordinarySender,
  type ProbeSite,
} from '../example-probe.js';
import type { Finding, WrittenRule } from '../rule.js';
import type { LintSubject } from '../subject.js';
import type { LintTable } from '../tables.js';

const matchWork = 100_000;

/** Flags that do something other than permit, reject and log. */
const effects: readonly string[] = ['H', 'B', 'A', 'T', 'J', 'K', 'D'];

/** The initial channel, and the channel that its clients are switched to. */
interface Switch {
  readonly from: string;
  readonly to: string;
}

/** The first channel that says it can be switched to. */
function switchesFrom({ policy }: LintSubject, from: Channel): Switch[] {
  const target = [...policy.channels.channels.values()].find((channel) => {
    const isIntended = spanOfKeyword(channel, 'allowswitchchannel') !== null;
    return isIntended && channel !== from && isSmtpChannel(channel) && !isLocalChannelName(channel.name);
  });
  return target === undefined ? [] : [{ from: from.name, to: target.name }];
}

/** Whether the part of a pattern that begins with the source channel has as many bars as that part of a probe. */
function isSourceField(table: AccessTable, rest: MappingPattern, site: ProbeSite): boolean {
  const position = fieldPosition(table, 'sourceChannel');
  const bars = rest.reduce((sum, element) => sum + barsIn(element), 0);
  return position === 0 || bars === ordinaryFields(table, site).length - 1 - position;
}

/** The pattern with another source channel; null when the source field is not the name of the initial channel. */
function withSource(
  table: AccessTable,
  pattern: MappingPattern,
  { from, to }: Switch,
  site: ProbeSite,
): MappingPattern | null {
  const mustBeFirst = fieldPosition(table, 'sourceChannel') === 0;
  for (const [index, element] of pattern.entries()) {
    if (element.kind !== 'literal') continue;
    const text = element.text.toLowerCase();
    const at = index === 0 && text.startsWith(`${from}|`) ? 0 : text.indexOf(`|${from}|`) + 1;
    const isFound = text.startsWith(`${from}|`, at) && (at > 0 || index === 0);
    if (!isFound || (mustBeFirst && (index > 0 || at > 0))) continue;
    const after = element.text.slice(at + from.length);
    const rest = [{ ...element, text: after }, ...pattern.slice(index + 1)];
    if (!isSourceField(table, rest, site)) continue;
    const changed = { ...element, text: `${element.text.slice(0, at)}${to}${after}` };
    return pattern.map((one, other) => (other === index ? changed : one));
  }
  return null;
}

/** The first entry of a table that matches a probe. */
function entryFor({ written, compiled }: LintTable, probe: string): Entry | null {
  const scan = new EntryScan(compiled.index, subjectOf(probe), 0);
  for (let one = scan.next(); one !== -1; one = scan.next()) {
    const candidate = compiled.entries[one];
    const budget = new StepBudget(matchWork);
    if (candidate !== undefined && matchesText(candidate.pattern, probe, budget) === true) {
      return written.entries[one] ?? null;
    }
  }
  return null;
}

/** Whether the sender of a probe can only be outside, so that no internal client sends it. */
function isFromOutside(localDomains: Iterable<string>, sender: string): boolean {
  const host = foldDomain(sender.slice(sender.lastIndexOf('@') + 1));
  if (sender === ordinarySender || !host.includes('.')) return false;
  return [...localDomains].every((local) => host !== local && !host.endsWith(`.${local}`));
}

function findingFor(subject: LintSubject, table: LintTable, entry: Entry, change: Switch): Finding[] {
  const { span, template, pattern } = entry;
  const { from, to } = change;
  const flags = flagsIn(template);
  const hasEffect = effects.some((flag) => flags.has(flag));
  const access = findAccessTable(table.written.name)?.table;
  if (access === undefined || rejects(template) || (!hasEffect && !flags.has('Y'))) return [];
  const other = withSource(access, pattern, change, table.site);
  if (other === null) return [];
  const site = { ...table.site, sourceChannel: to };
  const probe = exampleProbe(table.written.name, other, compilePattern(other), site);
  if (probe === null) return [];
  const taker = entryFor(table, probe);
  const hint = `clients that are switched come in on \`${to}\`: write \`tcp_*\` instead of \`${from}\`, or add an entry for \`${to}\``;
  if (taker !== null && rejects(taker.template)) {
    const message = `this entry permits on \`${from}\` only: \`${probe}\` is rejected by \`${placeOf(taker.span)}\``;
    return [{ span, message, hint, related: [{ message: 'rejected here', span: taker.span }] }];
  }
  const sender = probe.split('|')[fieldPosition(access, 'from')] ?? '';
  if (taker !== null || !hasEffect || isFromOutside(subject.policy.localDomains, sender)) return [];
  const message = `this entry takes effect on \`${from}\` only: no entry matches \`${probe}\``;
  return [{ span, message, hint }];
}

export const switchedSource = {
  code: 'lint/switched-source',
  about:
    'An access table entry is for the channel where connections start, and does nothing for clients that are switched to another channel. If it is meant for them too, write `tcp_*` as the source channel, or add an entry for the other channel.',
  check(subject) {
    const switches = [...subject.policy.channels.channels.values()]
      .filter(switchesClients)
      .flatMap((channel) => switchesFrom(subject, channel));
    // What such an entry would do on the other channel does not matter.
    const never = new Set(
      subject.neverMatching.tables.flatMap(({ table, never: entries }) =>
        entries.map(({ entry }) => table.written.entries[entry]),
      ),
    );
    return switches.flatMap((change) =>
      subject.tables.flatMap((table) =>
        table.written.entries
          .filter((entry) => !never.has(entry))
          .flatMap((entry) => findingFor(subject, table, entry, change)),
      ),
    );
  },
} as const satisfies WrittenRule;
