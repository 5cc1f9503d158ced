/*
 * A site for the judge: its files, the contents of its databases, and what is true of its hosts and channels. The judge takes the
 * truth from the author of the site, not from the policy, so that a mistake in the policy's own idea of outside is found too.
 */
import { domainToASCII } from 'node:url';
import { unicodeKey } from '../../../../lib/address/domain.js';
import { foldKey } from '../../../../lib/engine/database-key.js';
import { absent, type DatabaseName, found, type LookupAnswer } from '../../../../lib/engine/lookup.js';
import type { CompiledPolicy } from '../../../../lib/policy/compile-policy.js';
import { type PolicyText, policyOf } from '../../policy/policy-of.js';

/** The databases of a site: keys folded. */
export type Databases = Readonly<Partial<Record<DatabaseName, ReadonlyMap<string, string>>>>;

/** What is true of a site. */
export interface Truth {
  /** Channels whose mail leaves. */
  readonly leaving: ReadonlySet<string>;
  /** Channels that a rule for all hosts, or for hosts of anyone, names: mail for hosts of nobody goes there too. */
  readonly forAll?: ReadonlySet<string>;
  /** Hosts of the site: a name, `.name` for all below it, `*` for every name of one label, `[` for every address literal. */
  readonly ours: readonly string[];
  /** Hosts of which it depends on the mail whether they are the site's; likewise. All others are nobody's. */
  readonly unclear: readonly string[];
}

/** What is tried: parts of addresses and the claims of clients. */
export interface Trials {
  /** Parts of local parts; `fresh` among them is in no file of the site. */
  readonly atoms: readonly string[];
  readonly fresh: readonly string[];
  /** Hosts of recipients and senders, ours and foreign. */
  readonly hosts: readonly string[];
  readonly ports: readonly number[];
  readonly clients: readonly string[];
  readonly helos: readonly (string | null)[];
  readonly originalRecipients: readonly (string | null)[];
}

export interface Site {
  readonly text: PolicyText;
  readonly databases: Databases;
  readonly truth: Truth;
  readonly trials: Trials;
}

/** A site that compiles, and the answers of its databases. */
export interface CompiledSite extends Site {
  readonly compiled: CompiledPolicy;
  readonly answer: (request: { readonly kind: string }) => LookupAnswer;
}

function isDatabaseRequest(request: {
  readonly kind: string;
}): request is { readonly kind: 'database'; readonly database: DatabaseName; readonly key: string } {
  return request.kind === 'database';
}

/** Compiles a site; throws when it has errors. */
export function compileSite(site: Site): CompiledSite {
  const compiled = policyOf(site.text);
  return {
    ...site,
    compiled,
    answer: (request) => {
      if (!isDatabaseRequest(request)) return absent;
      const values = site.databases[request.database];
      const { key } = request;
      const value = values?.get(foldKey(key)) ?? values?.get(foldKey(unicodeKey(key)));
      return value === undefined ? absent : found(value);
    },
  };
}

/** Access tables in text of mappings: the line that begins one, and all up to the next table. */
const accessTable = /^(?:ORIG_)?(?:SEND|MAIL|FROM)_ACCESS\b.*\n(?:(?![A-Za-z]).*\n?)*/gim;

const openSites = new WeakMap<CompiledSite, CompiledSite>();

/** The same site with no access table for recipients: what its rules and its forwarding make of any recipient. */
export function withoutAccess(site: CompiledSite): CompiledSite {
  const known = openSites.get(site);
  if (known !== undefined) return known;
  const { mappings = '' } = site.text;
  const open = compileSite({ ...site, text: { ...site.text, mappings: mappings.replace(accessTable, '') } });
  openSites.set(site, open);
  return open;
}

function isAmong(hosts: readonly string[], host: string): boolean {
  return hosts.some((one) => {
    if (one === '*') return !/[.[]/.test(host);
    return one.startsWith('.') || one === '['
      ? one === '['
        ? host.startsWith('[')
        : host.endsWith(one)
      : host === one;
  });
}

const hostName = /^(?:[0-9a-z](?:[0-9a-z-]*[0-9a-z])?\.)*[0-9a-z](?:[0-9a-z-]*[0-9a-z])?$/;
/** An address of IPv4, or one with a tag. Ref: RFC 5321 4.1.3 */
const literal = /^\[(?:(?:[0-9]{1,3}\.){3}[0-9]{1,3}|[0-9a-z](?:[0-9a-z-]*[0-9a-z])?:[!-Z^-~]+)\]$/;

/** Whose a host is, folded: `none` for what is no name of a host. */
export function ownerOf({ ours, unclear }: Truth, given: string): 'ours' | 'unclear' | 'foreign' | 'none' {
  const host = unicodeKey(given);
  const onTheWire = /[^ -~]/.test(host) ? domainToASCII(host) : host;
  if (!hostName.test(onTheWire) && !literal.test(onTheWire)) return 'none';
  if (isAmong(ours, host)) return 'ours';
  return isAmong(unclear, host) ? 'unclear' : 'foreign';
}
