/*
 * Entries of access tables for the channel that connections start with, where clients may now come in on another: the
 * Tech Tip says that such entries may have to name `tcp_*`. Most are right as they are, above all the one against
 * relaying: what refuses strangers is meant for strangers. So an entry is named only when what it does for one channel is
 * missing on the other, and nothing in the table makes up for it:
 *   it permits with `$Y`, and the same probe from the other channel is refused by this table
 *   it does something else (holds, discards, tags, adds a header, replaces an address), and nothing matches that probe;
 *   one for senders who are outside in any case is left alone
 * Ref: PMDF 2.3.4.42, 16.1
 */
import { type AccessTable, type AccessTableMeaning, findAccessTable } from '../access/index.js';
import { foldDomain } from '../address/index.js';
import { type Channel, isLocalChannelName, isSmtpChannel, switchesClients } from '../channel/index.js';
import { StepBudget } from '../engine/index.js';
import { compilePattern, type Entry, EntryScan, type MappingPattern, subjectOf } from '../mapping/index.js';
import type { CompiledPolicy } from '../policy/index.js';
import { matchesText } from '../proof/index.js';
import { type Diagnostic, placeOf, warningAt } from '../text/index.js';
import { exampleProbe, usualFields, usualSender } from './probe-text.js';
import { type LintTable, lintTables, siteOf } from './tables.js';

const matchWork = 100_000;

/** Flags that do something beside permitting, rejecting and logging. */
const doing = new Set(['H', 'B', 'A', 'T', 'J', 'K', 'D']);

function flagsOf({ template }: Entry): Set<string> {
  return new Set(template.flatMap((item) => (item.kind === 'flag' ? [item.flag] : [])));
}

/** The first channel that clients of another are switched to, by a keyword that says so. */
function switchedTo({ policy }: CompiledPolicy, from: Channel): Channel | undefined {
  return [...policy.channels.channels.values()].find((channel) => {
    const isMeant = (channel.keywords.get('allowswitchchannel')?.span ?? null) !== null;
    return isMeant && channel !== from && isSmtpChannel(channel) && !isLocalChannelName(channel.name);
  });
}

/** How many bars stand behind the field of the source channel. */
function barsBehind(table: AccessTable): number {
  return table === 'FROM_ACCESS' ? 2 : 3;
}

function barsIn(pattern: MappingPattern): number {
  const texts = pattern.flatMap((element) => (element.kind === 'literal' ? [element.text] : []));
  return texts.join('').split('|').length - 1;
}

/** The pattern with another channel as the field of the source; null when the field is not that channel as it is. */
function withSource(
  table: AccessTable,
  pattern: MappingPattern,
  from: string,
  to: string,
): MappingPattern | null {
  const isFirst = table === 'ORIG_SEND_ACCESS' || table === 'SEND_ACCESS';
  for (const [index, element] of pattern.entries()) {
    if (element.kind !== 'literal') continue;
    const text = element.text.toLowerCase();
    const at = index === 0 && text.startsWith(`${from}|`) ? 0 : text.indexOf(`|${from}|`) + 1;
    const isFound = text.startsWith(`${from}|`, at) && (at > 0 || index === 0);
    if (!isFound || (isFirst && (index > 0 || at > 0))) continue;
    const rest = element.text.slice(at + from.length);
    const behind = pattern
      .map((one, other) => (other === index ? { ...element, text: rest } : one))
      .slice(index);
    if (!isFirst && barsIn(behind) !== barsBehind(table)) continue;
    const changed = `${element.text.slice(0, at)}${to}${rest}`;
    return pattern.map((one, other) => (other === index ? { ...element, text: changed } : one));
  }
  return null;
}

/** The first entry of a table that matches; null for none. */
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

function rejects(entry: Entry): boolean {
  const flags = flagsOf(entry);
  return flags.has('N') || flags.has('F');
}

/** Whether an example is from somebody who can only be outside: clients inside do not send so. */
function isFromOutside(
  compiled: CompiledPolicy,
  access: AccessTableMeaning | undefined,
  probe: string,
): boolean {
  if (access === undefined) return false;
  const usual = usualFields(access.table, siteOf(compiled));
  const field = usual.indexOf(usualSender);
  const sender = probe.split('|')[field] ?? '';
  const host = foldDomain(sender.slice(sender.lastIndexOf('@') + 1));
  if (sender === usualSender || !host.includes('.')) return false;
  return [...compiled.policy.localDomains].every((local) => host !== local && !host.endsWith(`.${local}`));
}

function lintEntry(
  compiled: CompiledPolicy,
  table: LintTable,
  entry: Entry,
  from: string,
  to: string,
): Diagnostic[] {
  const flags = flagsOf(entry);
  if (rejects(entry)) return [];
  const isDoing = [...flags].some((flag) => doing.has(flag));
  if (!isDoing && !flags.has('Y')) return [];
  const access = findAccessTable(table.written.name);
  const other = access === undefined ? null : withSource(access.table, entry.pattern, from, to);
  if (other === null) return [];
  const site = { ...siteOf(compiled), sourceChannel: to };
  const probe = exampleProbe(table.written.name, other, compilePattern(other), site);
  if (probe === null) return [];
  const taker = entryFor(table, probe);
  const hint = `write \`tcp_*\` for \`${from}\`, or add an entry for \`${to}\`: clients that are switched come in on that`;
  if (taker !== null && rejects(taker)) {
    const message = `this permits on \`${from}\` only: \`${probe}\` is refused by \`${placeOf(taker.span)}\``;
    const related = [{ message: 'refused here', span: taker.span }];
    return [warningAt(entry.span, 'lint/switched-source', message, { hint, related })];
  }
  if (taker !== null || !isDoing || isFromOutside(compiled, access, probe)) return [];
  const message = `this is done on \`${from}\` only: nothing matches \`${probe}\``;
  return [warningAt(entry.span, 'lint/switched-source', message, { hint })];
}

/** Finds entries that leave out the clients that are switched. */
export function lintSwitchedSources(compiled: CompiledPolicy): Diagnostic[] {
  const initial = [...compiled.policy.channels.channels.values()].filter(switchesClients);
  return initial.flatMap((channel) => {
    const target = switchedTo(compiled, channel);
    if (target === undefined) return [];
    return lintTables(compiled).flatMap((table) =>
      table.written.entries.flatMap((entry) => lintEntry(compiled, table, entry, channel.name, target.name)),
    );
  });
}
