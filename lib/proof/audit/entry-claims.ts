/*
 * What clients may claim to suit an entry: for each entry that does not reject, the sender that its pattern names or one
 * made from it, the HELO name, the ORCPT address, and what its template tests: TLS, EHLO, NOTIFY. An entry for all hosts
 * of a top-level domain gives a recipient there; a host that an entry spells out, or a domain of two labels, is intended
 * by the site and is not tried. In tables that others call, every field of a pattern that may be an address or a domain
 * counts. Addresses of clients cannot be chosen, and the contents of databases are not known here.
 */
import { type AccessTable, findAccessTable, type ProbeField, probeFields } from '../../access/index.js';
import { parsePath } from '../../address/index.js';
import { StepBudget } from '../../engine/index.js';
import { compilePattern, type Entry, fieldsOf, type MappingPattern, tablesOf } from '../../mapping/index.js';
import type { CompiledPolicy } from '../../policy/index.js';
import { exampleText } from '../inclusion/example-text.js';
import { rejects } from '../inclusion/template-outcomes.js';
import { ordinaryHost } from './audit-hosts.js';
import { type Claims, plainClaims } from './claims.js';
import { plainSender } from './senders.js';

/** Claims, and how many more there are than are tried. */
export interface EntryClaims {
  readonly claims: readonly Claims[];
  readonly leftOut: number;
}

const mostClaims = 500;
const matchWork = 10_000;
const notifyWords: ReadonlyMap<string, string> = new Map([
  ['D', 'DELAY'],
  ['F', 'FAILURE'],
  ['S', 'SUCCESS'],
]);

/** Texts for a wildcard beside no at sign; with one of them most patterns give an address. */
const fills = ['ann', 'ann@', `@${ordinaryHost}`, `ann@${ordinaryHost}`];

function literalOf(pattern: MappingPattern, index: number): string {
  const element = pattern[index];
  return element?.kind === 'literal' ? element.text : '';
}

function textsOf(field: MappingPattern): string[] {
  // The wildcard that a back-match repeats may be in another field.
  if (field.some((element) => element.kind === 'back-match')) return [];
  const compiled = compilePattern(field);
  const texts = fills.flatMap((fill) => {
    const fillAt = (index: number): string => {
      if (literalOf(field, index + 1).startsWith('@')) return 'ann';
      return literalOf(field, index - 1).endsWith('@') ? ordinaryHost : fill;
    };
    return exampleText(field, compiled, fillAt, new StepBudget(matchWork)) ?? [];
  });
  return [...new Set(texts)];
}

function isAny(field: MappingPattern): boolean {
  const [first, ...others] = field;
  return first?.kind === 'run' && first.of.kind === 'any' && others.length === 0;
}

function isAddress(text: string): boolean {
  const parsed = parsePath(`<${text}>`);
  return parsed.kind === 'path' && (parsed.path.kind === 'null' || parsed.path.address.domain !== null);
}

/** Addresses that a field may match: it is one, or the domain of one. */
function addressesOf(field: MappingPattern): string[] {
  const texts = textsOf(field);
  const found = texts.filter(isAddress);
  return found.length > 0 ? found : texts.map((text) => `ann@${text}`).filter(isAddress);
}

/** The position of a field in the probes of a table, counted from their end; null where the table does not have it. */
function fromEnd(table: AccessTable, field: ProbeField, orcpt: boolean): number | null {
  const fields = probeFields(table, { overTcp: true, orcpt });
  const position = fields.indexOf(field);
  return position === -1 ? null : fields.length - position;
}

/** A host for a recipient field that demands a top-level domain only; null when it demands more or nothing. */
function openHost(field: MappingPattern): string | null {
  const at = field.findLastIndex((element) => element.kind === 'literal' && element.text.includes('@'));
  const wild = field.findLastIndex((element) => element.kind !== 'literal');
  if (wild === -1 || wild < at) return null;
  const tail = literalOf(field, wild + 1);
  if (tail === '' || tail.split('.').filter((label) => label !== '').length > 1) return null;
  const [address] = textsOf(field).filter(isAddress);
  return address === undefined || address === '' ? null : address.slice(address.lastIndexOf('@') + 1);
}

/** The HELO name that a field `SMTP/name` demands. */
function heloOf(fields: readonly MappingPattern[]): string | null {
  const field = fields.find((one) => /^SMTP/i.test(literalOf(one, 0)));
  const text = field === undefined ? undefined : textsOf(field)[0];
  const name = text?.replace(/^SMTP\/?/i, '') ?? '';
  return name === '' ? null : name;
}

/** What a template tests; null for something that a stranger cannot have, such as AUTH. */
function testsOf({ template }: Entry): Pick<Claims, 'notify' | 'tls' | 'esmtp'> | null {
  const notify = new Set<string>();
  let tls: boolean | null = null;
  let esmtp = true;
  for (const item of template) {
    if (item.kind !== 'input-flag') continue;
    const word = notifyWords.get(item.flag);
    if (word !== undefined && item.set) notify.add(word);
    if (item.flag === 'T') tls = item.set;
    if (item.flag === 'E') esmtp = item.set;
    if ((item.flag === 'A' || item.flag === 'L') && item.set) return null;
  }
  return { notify, tls, esmtp };
}

/** The senders that the pattern of an access table entry asks for. */
function sendersFor(fields: readonly MappingPattern[], toEnd: number): readonly string[] {
  const field = fields[fields.length - toEnd] ?? [];
  // A first wildcard may match several fields, the sender among them.
  const isShort = fields.length < toEnd;
  const named = isShort || isAny(field) ? [] : addressesOf(field);
  const senders = named.length === 0 ? [plainSender] : named;
  if (!isShort) return senders;
  const withAt = fields.filter((one) =>
    one.some((element) => element.kind === 'literal' && element.text.includes('@')),
  );
  return [...senders, ...withAt.flatMap(addressesOf)];
}

function claimsForAccess(table: AccessTable, entry: Entry, orcpt: boolean): Claims[] {
  const tests = testsOf(entry);
  if (tests === null) return [];
  const fields = fieldsOf(entry.pattern);
  const toEnd = fromEnd(table, 'to', orcpt);
  const isSend = table.endsWith('SEND_ACCESS');
  const lastField = orcpt && isSend ? (fields.at(-1) ?? []) : [];
  const [originalRecipient = null] = lastField.length === 0 || isAny(lastField) ? [] : addressesOf(lastField);
  const helo = isSend ? null : heloOf(fields);
  const recipient = toEnd === null ? [] : (fields[fields.length - toEnd] ?? []);
  const host = openHost(recipient);
  return sendersFor(fields, fromEnd(table, 'from', orcpt) ?? 0).map((sender) => ({
    sender,
    helo,
    originalRecipient,
    host,
    ...tests,
  }));
}

function claimsForCalled(entry: Entry): Claims[] {
  return fieldsOf(entry.pattern)
    .filter((field) => !isAny(field))
    .flatMap(addressesOf)
    .map(plainClaims);
}

/** Senders in forms that a pattern may not allow for. */
const oddSenders = [
  'stranger@sender',
  'stranger@[192.0.2.1]',
  '"stranger"@sender.invalid',
  'stranger%sender@sender.invalid',
  'stranger|x@sender.invalid',
];

function keyOf({ sender, helo, originalRecipient, notify, tls, esmtp, host }: Claims): string {
  return JSON.stringify([sender, helo, originalRecipient, [...notify].sort(), tls, esmtp, host]);
}

export function entryClaims({ mappings, policy }: CompiledPolicy): EntryClaims {
  const { orcpt } = policy.settings.access;
  const found = new Map<string, Claims>();
  let leftOut = 0;
  const add = (claims: Claims): void => {
    const key = keyOf(claims);
    if (found.has(key)) return;
    if (found.size === mostClaims) leftOut += 1;
    else found.set(key, claims);
  };
  for (const sender of oddSenders) add(plainClaims(sender));
  for (const { name, entries } of tablesOf(mappings)) {
    const table = findAccessTable(name)?.table;
    for (const entry of entries) {
      if (rejects(entry.template) || table === 'PORT_ACCESS') continue;
      const claims = table === undefined ? claimsForCalled(entry) : claimsForAccess(table, entry, orcpt);
      for (const one of claims) add(one);
    }
  }
  found.delete(keyOf(plainClaims(plainSender)));
  return { claims: [...found.values()], leftOut };
}
