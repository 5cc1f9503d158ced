/*
 * Ways to channels that are not there, outside of rules: values of the general database whose template ends in a host
 * that no channel has, and the process channel, named in a table, an alias or a database while there is none. All mail that
 * comes this way is refused, or goes out to a host of that name.
 * Ref: PMDF 2.2.5, 26.7
 */
import { type AliasValue, aliasesOf } from '../forwarding/index.js';
import { tablesOf } from '../mapping/index.js';
import type { CompiledPolicy } from '../policy/index.js';
import { type Diagnostic, nearest, type Span, warningAt } from '../text/index.js';
import { type DatabaseEntry, generalHoldsTemplates, lastHostOf, partOfValue } from './database-entries.js';

/** The official host name that PMDF gives the process channel. */
export const processHost = 'PROCESS-DAEMON';

/** What to add where the process channel is missing. */
export const addProcess = `add a channel block at the end of pmdf.cnf: \`process\`, and \`${processHost}\` on the line below it`;

/** A way that is written somewhere, and the place of its host. */
interface Route {
  readonly host: string;
  readonly span: Span;
}

/** Tells whether a host is the one of the process channel. */
export function isProcessHost(host: string): boolean {
  return host.toUpperCase() === processHost;
}

function hostIn(text: string, span: Span): Route[] {
  const found = lastHostOf(text);
  if (found === null) return [];
  const { source, offset, length } = span;
  // Quoting, or a phrase before the address, makes the source another text.
  const at = source.text.slice(offset, offset + length).indexOf(`@${found.host}`);
  const place = at === -1 ? span : { source, offset: offset + at + 1, length: found.host.length };
  return [{ host: found.host, span: place }];
}

function routesOfAlias(value: AliasValue): Route[] {
  switch (value.kind) {
    case 'address':
      return hostIn(value.text, value.span);
    case 'list':
      return value.addresses.flatMap(({ text, span }) => hostIn(text, span));
    case 'parameter':
      return [];
  }
}

/** The hosts that aliases and templates of tables put at the end of an address. */
function writtenRoutes({ mappings, aliases }: CompiledPolicy): Route[] {
  const items = tablesOf(mappings)
    .flatMap(({ entries }) => entries)
    .flatMap(({ template }) => template);
  return [
    ...items.flatMap((item) => (item.kind === 'literal' ? hostIn(`x${item.text}`, item.span) : [])),
    ...aliasesOf(aliases)
      .flatMap(({ values }) => values)
      .flatMap(routesOfAlias),
  ];
}

function noProcess([first, ...others]: readonly Route[]): Diagnostic[] {
  if (first === undefined) return [];
  return [
    warningAt(
      first.span,
      'lint/no-process-channel',
      `no channel has the host \`${processHost}\`, so all mail that is sent this way is refused`,
      {
        hint: addProcess,
        related: others.slice(0, mostRelated).map(({ span }) => ({ message: 'named here too', span })),
      },
    ),
  ];
}

const mostRelated = 5;

function toNowhere(entry: DatabaseEntry, { host, span }: Route, known: readonly string[]): Diagnostic {
  const meant = nearest(host, known);
  const { value } = entry;
  const at = value.lastIndexOf('@');
  const isShort = !value.slice(0, at).includes('%') && !value.slice(0, at).includes('@');
  const again = isShort
    ? `the form \`A@B\` names a channel: write \`${value.slice(0, at)}%${value.slice(at + 1)}\`, or, through the process channel, \`${value.slice(0, at)}%${value.slice(at + 1)}@${processHost}\``
    : 'name the host of a channel, as its block does';
  const message = `mail for \`${entry.key}\` is refused: no channel has the host \`${host}\``;
  return warningAt(span, 'lint/value-to-nowhere', message, {
    hint: meant === undefined ? again : `did you mean \`${meant}\`?`,
  });
}

/** Finds ways to channels that are not there; of databases one finding for each host. */
export function lintUnknownRoutes(compiled: CompiledPolicy, entries: Iterable<DatabaseEntry>): Diagnostic[] {
  const { policy } = compiled;
  const hasProcess = policy.hosts.find(processHost) !== undefined;
  const known = [...policy.channels.channels.values()].map(({ officialHostName }) => officialHostName);
  const missing = hasProcess ? [] : writtenRoutes(compiled).filter(({ host }) => isProcessHost(host));
  const holdsTemplates = generalHoldsTemplates(compiled);
  const said = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  for (const entry of entries) {
    const last = lastHostOf(entry.value);
    if (last === null || policy.hosts.find(last.host) !== undefined) continue;
    const route = { host: last.host, span: partOfValue(entry, last.offset, last.host.length) };
    if (isProcessHost(last.host)) {
      if (missing.length <= mostRelated) missing.push(route);
    } else if (entry.database === 'general' && holdsTemplates && !said.has(last.host.toLowerCase())) {
      said.add(last.host.toLowerCase());
      diagnostics.push(toNowhere(entry, route, known));
    }
  }
  return [...noProcess(missing), ...diagnostics];
}
