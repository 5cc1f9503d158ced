/*
 * What aliases and FORWARD may make of recipients with text that the stranger chose: a subaddress that an alias keeps, and the
 * wildcards of entries of FORWARD. All else that they make is spelled out by the site, as everything in the forward database is.
 * Ref: PMDF 2.3.4.71, 3.1, 3.4
 */
import { dequote, foldDomain, holdBars, splitAddress } from '../../address/index.js';
import { forwardTable } from '../../forwarding/index.js';
import { type Entry, otherSpellings, tableNamed } from '../../mapping/index.js';
import { type CompiledPolicy, compiledChannel } from '../../policy/index.js';
import type { AddressLanguages } from '../language/address-languages.js';
import { findText } from '../language/find-text.js';
import { hostOfPieces } from '../language/host-text.js';
import type { Language } from '../language/language.js';
import { PatternBoxes } from '../language/pattern-boxes.js';
import type { AddressSet, Route, RouteDoubt } from './route.js';
import { siteRoutinesOf } from './site-routines.js';

/** A set, and whether it is rewritten again. */
export interface ForwardedSet {
  readonly set: AddressSet;
  readonly isRewritten: boolean;
  /** Whether its local parts have text of the address beside other text. */
  readonly isLocalMade: boolean;
  /** The addresses of which it is made. */
  readonly from: Language;
  /** The entry of FORWARD that makes it; null for an alias, and where it may be any of several. */
  readonly entry: Entry | null;
  /** Why the set is not followed; null where it is. */
  readonly doubt: RouteDoubt | null;
}

export interface ForwardedSets {
  readonly sets: readonly ForwardedSet[];
  readonly doubts: readonly RouteDoubt[];
}

function keepsDetail(address: string): boolean {
  return dequote(splitAddress(address).localPart).endsWith('+*');
}

/**
 * The addresses that an alias may match together with a subaddress: a value of it keeps that. An alias `dan+*`, or `dan` by relaxed
 * matching, matches `dan+detail`.
 */
function withDetail(name: string, addresses: AddressLanguages): Language {
  const { languages } = addresses;
  const { localPart } = splitAddress(name.includes('@') ? name : `${name}@`);
  const user = dequote(localPart).replace(/\+\*$/, '');
  const route = languages.joined(languages.text('@'), languages.anyField, languages.text(':'));
  return languages.joined(
    languages.optional(route),
    addresses.spelled(holdBars(user)),
    languages.text('+'),
    languages.anyField,
  );
}

function aliasSets({ policy }: CompiledPolicy, addresses: AddressLanguages, channel: string): ForwardedSets {
  const { hasAliases, matching } = compiledChannel(policy, channel);
  if (!hasAliases || matching === 'exact') return { sets: [], doubts: [] };
  const { languages } = addresses;
  const sets = [...policy.aliases.values()].flatMap(({ name, addresses: values }) =>
    values.filter(keepsDetail).map((value): ForwardedSet => {
      const { localPart, domain } = splitAddress(value);
      const user = dequote(localPart).slice(0, -1);
      const quotes = languages.optional(languages.text('"'));
      const local = languages.joined(quotes, addresses.spelled(holdBars(user)), languages.anyField);
      const host = languages.text(foldDomain(domain ?? policy.localHost));
      const from = withDetail(name, addresses);
      // A detail is after a plus sign in both.
      return { set: { local, host }, isRewritten: true, isLocalMade: false, from, entry: null, doubt: null };
    }),
  );
  const span = policy.channels.channels.get(channel)?.span;
  const unread = policy.settings.databases.alias !== null || policy.settings.ldap.aliasUrls.length > 0;
  const doubts =
    unread && span !== undefined
      ? [
          {
            cause: 'the alias database, or a directory of aliases, was not read',
            assumed: 'that no value of it ends in `+*`',
            span,
          },
        ]
      : [];
  return { sets, doubts };
}

/** The languages of the items of a template in order, and what each is. */
interface OutputPart {
  readonly language: Language;
  /** Of a literal. */
  readonly text: string | null;
  readonly isChosen: boolean;
}

function outputParts(
  { template }: Entry,
  { languages }: AddressLanguages,
  captured: readonly Language[],
): readonly OutputPart[] {
  const parts: OutputPart[] = [];
  for (const item of template) {
    switch (item.kind) {
      case 'literal':
        parts.push({ language: languages.text(holdBars(item.text)), text: item.text, isChosen: false });
        break;
      case 'capture':
        parts.push({ language: captured[item.capture] ?? languages.anyField, text: null, isChosen: true });
        break;
      case 'database':
      case 'ldap':
      case 'sequence':
        parts.push({ language: languages.anyField, text: null, isChosen: false });
        break;
      // What they give may be what they were given.
      case 'sub-table':
      case 'routine':
        parts.push({ language: languages.anyField, text: null, isChosen: true });
        break;
      case 'stop':
        return parts;
      default:
        break;
    }
  }
  return parts;
}

/** A set of addresses that an entry makes. */
type EntrySet = Pick<ForwardedSet, 'set' | 'isLocalMade'>;

/** Whether several parts make a text, one of which the stranger chose. */
function isJoined(parts: readonly OutputPart[]): boolean {
  return parts.some(({ text }) => text === null) && parts.filter(({ text }) => text !== '').length > 1;
}

/** The sets of addresses among the outputs of an entry; none where the site spells them all out. */
function setsOf(
  entry: Entry,
  addresses: AddressLanguages,
  localHost: string,
  captured: readonly Language[],
): readonly EntrySet[] {
  const parts = outputParts(entry, addresses, captured);
  if (!parts.some(({ isChosen }) => isChosen)) return [];
  const { languages, anyHost } = addresses;
  const anywhere = { set: { local: languages.anyField, host: anyHost }, isLocalMade: true };
  const at = parts.findLastIndex(({ text }) => text?.includes('@') === true);
  const first = parts[0];
  const startsPlainly =
    first !== undefined &&
    (first.text === null ? entry.pattern[0]?.kind !== 'literal' : !first.text.startsWith('@'));
  if (at === -1) {
    const whole = languages.joined(...parts.map(({ language }) => language));
    const bare = {
      set: { local: whole, host: languages.text(foldDomain(localHost)) },
      isLocalMade: isJoined(parts),
    };
    const sign = languages.joined(languages.anyField, languages.text('@'), languages.anyField);
    // Without an at sign it is a local part.
    return findText(languages, languages.intersection([whole, sign]), { left: 10_000 }) === null
      ? [bare]
      : [anywhere, bare];
  }
  const sign = parts[at]?.text ?? '';
  const cut = sign.lastIndexOf('@');
  const last = {
    language: languages.text(holdBars(sign.slice(0, cut))),
    text: sign.slice(0, cut),
    isChosen: false,
  };
  const before = [...parts.slice(0, at), last];
  const rest = sign.slice(cut + 1);
  const after = [
    { language: languages.text(rest), text: rest, mayBeWide: false },
    ...parts.slice(at + 1).map(({ language, text }) => ({ language, text, mayBeWide: true })),
  ];
  const local = languages.joined(...before.map(({ language }) => language));
  const host = languages.intersection([hostOfPieces(after, addresses), anyHost]);
  const made = { set: { local, host }, isLocalMade: isJoined(before) };
  return startsPlainly ? [made] : [made, anywhere];
}

function flagsOf({ template }: Entry): ReadonlySet<string> {
  return new Set(template.flatMap((item) => (item.kind === 'flag' ? [item.flag] : [])));
}

/** Whether a routine may give flags, in a text that is read as a template. */
function mayGiveFlags({ template }: Entry): boolean {
  return template.some((item) => item.kind === 'routine' && item.run !== null && item.run.routine !== 'site');
}

function goesOn({ template }: Entry): boolean {
  return template.some((item) => item.kind === 'control' && item.control !== 'E');
}

function forwardSets(compiled: CompiledPolicy, addresses: AddressLanguages): readonly ForwardedSet[] {
  const table = tableNamed(compiled.mappings, forwardTable);
  if (table === undefined) return [];
  // Flags add up where entries go on, so that any of them may count for any output.
  const isPlain = !table.entries.some(goesOn);
  const { languages } = addresses;
  const boxes = new PatternBoxes(languages);
  return table.entries.flatMap((entry) => {
    const flags = flagsOf(entry);
    const isKnown = isPlain && !mayGiveFlags(entry);
    if (isKnown && (!flags.has('Y') || flags.has('N'))) return [];
    const patterns = isPlain ? [entry.pattern, ...otherSpellings(entry.pattern)] : [];
    const matched = patterns.flatMap((pattern) =>
      (boxes.of(pattern, [null], 'all') ?? [[null]]).map(([one]) => one ?? languages.anyField),
    );
    const from = isPlain ? languages.union(matched) : languages.anyField;
    const ways = isKnown ? [flags.has('D')] : [false, true];
    const captured = isPlain ? boxes.captured(entry.pattern) : [];
    const cause = siteRoutinesOf(entry);
    const assumed = 'that it forwards no mail of strangers to the outside';
    const doubt = cause === null ? null : { cause, assumed, span: entry.span };
    return setsOf(entry, addresses, compiled.policy.localHost, captured).flatMap((made) =>
      ways.map((isRewritten) => ({ ...made, isRewritten, from, entry: isPlain ? entry : null, doubt })),
    );
  });
}

/** Finds what a recipient that came by a route may become. */
export function forwardedSets(
  compiled: CompiledPolicy,
  addresses: AddressLanguages,
  route: Route,
): ForwardedSets {
  if (!compiled.policy.hasForwarding) return { sets: [], doubts: [] };
  const aliases = aliasSets(compiled, addresses, route.channel);
  return { sets: [...aliases.sets, ...forwardSets(compiled, addresses)], doubts: aliases.doubts };
}
