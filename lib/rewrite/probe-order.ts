/*
 * Which patterns are looked for, and in which order, for one host: the host itself, then with its leftmost labels
 * turned into asterisks, then with them dropped, step by step to `.`. Literals lose their octets from the right.
 *   a.b.c       a.b.c  *.b.c  .b.c  *.*.c  .c  *.*.*  .
 *   [1.2.3.4]   [1.2.3.4]  [1.2.3.]  [1.2.]  [1.]  []  [*.*.*.*]  .
 *   [IPv6:...]  the eight groups, then seven, ... [ipv6:]  []  .     (asterisks: IPv4 only)
 * A host over 255 octets or 127 labels is probed whole and as `.` only, so no host costs much. A text that is not a host
 * but could be mistaken for a pattern (`*.x`, `.x`, `[1.]`, `tag|x`, `$%`) is probed as `.` only.
 * Ref: PMDF 2.2.3.2, 2.2.3.7
 */
import { foldHost } from '../address/index.js';
import { ipv6Groups, ipv6Literal } from './literal.js';

/** One pattern to look for, and what the parts of the host are if it is found. */
export interface Probe {
  /** Folded, without the tag. */
  readonly pattern: string;
  /** Whether the domain database is consulted too; never with asterisks. */
  readonly domainDatabase: boolean;
  /** `$H`: the part that the pattern does not say. */
  readonly host: string;
  /** `$D`: the part that it says, with its leading dot. */
  readonly domain: string;
  /** `$L`: the part of the literal that it does not say. */
  readonly literal: string;
}

/** A label, or a whole literal; `stops` are the places just after the dots inside a literal. */
interface Element {
  readonly start: number;
  readonly end: number;
  readonly stops: readonly number[] | undefined;
}

const longestHost = 255;
const mostLabels = 127;

function elementsOf(host: string): Element[] {
  const elements: Element[] = [];
  let start = 0;
  while (start <= host.length) {
    const close = host[start] === '[' ? host.indexOf(']', start) : -1;
    const isLiteral = close !== -1 && (close + 1 === host.length || host[close + 1] === '.');
    const dot = host.indexOf('.', isLiteral ? close : start);
    const end = dot === -1 ? host.length : dot;
    elements.push({ start, end, stops: isLiteral ? stopsIn(host, start, close) : undefined });
    start = end + 1;
  }
  return elements;
}

function stopsIn(host: string, start: number, close: number): number[] {
  const stops: number[] = [];
  for (let dot = host.indexOf('.', start); dot !== -1 && dot < close; dot = host.indexOf('.', dot + 1)) {
    stops.push(dot + 1);
  }
  return stops;
}

function labelsAreFew(host: string): boolean {
  let labels = 1;
  for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) labels += 1;
  return labels <= mostLabels;
}

/** No real host has an empty label or a character of the pattern language. */
function couldBePattern(host: string): boolean {
  return (
    host === '' || host.startsWith('.') || host.endsWith('.') || /[*|$\ud87c]|\.\.|\[\.|\.\]|\[\]/.test(host)
  );
}

/** The probe of last resort, also used for `$*`, `$%` and `$!`. */
export function matchAllProbe(host: string): Probe {
  const isLiteral = host.startsWith('[') && host.indexOf(']') === host.length - 1;
  return {
    pattern: '.',
    domainDatabase: true,
    host,
    domain: '.',
    literal: isLiteral ? host.slice(1, -1) : '',
  };
}

function* ipv6Probes(host: string, groups: readonly string[]): Generator<Probe, void> {
  for (let kept = groups.length; kept >= 0; kept -= 1) {
    yield {
      pattern: ipv6Literal(groups.slice(0, kept)),
      domainDatabase: true,
      host: '',
      domain: host,
      literal: groups.slice(kept).join(':'),
    };
  }
  yield { pattern: '[]', domainDatabase: true, host: '', domain: host, literal: host.slice(1, -1) };
}

function* elementProbes(host: string, folded: string): Generator<Probe, void> {
  const elements = elementsOf(folded);
  let starred = '';
  for (const { start, end, stops } of elements) {
    const first = start === 0;
    const left = first ? '' : host.slice(0, start - 1);
    const right = first ? host : host.slice(start - 1);
    if (stops !== undefined) {
      // From the whole content but one part down to none of it.
      for (let kept = stops.length - 1; kept >= -1; kept -= 1) {
        const stop = stops[kept] ?? start + 1;
        const body = `${folded.slice(start, stop)}]${folded.slice(end)}`;
        const literal = host.slice(stop, end - 1);
        yield { pattern: starred + body, domainDatabase: first, host: left, domain: right, literal };
        if (!first) yield { pattern: `.${body}`, domainDatabase: true, host: left, domain: right, literal };
      }
    }
    const star = stops === undefined ? '*' : `[*${'.*'.repeat(stops.length)}]`;
    const matched = host.slice(0, end);
    const domain = host.slice(end);
    const literal = stops === undefined ? '' : host.slice(start + 1, end - 1);
    yield {
      pattern: starred + star + folded.slice(end),
      domainDatabase: false,
      host: matched,
      domain,
      literal,
    };
    starred += `${star}.`;
    if (end < host.length) {
      yield { pattern: folded.slice(end), domainDatabase: true, host: matched, domain, literal: '' };
    }
  }
}

/** Gives the probes for a host one by one, so that a hit spares the rest. */
export function* eachProbe(written: string): Generator<Probe, void> {
  const folded = foldHost(written);
  // Letters of ASCII keep their case in what a template puts in; U-labels have none that counts.
  const host = folded.length === written.length ? written : folded;
  if (!couldBePattern(host)) {
    const groups = host.startsWith('[') ? ipv6Groups(host) : undefined;
    if (groups !== undefined) {
      yield* ipv6Probes(host, groups);
    } else {
      yield { pattern: folded, domainDatabase: true, host: '', domain: host, literal: '' };
      if (host.length <= longestHost && labelsAreFew(host)) yield* elementProbes(host, folded);
    }
  }
  yield matchAllProbe(host);
}
