/*
 * Names that manuals and samples write for those of the reader, left in a configuration that has its own: `domain.com` of
 * the Tech Tip where it is not a domain of this site, and names that are reserved for examples where the site itself has
 * real ones. Where `domain.com` is the domain of the site, Haraka's own name for the host tells whether that is meant.
 * Patterns of rules and of entries, and what databases and aliases lead to, are searched for them as whole names.
 * Ref: RFC 2606 2, 3
 */
import { foldDomain } from '../address/index.js';
import { isLocalChannelName } from '../channel/index.js';
import { aliasesOf } from '../forwarding/index.js';
import { tablesOf } from '../mapping/index.js';
import type { CompiledPolicy } from '../policy/index.js';
import { rulesOf } from '../rewrite/index.js';
import { type Diagnostic, type Span, warningAt } from '../text/index.js';
import type { DatabaseEntry } from './database-entries.js';

/** The domain of the Tech Tip. */
const tipDomain = 'domain.com';

/** A text of the configuration and its place; `text` is a stretch of the source. */
interface Written {
  readonly text: string;
  readonly span: Span;
}

const nameCharacters = /[a-z0-9_\-.]+/gi;

function isAtOrBelow(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`);
}

/** Names that no one can have. */
function isReserved(name: string): boolean {
  const [last = '', before = ''] = name.split('.').reverse();
  return last === 'example' || (before === 'example' && ['com', 'net', 'org'].includes(last));
}

/** Which names are placeholders at a site, by what the site says of itself. */
function placeholderTest(localDomains: ReadonlySet<string>): (name: string) => boolean {
  const own = [...localDomains];
  const isOwn = own.some((domain) => isAtOrBelow(domain, tipDomain));
  // A site whose own name is made up is a sample or a trial.
  const isReal = own.every((domain) => !isReserved(domain) && domain.includes('.')) && !isOwn;
  return (name) => (!isOwn && isAtOrBelow(name, tipDomain)) || (isReal && isReserved(name));
}

function patternsOf({ rules, mappings }: CompiledPolicy): Written[] {
  const ofRules = rulesOf(rules).map(({ pattern }) => ({ text: pattern.text, span: pattern.span }));
  const ofEntries = tablesOf(mappings)
    .flatMap(({ entries }) => entries)
    .flatMap(({ pattern }) => pattern)
    .flatMap((element) => (element.kind === 'literal' ? [{ text: element.text, span: element.span }] : []));
  return [...ofRules, ...ofEntries];
}

function aliasNames({ aliases }: CompiledPolicy): Written[] {
  return aliasesOf(aliases).map(({ name, span }) => ({ text: name, span }));
}

function* placesIn({ text, span }: Written, isPlaceholder: (name: string) => boolean): Generator<Span> {
  for (const found of text.matchAll(nameCharacters)) {
    const name = foldDomain(found[0].replace(/^\.+/, ''));
    // Where quoting makes the text another than the source, the whole place is shown.
    const isExact = span.length === text.length;
    if (isPlaceholder(name)) {
      yield isExact ? { ...span, offset: span.offset + found.index, length: found[0].length } : span;
    }
  }
}

const mostRelated = 5;

/** Finds placeholders, in one finding with the first place; `entries` are those of databases. */
export function lintPlaceholders(compiled: CompiledPolicy, entries: Iterable<DatabaseEntry>): Diagnostic[] {
  const { localDomains, localHost } = compiled.policy;
  const isPlaceholder = placeholderTest(new Set([...localDomains, foldDomain(localHost)]));
  const places: Span[] = [];
  for (const written of [...patternsOf(compiled), ...aliasNames(compiled)]) {
    for (const one of placesIn(written, isPlaceholder)) places.push(one);
  }
  for (const { key, keySpan } of entries) {
    if (places.length > mostRelated) break;
    for (const one of placesIn({ text: key, span: keySpan }, isPlaceholder)) places.push(one);
  }
  const [first, ...others] = places;
  if (first === undefined) return [];
  const name = first.source.text.slice(first.offset, first.offset + first.length);
  return [
    warningAt(
      first,
      'lint/placeholder',
      `\`${name}\` is an example domain from manuals, not a domain of this site`,
      {
        hint: `write your own domain, such as \`${localHost}\`, or take the line out`,
        related: others.slice(0, mostRelated).map((span) => ({ message: 'here too', span })),
      },
    ),
  ];
}

/** Top-level names of networks that are not on the Internet. Ref: RFC 6762 G, RFC 2606 2 */
const privateNames = new Set([
  'test',
  'invalid',
  'localhost',
  'localdomain',
  'local',
  'internal',
  'intranet',
  'lan',
]);

function isInternetName(name: string): boolean {
  const last = name.split('.').at(-1) ?? '';
  return /^[^.\s]+(?:\.[^.\s]+)+$/.test(name) && !/^[0-9]+$/.test(last) && !privateNames.has(last);
}

/** Finds the domain of the Tech Tip as that of a host which calls itself something else; `me` is that name, or null. */
export function lintOwnName({ policy }: CompiledPolicy, me: string | null): Diagnostic[] {
  const name = foldDomain(me ?? '');
  if (!isInternetName(name) || isReserved(name) || isAtOrBelow(name, tipDomain)) return [];
  const [local] = [...policy.channels.channels.values()].filter(({ name: one }) => isLocalChannelName(one));
  if (local === undefined || foldDomain(local.officialHostName) !== tipDomain) return [];
  return [
    warningAt(
      local.span,
      'lint/placeholder',
      `the local channel has the host \`${tipDomain}\`, an example domain from manuals, and this host calls itself \`${name}\``,
      {
        hint: `write your own domain in place of \`${tipDomain}\` in all files; if it is your domain, write it into Haraka's \`config/me\``,
      },
    ),
  ];
}
