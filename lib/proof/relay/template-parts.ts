/*
 * What the template of a rewrite rule makes of an address, as languages: one for each part between its separators.
 * Ref: PMDF 2.2.5, 2.2.6
 */

import { holdBars } from '../../address/index.js';
import { type OutputItem, type PlacedAddressItem, substitute } from '../../rewrite/index.js';
import type { AddressLanguages } from '../language/address-languages.js';
import { type HostPiece, hostOfPieces } from '../language/host-text.js';
import type { Language } from '../language/language.js';
import type { RuleHosts } from '../language/rule-hosts.js';

/** A part of what a template makes. */
export interface TemplatePart {
  readonly language: Language;
  /** Its text, where that is the same for every address. */
  readonly fixed: string | null;
  /**
   * Whether it is the user as given, the host as given, or what is before the domain of a pattern, and nothing else; or several texts
   * joined, of which the stranger chose one.
   */
  readonly is: 'user' | 'host' | 'before-domain' | 'joined' | 'other';
}

/** One form of what a template makes; `marks` are the separators between the parts. */
export interface TemplateForm {
  readonly parts: readonly TemplatePart[];
  readonly marks: string;
}

/** The address that a rule sees. */
export interface RuleInput {
  readonly local: Language;
  /** The hosts for which the rule is tried. */
  readonly region: Language;
  readonly hosts: RuleHosts;
}

/** A part in the making. */
interface Piece {
  readonly language: Language;
  readonly fixed: string | null;
  readonly item: 'user' | 'part-of-user' | 'host' | 'domain' | 'literal' | 'other';
}

/** The result of a template, or why it cannot be followed; one that asks for a label that no host has fails always. */
export type TemplateResult =
  | { readonly kind: 'fails' }
  | { readonly kind: 'made'; readonly form: TemplateForm; readonly mayFail: boolean }
  | { readonly kind: 'asks'; readonly item: OutputItem };

/** Whether the pieces are `$L` between the texts that make the whole host of it. */
function isHostAround(pieces: readonly Piece[], { aroundLiteral }: RuleHosts): boolean {
  const at = pieces.findIndex(({ item }) => item === 'literal');
  if (aroundLiteral === null || at === -1) return false;
  const text = (some: readonly Piece[]): string | null =>
    some.every(({ fixed }) => fixed !== null) ? some.map(({ fixed }) => fixed).join('') : null;
  const [before, after] = aroundLiteral;
  return text(pieces.slice(0, at))?.toLowerCase() === before && text(pieces.slice(at + 1)) === after;
}

/** Of an address, only the local part has characters beyond ASCII. */
function hostPiece({ language, fixed, item }: Piece): HostPiece {
  return { language, text: fixed, mayBeWide: item === 'user' || item === 'part-of-user' };
}

function joinPieces(
  pieces: readonly Piece[],
  { region, hosts }: RuleInput,
  addresses: AddressLanguages,
  isUser: boolean,
): TemplatePart {
  const { languages } = addresses;
  const given = pieces.filter(({ fixed }) => fixed !== '').map(({ item }) => item);
  const [first, second, third] = given;
  const isHost =
    third === undefined &&
    ((hosts.whole === 'host-and-domain' && first === 'host' && second === 'domain') ||
      (second === undefined && first === hosts.whole));
  if (isHost || isHostAround(pieces, hosts)) return { language: region, fixed: null, is: 'host' };
  const language = isUser
    ? languages.joined(...pieces.map((piece) => piece.language))
    : hostOfPieces(pieces.map(hostPiece), addresses);
  const isFixed = pieces.every(({ fixed }) => fixed !== null);
  const fixed = isFixed ? pieces.map((piece) => piece.fixed ?? '').join('') : null;
  if (second !== undefined) return { language, fixed, is: isFixed ? 'other' : 'joined' };
  const isBefore = first === 'host' && hosts.whole === 'host-and-domain';
  return { language, fixed, is: first === 'user' ? 'user' : isBefore ? 'before-domain' : 'other' };
}

/** The text of an item of the matched part of a host; undefined where there is no such label. */
function ofDomain(item: PlacedAddressItem, domain: string): string | undefined {
  return substitute(item, { user: '', wholeHost: '', host: '', domain, literal: '', from: 'at' });
}

/** Makes the parts of a template that asks nothing; `textOf` gives the text of a host pattern without wildcards, or null. */
export function templateParts(
  items: readonly OutputItem[],
  input: RuleInput,
  addresses: AddressLanguages,
  fixedHost: string | null,
): TemplateResult {
  const { languages } = addresses;
  const { hosts } = input;
  let pieces: Piece[] = [];
  const parts: TemplatePart[] = [];
  let marks = '';
  let mayFail = false;
  let isImpossible = false;
  const add = (language: Language, fixed: string | null, item: Piece['item'] = 'other'): void => {
    pieces.push({ language, fixed, item });
  };
  const addText = (text: string | undefined): void => {
    if (text === undefined) isImpossible = true;
    else add(languages.text(text), text);
  };
  for (const item of items) {
    switch (item.kind) {
      case 'text':
        add(languages.text(holdBars(item.text)), item.text);
        break;
      case 'separator':
        parts.push(joinPieces(pieces, input, addresses, parts.length === 0));
        pieces = [];
        marks += item.mark;
        break;
      case 'user':
        if (item.part === 'whole') add(input.local, null, 'user');
        else add(languages.anyField, null, 'part-of-user');
        break;
      case 'host':
        mayFail ||= item.drop > 0;
        if (item.drop > 0) add(languages.optional(addresses.anyHost), null);
        else add(hosts.host, hosts.host === languages.emptyText ? '' : null, 'host');
        break;
      case 'domain':
        if (item.drop === 0) add(hosts.domain, null, 'domain');
        else if (hosts.domainText !== null) addText(ofDomain(item, hosts.domainText));
        else {
          mayFail = true;
          add(languages.optional(addresses.anyHost), null);
        }
        break;
      case 'literal':
        add(hosts.literal, hosts.literal === languages.emptyText ? '' : null, 'literal');
        break;
      case 'label':
        if (item.of === 'domain' && hosts.domainText !== null) addText(ofDomain(item, hosts.domainText));
        else {
          mayFail = true;
          add(addresses.anyLabel, null);
        }
        break;
      case 'host-name':
        mayFail = true;
        add(addresses.anyHost, null);
        break;
      case 'unique':
        add(languages.anyField, null);
        break;
      case 'case':
        break;
      case 'domain-check':
      case 'general':
      case 'mapping':
      case 'ldap':
        return { kind: 'asks', item };
    }
  }
  if (isImpossible) return { kind: 'fails' };
  parts.push(joinPieces(pieces, input, addresses, parts.length === 0));
  // A rule fails that gives an empty host, or an empty routing system.
  mayFail ||= parts.slice(1).some(({ language, fixed }) => fixed === null && language.hasEmpty);
  const known =
    fixedHost === null
      ? parts
      : parts.map((part) => (part.is === 'host' ? { ...part, fixed: fixedHost } : part));
  return { kind: 'made', form: { parts: known, marks }, mayFail };
}
