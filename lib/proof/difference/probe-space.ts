/*
 * The probes that an access table can get, as a language: the fields one after the other with bars between them. It has every probe
 * that a session can make, and may have more.
 */
import { type AccessTable, type ProbeField, probeFields } from '../../access/index.js';
import type { CompiledPolicy } from '../../policy/index.js';
import type { AddressLanguages } from '../language/address-languages.js';
import type { Language } from '../language/language.js';

/** The probes of a table with one number of fields. */
export interface ProbeSpace {
  readonly fields: readonly ProbeField[];
  /** What each field may be, in the order of the fields. */
  readonly languages: readonly Language[];
  readonly whole: Language;
}

function fieldLanguage(
  field: ProbeField,
  overTcp: boolean,
  policies: readonly CompiledPolicy[],
  { languages, ip }: AddressLanguages,
): Language {
  const { anyField } = languages;
  switch (field) {
    case 'transport':
      return overTcp ? languages.text('TCP') : languages.emptyText;
    case 'serverAddress':
    case 'clientAddress':
      return ip;
    case 'serverPort':
    case 'clientPort':
      return languages.numbersBetween(0, 65535);
    case 'application': {
      if (!overTcp) return languages.emptyText;
      const named = policies.some(({ policy }) => policy.settings.access.appInfo === 'messaging-server');
      const plain = languages.text('SMTP');
      return named ? languages.union([plain, languages.joined(languages.text('SMTP/'), anyField)]) : plain;
    }
    case 'submitType':
      return languages.text('MAIL');
    case 'sourceChannel':
    case 'destinationChannel': {
      const names = policies.flatMap(({ policy }) => [...policy.channels.channels.keys()]);
      return languages.union([...new Set(names)].map((name) => languages.text(name)));
    }
    case 'from':
    case 'authenticatedFrom':
    case 'to':
    case 'orcpt':
      return anyField;
  }
}

/** Joins fields to a language of whole probes. */
export function joinFields({ languages }: AddressLanguages, fields: readonly Language[]): Language {
  const bar = languages.text('|');
  return languages.joined(...fields.flatMap((field, at) => (at === 0 ? [field] : [bar, field])));
}

/** The spaces of a table, one for each form that its probes have under either policy. */
export function probeSpaces(
  table: AccessTable,
  policies: readonly CompiledPolicy[],
  addresses: AddressLanguages,
): readonly ProbeSpace[] {
  const found = new Map<string, ProbeSpace>();
  for (const orcpt of new Set(policies.map(({ policy }) => policy.settings.access.orcpt))) {
    for (const overTcp of [true, false]) {
      const fields = probeFields(table, { overTcp, orcpt });
      const parts = fields.map((field) => fieldLanguage(field, overTcp, policies, addresses));
      const key = `${fields.join()} ${parts.map(({ number }) => number).join()}`;
      if (!found.has(key)) found.set(key, { fields, languages: parts, whole: joinFields(addresses, parts) });
    }
  }
  return [...found.values()];
}
