/*
 * The trace as text: one line for each event, with three columns: the kind, the rule, entry or table, the outcome.
 */
import type { LookupRequest, TraceEvent } from '../../lib/engine/index.js';
import { counted } from '../../lib/text/index.js';
import type { Paint } from './paint.js';
import { printColumns } from './print-columns.js';
import { brief, quoted } from './visible.js';

const whereHostWas = {
  route: 'from the source route',
  at: 'after the at sign',
  percent: 'after a percent sign',
  bang: 'before an exclamation mark',
  none: 'added, since the address has no host',
} as const;

const nextStep = {
  E: 'ends',
  C: 'continues',
  L: 'continues, and then once more from the top',
  R: 'starts over',
} as const;

function flagText(flags: readonly string[]): string {
  return flags.length === 0 ? '' : `, sets ${flags.map((flag) => `$${brief(flag)}`).join(' ')}`;
}

/** The name of what was asked, and what it was asked for. */
function askedText(request: LookupRequest): [string, string] {
  switch (request.kind) {
    case 'database':
      return [request.database, request.key];
    case 'sequence':
      return [`sequence ${brief(request.file)}`, ''];
    case 'directory':
      return [`directory ${brief(request.domain)}`, request.key];
    case 'ldap':
      return [`ldap ${brief(request.search.base)}`, request.search.filter];
    case 'host':
      return ['host', request.name];
    case 'host-name':
      return ['host name', request.address];
    case 'mail-domain':
      return ['mail domain', request.name];
    case 'dns-list':
      return [`list ${brief(request.list)}`, request.address];
    case 'site-routine':
      return [`routine ${brief(request.image)},${brief(request.name)}`, request.argument];
    case 'spf':
      return ['spf', `${request.sender} from ${request.client}`];
    case 'counter':
      return [`counter ${request.step.action}`, request.step.key];
  }
}

/** Whether a request counts an attempt against a limit. */
function isAttempt(request: LookupRequest): boolean {
  return request.kind === 'counter' && ['throttle', 'attempt'].includes(request.step.action);
}

/** The source of a look-up, and its key with what was found for it; safe to print. */
export function lookupText({ request, answer }: Extract<TraceEvent, { kind: 'lookup' }>): [string, string] {
  const [source, key] = askedText(request);
  const keyText = key === '' ? '' : `${quoted(key)} `;
  if (isAttempt(request) && answer.kind === 'absent') return [source, `${keyText}is within the limit`];
  switch (answer.kind) {
    case 'found':
      return [source, `${keyText}is ${quoted(answer.value)}`];
    case 'values':
      return [source, `${keyText}is ${answer.values.map(quoted).join(', ')}`];
    case 'entries':
      return [source, `${keyText}has ${counted(answer.entries.length, 'entry', 'entries')}`];
    case 'absent':
      return [source, `${keyText}is not found`];
    case 'failed':
      return [source, `${keyText}failed: ${brief(answer.cause)}`];
  }
}

function outputText(output: string): string {
  return output === '' ? 'empty' : quoted(output);
}

function entryText(event: Extract<TraceEvent, { kind: 'entry-matched' }>): string {
  const { table, captures, output, flags, control, failed } = event;
  const wildcards = captures.map((text, index) => `$${index}=${brief(text)}`).join(' ');
  const matched = `${brief(table)} matches${wildcards === '' ? '' : ` with ${wildcards}`}`;
  if (failed !== undefined) return `${matched}; the template fails (${brief(failed)}), ${nextStep[control]}`;
  return `${matched}; output ${outputText(output)}${flagText(flags)}, ${nextStep[control]}`;
}

const verdictWord = { accept: 'accepts', reject: 'rejects', defer: 'defers' } as const;

/** What a table in shadow mode would have done. */
export function shadowText(event: Omit<Extract<TraceEvent, { kind: 'shadowed' }>, 'kind'>): string {
  const { table, verdict, reply, cause, effects, applied } = event;
  const detail = [reply, cause, ...effects].filter((part) => part !== '').map(brief);
  const what = `${table} would ${verdict}${detail.length === 0 ? '' : `: ${detail.join('; ')}`}`;
  return applied ? `${what}; enforced, since it keeps strangers from relaying` : what;
}

/** The three cells of an event. */
export function traceRow(event: TraceEvent): readonly [string, string, string] {
  switch (event.kind) {
    case 'pass-begins':
      return ['pass', brief(event.channel), `${quoted(event.address)} is reprocessed`];
    case 'rewrite-begins': {
      const from = event.sourceChannel === null ? '' : `, source channel ${brief(event.sourceChannel)}`;
      return ['rewrite', '', `${quoted(event.address)}, ${event.direction}${from}`];
    }
    case 'host-extracted':
      return ['host', '', `${quoted(event.host)}, ${whereHostWas[event.from]}`];
    case 'rule-tried': {
      const outcome = event.fired ? 'fires' : `skipped: ${brief(event.failed ?? 'it does not apply')}`;
      return ['rule', brief(event.place), `${quoted(event.pattern)} ${outcome}`];
    }
    case 'rewrite-ends': {
      if (event.error !== undefined) return ['failed', '', brief(event.error)];
      const routing = event.routingSystem === null ? '' : ` via ${brief(event.routingSystem)}`;
      return ['routed', '', `${quoted(event.address)}${routing} to channel ${brief(event.channel ?? '?')}`];
    }
    case 'table-probed':
      return ['probe', brief(event.table), quoted(event.probe)];
    case 'entry-matched':
      return ['entry', brief(event.place), entryText(event)];
    case 'table-ends':
      return event.matched
        ? ['result', brief(event.table), `${outputText(event.output)}${flagText(event.flags)}`]
        : ['result', brief(event.table), 'no entry matches'];
    case 'lookup':
      return ['look-up', ...lookupText(event)];
    case 'channel-chosen':
      return ['channel', brief(event.channel), brief(event.why)];
    case 'shadowed':
      return ['shadow', brief(event.entry ?? ''), shadowText(event)];
    case 'routing-refused':
      return ['routing', brief(event.place), brief(event.reason)];
    case 'decided': {
      const text = event.text === '' ? '' : `: ${brief(event.text)}`;
      return [
        'decided',
        brief(event.place ?? ''),
        `${brief(event.what)} ${verdictWord[event.verdict]}${text}`,
      ];
    }
  }
}

/** How events change the nesting of the next ones in rewritings and tables. */
const depthChanges: { readonly [K in TraceEvent['kind']]?: number } = {
  'rewrite-begins': 1,
  'table-probed': 1,
  'rewrite-ends': -1,
  'table-ends': -1,
};

/** Whether an event outside all rewritings and tables belongs to what came before it. */
function isContinuation(event: TraceEvent, before: TraceEvent): boolean {
  switch (event.kind) {
    case 'decided':
    case 'routing-refused':
    case 'shadowed':
    case 'channel-chosen':
      return true;
    case 'lookup':
      return before.kind === 'lookup';
    default:
      return false;
  }
}

/** The numbers of the events that begin a new group: a rewriting, a table, a look-up between them. */
function groupStarts(trace: readonly TraceEvent[]): ReadonlySet<number> {
  const starts = new Set<number>();
  let depth = 0;
  let before: TraceEvent | null = null;
  for (const [index, event] of trace.entries()) {
    if (depth === 0 && before !== null && !isContinuation(event, before)) starts.add(index);
    depth = Math.max(0, depth + (depthChanges[event.kind] ?? 0));
    before = event;
  }
  return starts;
}

/** The events as aligned lines, with a blank line before each rewriting and each table. */
export function printTrace(trace: readonly TraceEvent[], paint: Paint): string[] {
  const starts = groupStarts(trace);
  const lines = printColumns(trace.map(traceRow), [paint.dim, paint.bold]);
  return lines.flatMap((line, index) => (starts.has(index) ? ['', line] : [line]));
}
