/*
 * Names from manuals and samples left in a configuration that has names of its own: `domain.com` of the Tech Tip where it
 * is not a domain of this site, and names reserved for examples where the site has real ones. Where `domain.com` is the
 * domain of the site, Haraka's name for this host shows whether that is intended.
 * Ref: RFC 2606 2, 3
 */
import { foldDomain } from '../../address/index.js';
import { isLocalChannelName } from '../../channel/index.js';
import { aliasesOf } from '../../forwarding/index.js';
import { tablesOf } from '../../mapping/index.js';
import type { CompiledPolicy } from '../../policy/index.js';
import { rulesOf } from '../../rewrite/index.js';
import type { Span } from '../../text/index.js';
import { type Finding, oneFinding, type WrittenRule } from '../rule.js';
import type { LintSubject } from '../subject.js';
import type { WrittenText } from '../written-texts.js';

/** The domain of the Tech Tip. */
const tipDomain = 'domain.com';

const nameCharacters = /[a-z0-9_\-.]+/gi;

function isAtOrBelow(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`);
}

/** Whether a name is reserved for examples. */
function isReserved(name: string): boolean {
  const [last = '', before = ''] = name.split('.').reverse();
  return last === 'example' || (before === 'example' && ['com', 'net', 'org'].includes(last));
}

/** Decides which names are placeholders, by the names of the site itself. */
function placeholderTest(localDomains: ReadonlySet<string>): (name: string) => boolean {
  const own = [...localDomains];
  const isOwn = own.some((domain) => isAtOrBelow(domain, tipDomain));
  // A site with a reserved name of its own is a sample or a test.
  const isReal = own.every((domain) => !isReserved(domain) && domain.includes('.')) && !isOwn;
  return (name) => (!isOwn && isAtOrBelow(name, tipDomain)) || (isReal && isReserved(name));
}

function patternsOf({ rules, mappings }: CompiledPolicy): WrittenText[] {
  const ofRules = rulesOf(rules).map(({ pattern }) => ({ text: pattern.text, span: pattern.span }));
  const ofEntries = tablesOf(mappings)
    .flatMap(({ entries }) => entries)
    .flatMap(({ pattern }) => pattern)
    .flatMap((element) => (element.kind === 'literal' ? [element] : []));
  return [...ofRules, ...ofEntries];
}

function aliasNames({ aliases }: CompiledPolicy): WrittenText[] {
  return aliasesOf(aliases).map(({ name, span }) => ({ text: name, span }));
}

function* placesIn({ text, span }: WrittenText, isPlaceholder: (name: string) => boolean): Generator<Span> {
  for (const found of text.matchAll(nameCharacters)) {
    const name = foldDomain(found[0].replace(/^\.+/, ''));
    // With quoting the text differs from the source, and the whole place is shown.
    const isExact = span.length === text.length;
    if (isPlaceholder(name)) {
      yield isExact ? { ...span, offset: span.offset + found.index, length: found[0].length } : span;
    }
  }
}

/** Enough places for one finding. */
const mostPlaces = 6;

/** Placeholders in patterns, aliases and keys of databases. */
function inConfiguration({ compiled, policy, databaseEntries }: LintSubject): readonly Finding[] {
  const { localDomains, localHost } = policy;
  const isPlaceholder = placeholderTest(new Set([...localDomains, foldDomain(localHost)]));
  const places: Span[] = [];
  for (const written of [...patternsOf(compiled), ...aliasNames(compiled)]) {
    for (const one of placesIn(written, isPlaceholder)) places.push(one);
  }
  for (const { key, keySpan } of databaseEntries()) {
    if (places.length >= mostPlaces) break;
    for (const one of placesIn({ text: key, span: keySpan }, isPlaceholder)) places.push(one);
  }
  const describe = ({ span: { source, offset, length } }: { readonly span: Span }) => ({
    message: `\`${source.text.slice(offset, offset + length)}\` is an example from a manual, not a domain of this site`,
    hint: `write your own domain, such as \`${localHost}\`, or remove the line`,
  });
  const found = places.map((span) => ({ span }));
  return oneFinding(found, describe, () => 'here too');
}

/** Top-level names of networks that are not on the Internet. Ref: RFC 6762 G, RFC 2606 2 */
const privateNames = new Set('test invalid localhost localdomain local internal intranet lan'.split(' '));

function isInternetName(name: string): boolean {
  const last = name.split('.').at(-1) ?? '';
  return /^[^.\s]+(?:\.[^.\s]+)+$/.test(name) && !/^[0-9]+$/.test(last) && !privateNames.has(last);
}

/** The domain of the Tech Tip as the domain of a host that has another name. */
function asOwnDomain({ policy, ownName }: LintSubject): Finding[] {
  const name = foldDomain(ownName ?? '');
  if (!isInternetName(name) || isReserved(name) || isAtOrBelow(name, tipDomain)) return [];
  const local = [...policy.channels.channels.values()].find((one) => isLocalChannelName(one.name));
  if (local === undefined || foldDomain(local.officialHostName) !== tipDomain) return [];
  const message = `the local channel has the host name \`${tipDomain}\`, an example from a manual, but this host is named \`${name}\``;
  const hint = `write your own domain instead of \`${tipDomain}\` in all files; if it is your domain, write it into Haraka's file \`config/me\``;
  return [{ span: local.span, message, hint }];
}

export const placeholder = {
  code: 'lint/placeholder',
  about:
    'A name from a manual, `domain.com` or a name reserved for examples, was left in the configuration and is not a domain of this site. Write your own domain, or remove the line.',
  check: (subject: LintSubject): readonly Finding[] => [...inConfiguration(subject), ...asOwnDomain(subject)],
} as const satisfies WrittenRule;
