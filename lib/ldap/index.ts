export {
  type AddressFilter,
  type AddressSubject,
  type AddressValue,
  addressValueOf,
  parseAddressFilter,
  parseAddressUrl,
} from './address-values.js';
export { askUrl, askUrlValues, valuesOfEntry } from './ask-url.js';
export { type DnTemplate, fillDn } from './dn.js';
export { escapeForFilter, type Filter, fillFilter, type PlainFilter, printFilter } from './filter.js';
export { inLetters, type Letters } from './letters.js';
export { type ListFilter, listFilter } from './list-filter.js';
export type { TextPart, ValueOf } from './template-text.js';
export {
  type FilledSearch,
  fillSearch,
  fillTemplate,
  type LdapTemplate,
  type ParsedTemplate,
  parseDn,
  parseFilter,
  parseUrl,
  printUrl,
  type TemplateError,
  withParentheses,
} from './url.js';
