/*
 * LDAP URLs, their options, and what leads from one to the next.
 *   input     template, address; or option (a line of option.dat), or nesting with one; or macro, schema, address,
 *             found_domain, domain_uplevel
 *   expected  base, attributes, scope, filter, logged_url, text, error, timeout_ms, verdict, or_of, values
 */
import { splitAddress } from '../../../lib/address/index.js';
import { parseSettings, readOptions, withLdapOptions } from '../../../lib/config/index.js';
import { askAliasUrls } from '../../../lib/forwarding/alias-urls.js';
import {
  type AddressSubject,
  addressParts,
  addressValueOf,
  parseAddressUrl,
} from '../../../lib/ldap/address-values.js';
import { parseFilter } from '../../../lib/ldap/index.js';
import { fillText } from '../../../lib/ldap/template-text.js';
import { fillTemplate, printUrl } from '../../../lib/ldap/url.js';
import { type Answer, type Area, computed } from '../area.js';
import { EngineRun, emptyWorld } from '../engine/engine-run.js';
import { fileOf } from '../engine/policy-text.js';
import { VectorProblem } from '../vector.js';
import type { VectorInput } from '../vector-input.js';

function subjectOf(address: string, upperDomain: string | null): AddressSubject {
  return { ...splitAddress(address), upperDomain };
}

function ldapSettings(lines: string) {
  const options = readOptions(fileOf('option.dat', lines));
  return withLdapOptions(parseSettings(null).value, options.value).value;
}

/** Asks a URL of a directory in which each URL leads to the next, `nesting` of them in all. */
function nested(nesting: number, option: string): Answer {
  const { ldap } = ldapSettings(`${option}\nALIAS_URL0=ldap:///o=1?mail\n`);
  const run = new EngineRun({
    ...emptyWorld,
    ldap: ({ search }) => {
      const at = Number(search.base.slice('o='.length));
      const value = at < nesting ? `ldap:///o=${at + 1}?mail` : 'jane@domain.com';
      return { kind: 'entries', isCut: false, entries: [new Map([['mail', [value]]])] };
    },
  });
  const urls = { urls: ldap.aliasUrls, depth: ldap.maxUrls, most: 100, upperDomainOf: () => null };
  const answer = run.drive(askAliasUrls(urls, 'jane@local.example', run.environment));
  return computed({ verdict: answer.kind === 'failed' ? 'fail' : 'accept' });
}

function attributeFilter(input: VectorInput): Answer {
  const upper = input.number('domain_uplevel', 0) === 2 ? input.text('found_domain') : null;
  if (input.text('schema') !== 'ims50') throw new VectorProblem('there is one schema, ims50');
  const parsed = parseAddressUrl(`ldap:///o=x?mail?sub?${input.text('macro')}`);
  if ('error' in parsed) return computed({ error: parsed.error.message });
  const search = fillTemplate(parsed.value, addressValueOf(subjectOf(input.text('address'), upper)), 1);
  const filter = parseFilter<never>([search?.filter ?? '']);
  if ('error' in filter || filter.value.kind !== 'or') throw new VectorProblem('the filter is not an OR');
  const compared = filter.value.filters.flatMap((one) =>
    one.kind === 'compare' ? [[one.attribute, one.text.join('')] as const] : [],
  );
  return computed({
    or_of: [...new Set(compared.map(([attribute]) => attribute))],
    values: [...new Set(compared.map(([, value]) => value))],
  });
}

export const ldapUrl: Area = (input) => {
  if (input.has('nesting')) return nested(input.number('nesting', 0), input.text('option'));
  if (input.has('option')) {
    const { ldapServers } = ldapSettings(`LDAP_HOST=h\n${input.text('option')}\n`);
    return computed({ timeout_ms: (ldapServers?.timeout ?? 0) * 1000 });
  }
  if (input.has('macro')) return attributeFilter(input);
  const template = input.text('template');
  const valueFor = addressValueOf(subjectOf(input.textOr('address', ''), null));
  if (!template.startsWith('ldap:')) return computed({ text: fillText(addressParts(template), valueFor) });
  const parsed = parseAddressUrl(template);
  if ('error' in parsed) return computed({ error: true }, [parsed.error.message]);
  const search = fillTemplate(parsed.value, valueFor, 1);
  if (search === null) return computed({ error: false });
  const { base, attributes, scope, filter } = search;
  return computed({ error: false, base, attributes, scope, filter, logged_url: printUrl(search) });
};
