/*
 * The texts of a configuration that several rules search: templates of mapping tables, and addresses in aliases.
 */
import { type AliasValue, aliasesOf } from '../forwarding/index.js';
import { type TemplateItem, tablesOf } from '../mapping/index.js';
import type { CompiledPolicy } from '../policy/index.js';
import type { Span } from '../text/index.js';

export function templateItems({ mappings }: CompiledPolicy): readonly TemplateItem[] {
  return tablesOf(mappings)
    .flatMap(({ entries }) => entries)
    .flatMap(({ template }) => template);
}

/** Whether mapping tables look something up in the general database. */
export function tablesUseGeneral(compiled: CompiledPolicy): boolean {
  return templateItems(compiled).some(({ kind }) => kind === 'database');
}

/** Whether mapping tables search a directory. */
export function tablesUseLdap(compiled: CompiledPolicy): boolean {
  return templateItems(compiled).some(({ kind }) => kind === 'ldap');
}

export interface WrittenText {
  readonly text: string;
  readonly span: Span;
}

function addressesIn(value: AliasValue): readonly WrittenText[] {
  switch (value.kind) {
    case 'address':
      return [value];
    case 'list':
      return value.addresses;
    case 'parameter':
      return [];
  }
}

/** The addresses that aliases lead to, with those in list files. */
export function aliasAddresses({ aliases }: CompiledPolicy): readonly WrittenText[] {
  return aliasesOf(aliases)
    .flatMap(({ values }) => values)
    .flatMap(addressesIn);
}
