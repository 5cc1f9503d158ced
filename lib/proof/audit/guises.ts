/*
 * What strangers may say of themselves to please an entry: for each entry that does not refuse, the sender that its
 * pattern names, or one made of it, the HELO name, the ORCPT address, and what its template tests: TLS, EHLO, NOTIFY. An
 * entry for all hosts of a top-level domain gives a recipient there; a host that an entry spells out, or a domain of two
 * labels, is meant by the site and is not tried. Tables that other tables ask count with whatever of their patterns may
 * be an address or a domain. Addresses of clients cannot be chosen, and what a database holds is not known here.
 */
import { type AccessTable, findAccessTable } from '../../access/index.js';
import { parsePath } from '../../address/index.js';
import { StepBudget } from '../../engine/index.js';
import { compilePattern, type Entry, fieldsOf, type MappingPattern, tablesOf } from '../../mapping/index.js';
import type { CompiledPolicy } from '../../policy/index.js';
import { exampleText } from '../inclusion/example-text.js';
import { type Guise, plainGuise } from './guise.js';
import { ordinaryHost } from './hosts.js';
import { mainSender } from './senders.js';

/** Guises, and how many were left out since there are enough. */
export interface Guises {
  readonly guises: readonly Guise[];
  readonly leftOut: number;
}

const mostGuises = 500;
const matchWork = 10_000;
const receipts: ReadonlyMap<string, string> = new Map([
  ['D', 'DELAY'],
  ['F', 'FAILURE'],
  ['S', 'SUCCESS'],
]);

/** What is put in for a wildcard that touches no at sign; one of them makes an address of most patterns. */
const fills = ['ann', 'ann@', `@${ordinaryHost}`, `ann@${ordinaryHost}`];

function literalOf(pattern: MappingPattern, index: number): string {
  const element = pattern[index];
  return element?.kind === 'literal' ? element.text : '';
}

/** Texts that a field matches. */
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

/** The fields of a probe from the right: the sender, and the recipient where there is one. */
function placesIn(table: AccessTable, orcpt: boolean): { sender: number; recipient: number | null } {
  switch (table) {
    case 'ORIG_SEND_ACCESS':
    case 'SEND_ACCESS':
      return orcpt ? { sender: 4, recipient: 2 } : { sender: 3, recipient: 1 };
    case 'ORIG_MAIL_ACCESS':
    case 'MAIL_ACCESS':
      return { sender: 3, recipient: 1 };
    case 'FROM_ACCESS':
      return { sender: 2, recipient: null };
    case 'PORT_ACCESS':
      return { sender: 0, recipient: null };
  }
}

/** A host that a recipient field leaves open but for a top-level domain; null where the field says more, or nothing. */
function openHost(field: MappingPattern): string | null {
  const at = field.findLastIndex((element) => element.kind === 'literal' && element.text.includes('@'));
  const wild = field.findLastIndex((element) => element.kind !== 'literal');
  if (wild === -1 || wild < at) return null;
  const tail = literalOf(field, wild + 1);
  if (tail === '' || tail.split('.').filter((label) => label !== '').length > 1) return null;
  const [address] = textsOf(field).filter(isAddress);
  return address === undefined || address === '' ? null : address.slice(address.lastIndexOf('@') + 1);
}

/** The HELO name that a field `SMTP/name` asks for. */
function heloOf(fields: readonly MappingPattern[]): string | null {
  const field = fields.find((one) => /^SMTP/i.test(literalOf(one, 0)));
  const text = field === undefined ? undefined : textsOf(field)[0];
  const name = text?.replace(/^SMTP\/?/i, '') ?? '';
  return name === '' ? null : name;
}

function rejects({ template }: Entry): boolean {
  return template.some((item) => item.kind === 'flag' && (item.flag === 'N' || item.flag === 'F'));
}

/** What a template tests of the session and the request; null where no stranger can bring it about. */
function testsOf({ template }: Entry): Pick<Guise, 'notify' | 'tls' | 'esmtp'> | null {
  const notify = new Set<string>();
  let tls: boolean | null = null;
  let esmtp = true;
  for (const item of template) {
    if (item.kind !== 'input-flag') continue;
    const receipt = receipts.get(item.flag);
    if (receipt !== undefined && item.set) notify.add(receipt);
    if (item.flag === 'T') tls = item.set;
    if (item.flag === 'E') esmtp = item.set;
    if ((item.flag === 'A' || item.flag === 'L') && item.set) return null;
  }
  return { notify, tls, esmtp };
}

function guisesOfAccess(table: AccessTable, entry: Entry, orcpt: boolean): Guise[] {
  const tests = testsOf(entry);
  if (tests === null) return [];
  const fields = fieldsOf(entry.pattern);
  const places = placesIn(table, orcpt);
  const ofSender = fields[fields.length - places.sender] ?? [];
  const ofRecipient = places.recipient === null ? [] : (fields[fields.length - places.recipient] ?? []);
  // A first wildcard may match several fields, the sender among them.
  const isShort = fields.length < places.sender;
  const named = isShort || isAny(ofSender) ? [] : addressesOf(ofSender);
  const senders = named.length === 0 ? [mainSender] : named;
  const inOthers = fields.filter((field) =>
    field.some((one) => one.kind === 'literal' && one.text.includes('@')),
  );
  const all = isShort ? [...senders, ...inOthers.flatMap(addressesOf)] : senders;
  const further = orcpt && table.endsWith('SEND_ACCESS') ? (fields.at(-1) ?? []) : [];
  const [originalRecipient = null] = further.length === 0 || isAny(further) ? [] : addressesOf(further);
  const helo = table.endsWith('SEND_ACCESS') ? null : heloOf(fields);
  const host = openHost(ofRecipient);
  return all.map((said) => ({ said, helo, originalRecipient, host, ...tests }));
}

function guisesOfAsked(entry: Entry): Guise[] {
  return fieldsOf(entry.pattern)
    .filter((field) => !isAny(field))
    .flatMap(addressesOf)
    .map(plainGuise);
}

/** Senders that no one has a rule for, in forms that a pattern may have forgotten. */
const oddSenders = [
  'stranger@sender',
  'stranger@[192.0.2.1]',
  '"stranger"@sender.invalid',
  'stranger%sender@sender.invalid',
  'stranger|x@sender.invalid',
];

function keyOf({ said, helo, originalRecipient, notify, tls, esmtp, host }: Guise): string {
  return JSON.stringify([said, helo, originalRecipient, [...notify].sort(), tls, esmtp, host]);
}

/** Finds the guises that a policy invites. */
export function guisesOf({ mappings, policy }: CompiledPolicy): Guises {
  const { orcpt } = policy.settings.access;
  const found = new Map<string, Guise>();
  let leftOut = 0;
  const add = (guise: Guise): void => {
    const key = keyOf(guise);
    if (found.has(key)) return;
    if (found.size === mostGuises) leftOut += 1;
    else found.set(key, guise);
  };
  for (const said of oddSenders) add(plainGuise(said));
  for (const { name, entries } of tablesOf(mappings)) {
    const access = findAccessTable(name);
    for (const entry of entries) {
      if (rejects(entry) || access?.table === 'PORT_ACCESS') continue;
      const guises = access === undefined ? guisesOfAsked(entry) : guisesOfAccess(access.table, entry, orcpt);
      for (const guise of guises) add(guise);
    }
  }
  found.delete(keyOf(plainGuise(mainSender)));
  return { guises: [...found.values()], leftOut };
}
