/*
 * The hosts that the pattern of a rewrite rule matches, as languages, and their order: of the patterns that fit a host the one
 * with more labels counts first, one with asterisks before one for everything below.
 * Ref: PMDF 2.2.3.2, 2.2.4
 */
import { foldHost } from '../../address/index.js';
import type { RulePattern } from '../../rewrite/index.js';
import type { AddressLanguages } from './address-languages.js';
import type { Language } from './language.js';

/** The hosts of a pattern, and the parts into which it cuts them. */
export interface RuleHosts {
  /** All of them, and perhaps more. */
  readonly all: Language;
  /** No others, among host names and literals. */
  readonly only: Language;
  /** `$H`, `$D` and `$L`. */
  readonly host: Language;
  readonly domain: Language;
  /** `$D`, where that is the same for every host; null for literals, which have several spellings. */
  readonly domainText: string | null;
  readonly literal: Language;
  /** Which of `$H` and `$D` one after the other are the whole host. */
  readonly whole: 'host-and-domain' | 'host' | 'domain';
  /** The texts around `$L` that make the whole host of it; null where `$L` is not in the host. */
  readonly aroundLiteral: readonly [before: string, after: string] | null;
}

function fixedLabels(text: string): number {
  return text.split('.').filter((label) => label !== '' && label !== '*').length;
}

/** The place of a pattern in the order; lower ones count first. Patterns of one place have no host in common. */
export function placeInOrder({ kind, text }: RulePattern): number {
  switch (kind) {
    case 'first':
      return -2;
    case 'host':
      return -1;
    case 'stars':
      // Asterisks in a literal count after all other literals.
      return text.startsWith('[') ? 900 : 500 - 2 * fixedLabels(text);
    case 'suffix':
      return 501 - 2 * fixedLabels(text);
    case 'literal-prefix':
      return (
        500 -
        2 *
          text
            .slice(1, -1)
            .split(/[.:]/)
            .filter((part) => part !== '').length
      );
    case 'any-literal':
      return 899;
    case 'all':
      return 1000;
    case 'percent':
    case 'bang':
      return 1001;
  }
}

/** Gives the hosts of a pattern out of those that there are. */
export function ruleHosts(addresses: AddressLanguages, pattern: RulePattern): RuleHosts {
  const { languages, anyHost } = addresses;
  const { text: textOf, joined, emptyText, nothing } = bind(addresses);
  const text = foldHost(pattern.text);
  const isIpv6 = /^\[ipv6:/i.test(text);
  const whole = (all: Language, only: Language, literal: Language): RuleHosts => ({
    all,
    only,
    host: emptyText,
    domain: all,
    domainText: null,
    literal,
    whole: 'domain',
    aroundLiteral: null,
  });
  switch (pattern.kind) {
    case 'host':
      // A literal may be spelled in several ways.
      if (isIpv6) return whole(joined(textOf('[ipv6:'), anyHost), nothing, emptyText);
      return {
        ...whole(textOf(text), textOf(text), emptyText),
        domainText: text.startsWith('[') ? null : text,
      };
    case 'suffix': {
      const all = joined(anyHost, textOf(text));
      return {
        all,
        only: all,
        host: anyHost,
        domain: textOf(text),
        domainText: text,
        literal: emptyText,
        whole: 'host-and-domain',
        aroundLiteral: null,
      };
    }
    case 'stars': {
      const all = starred(addresses, text);
      if (text.startsWith('[')) return { ...whole(all, nothing, anyHost), host: anyHost };
      const fixed = text.slice(text.lastIndexOf('*') + 1);
      const host = starred(addresses, text.slice(0, text.lastIndexOf('*') + 1));
      return {
        all,
        only: all,
        host,
        domain: textOf(fixed),
        domainText: fixed,
        literal: emptyText,
        whole: fixed === '' ? 'host' : 'host-and-domain',
        aroundLiteral: null,
      };
    }
    case 'literal-prefix': {
      if (isIpv6) return whole(joined(textOf('[ipv6:'), anyHost), nothing, anyHost);
      const begin = text.slice(0, -1);
      const all = joined(textOf(begin), anyHost, textOf(']'));
      return { ...whole(all, all, anyHost), aroundLiteral: [begin, ']'] };
    }
    case 'any-literal': {
      const all = joined(textOf('['), anyHost, textOf(']'));
      const only = joined(textOf('['), addresses.ipv4, textOf(']'));
      return { ...whole(all, only, anyHost), aroundLiteral: ['[', ']'] };
    }
    case 'all':
    case 'first':
    case 'percent':
    case 'bang':
      return {
        all: anyHost,
        only: anyHost,
        host: anyHost,
        domain: textOf('.'),
        domainText: '.',
        literal: languages.optional(anyHost),
        whole: 'host',
        aroundLiteral: null,
      };
  }
}

function starred(addresses: AddressLanguages, text: string): Language {
  const { languages, anyLabel } = addresses;
  const parts = text
    .split('*')
    .flatMap((fixed, at) => [...(at === 0 ? [] : [anyLabel]), languages.text(fixed)]);
  return languages.joined(...parts);
}

function bind({ languages }: AddressLanguages) {
  return {
    text: (text: string) => languages.text(text),
    joined: (...parts: readonly Language[]) => languages.joined(...parts),
    emptyText: languages.emptyText,
    nothing: languages.nothing,
  };
}
