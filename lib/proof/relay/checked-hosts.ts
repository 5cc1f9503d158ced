/*
 * For which hosts the checks of a template hold that ask whether a domain is local: `$V` and `$Z`.
 * Ref: Messaging Server 6.3 Administration Guide 9.1.1
 */
import { foldDomain } from '../../address/index.js';
import type { Policy } from '../../policy/index.js';
import type { OutputItem } from '../../rewrite/index.js';
import type { AddressLanguages } from '../language/address-languages.js';
import { characterCount, numberOf, wide } from '../language/characters.js';
import type { Language } from '../language/language.js';
import { type RuleInput, templateParts } from './template-parts.js';

/** Hosts of a region; a check may hold for `may`, and holds for `sure`. */
export interface CheckedHosts {
  readonly may: Language;
  readonly sure: Language;
}

/** The hosts that are local domains. Names in other spellings, and literals, are never certain. */
function localHosts({ localDomains }: Policy, { languages }: AddressLanguages): CheckedHosts {
  const all = Array.from({ length: characterCount }, (_, at) => at);
  const any = languages.repeated(languages.oneOf(all));
  const may: Language[] = [];
  const sure: Language[] = [];
  for (const domain of localDomains) {
    const isName = !domain.includes('[');
    may.push(
      isName
        ? languages.joined(languages.text(domain), languages.optional(languages.text('.')))
        : languages.joined(languages.oneOf([numberOf('[')]), any),
    );
    if (/[^\x00-\x7f]|xn--/i.test(domain)) may.push(languages.joined(any, languages.oneOf([wide]), any));
    else if (isName) sure.push(languages.text(domain));
  }
  return { may: languages.union(may), sure: languages.union(sure) };
}

/** Finds the hosts for which all checks of a template hold. */
export function checkedHosts(
  output: readonly OutputItem[],
  input: RuleInput,
  fixedHost: string | null,
  policy: Policy,
  addresses: AddressLanguages,
): CheckedHosts {
  const { languages } = addresses;
  const { nothing } = languages;
  let { region: may, region: sure } = input;
  for (const item of output) {
    if (item.kind !== 'domain-check') continue;
    const made = templateParts(item.name, input, addresses, fixedHost);
    const [name] = made.kind === 'made' && !made.mayFail && made.form.marks === '' ? made.form.parts : [];
    const asksDirectory = policy.settings.ldap.domainUrl !== null;
    let local: CheckedHosts = { may, sure: nothing };
    if (name?.fixed != null) {
      const isLocal = policy.localDomains.has(foldDomain(name.fixed));
      local = { may: isLocal ? may : nothing, sure: isLocal ? may : nothing };
    } else if (name?.is === 'host') local = localHosts(policy, addresses);
    if (asksDirectory) local = { may, sure: local.sure };
    if (item.isLocal) {
      may = languages.intersection([may, local.may]);
      sure = languages.intersection([sure, local.sure]);
    } else {
      may = languages.difference(may, local.sure);
      sure = languages.difference(sure, local.may);
    }
  }
  return { may, sure };
}
