/*
 * Hosts that a pattern matches, as its template sees them: one for each way in which substitutions can be empty or
 * lack a label. Where a pattern matches hosts of any length, the host has more labels than any template drops.
 * Ref: PMDF 2.2.4, 2.2.6.1 to 2.2.6.9
 */
import { ipv6Pattern } from './literal.js';
import { patternKey } from './parse-pattern.js';
import { eachProbe, matchAllProbe, type Probe } from './probe-order.js';
import type { RulePattern } from './rule.js';

/** More labels than a template can drop or count. */
const manyLabels = 'h0.h1.h2.h3.h4.h5.h6.h7.h8.h9.h10.h11';
const someLiterals = ['[192.0.2.9]', '[IPv6:2001:db8::9]'];

function hostsOf({ kind, text }: RulePattern): readonly string[] {
  switch (kind) {
    case 'host':
      return [text];
    case 'suffix':
      return [manyLabels + text];
    case 'stars':
      return [text.replaceAll('*', '9')];
    case 'literal-prefix': {
      const groups = ipv6Pattern(text)
        ?.slice('[ipv6:'.length, -1)
        .split(':')
        .filter((group) => group !== '');
      if (groups !== undefined) {
        return [`[IPv6:${[...groups, ...new Array<string>(8 - groups.length).fill('9')].join(':')}]`];
      }
      const octets = text
        .slice(1, -1)
        .split('.')
        .filter((octet) => octet !== '');
      return [`[${[...octets, ...new Array<string>(Math.max(1, 4 - octets.length)).fill('9')].join('.')}]`];
    }
    case 'any-literal':
      return someLiterals;
    case 'all':
    case 'first':
    case 'percent':
    case 'bang':
      return [manyLabels, ...someLiterals];
  }
}

/** The parts of hosts that a pattern matches; empty where it matches no host at all. */
export function examplePartsOf(pattern: RulePattern): readonly Probe[] {
  const key = patternKey({ ...pattern, tag: '' });
  return hostsOf(pattern).flatMap((host) => {
    switch (pattern.kind) {
      case 'all':
      case 'first':
      case 'percent':
      case 'bang':
        return [matchAllProbe(host)];
      default:
        return [...eachProbe(host)].find((probe) => probe.pattern === key) ?? [];
    }
  });
}
