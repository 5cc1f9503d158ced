/*
 * What one rewrite rule makes of the addresses of a set: all that it may make of one of them, whether it may fail, and what of it
 * cannot be followed. What it makes of a value that the site spelled out is left out: that is where the site itself sends mail.
 * Ref: PMDF 2.2.5, 2.2.6
 */
import { type ControlItem, examplePartsOf, type OutputItem, type RewriteRule } from '../../rewrite/index.js';
import type { AddressLanguages } from '../language/address-languages.js';
import type { DatabaseContents } from './database-contents.js';
import { generalAnswers } from './general-answers.js';
import { type RuleInput, type TemplateForm, type TemplatePart, templateParts } from './template-parts.js';

/** An address that a rule made. */
export type MadeAddress =
  | { readonly kind: 'stop'; readonly tag: string | null }
  | {
      readonly kind: 'again';
      readonly user: TemplatePart;
      readonly host: TemplatePart;
      readonly tag: string | null;
      /** A host that the pattern fits; null where none can be named. */
      readonly exampleHost: string | null;
    }
  | {
      readonly kind: 'route';
      readonly user: TemplatePart;
      readonly host: TemplatePart;
      readonly routeHost: TemplatePart | null;
      readonly system: TemplatePart;
      readonly tag: string | null;
      readonly exampleHost: string | null;
    };

/** A rule, with the addresses that it sees. */
export interface RuleUse {
  readonly rule: RewriteRule;
  readonly output: readonly OutputItem[];
  readonly controls: readonly ControlItem[];
  readonly input: RuleInput;
  /** The host that the pattern names, where it is one. */
  readonly fixedHost: string | null;
}

export interface Followed {
  readonly made: readonly MadeAddress[];
  readonly mayFail: boolean;
  /** Why it was followed as if it could make any address; null where it was followed as it is. */
  readonly cause: string | null;
}

/** Follows a rule. */
export function followTemplate(
  use: RuleUse,
  addresses: AddressLanguages,
  contents: DatabaseContents,
): Followed {
  const { rule, output, controls, input, fixedHost } = use;
  const checks = output.some((item) => item.kind === 'domain-check');
  const items = output.filter((item) => item.kind !== 'domain-check');
  const asking = items.find(
    (item) => item.kind === 'general' || item.kind === 'mapping' || item.kind === 'ldap',
  );
  if (asking === undefined) {
    const result = templateParts(items, input, addresses, fixedHost);
    if (result.kind === 'asks') throw new Error('a template without a question asks');
    const made = madeOf(result.form, use, tagOf(controls));
    return {
      made: made === null ? [] : [made],
      mayFail: checks || result.mayFail || made === null,
      cause: null,
    };
  }
  const name = rule.pattern.text;
  const cannot = (cause: string): Followed => ({ made: anyAddress(addresses), mayFail: true, cause });
  if (asking.kind === 'ldap') return cannot(`the rule for \`${name}\` asks a directory`);
  if (asking.kind === 'mapping') return cannot(`the rule for \`${name}\` calls the table ${asking.table}`);
  const others = items.filter((item) => item !== asking);
  if (others.some((item) => item.kind !== 'text' && item.kind !== 'separator' && item.kind !== 'case')) {
    return cannot(`the rule for \`${name}\` puts what the general database has together with other text`);
  }
  const answers = generalAnswers(asking, rule.pattern, contents, addresses.languages);
  if (answers === null) return cannot('the general database was not read');
  const made: MadeAddress[] = [];
  for (const answer of answers) {
    const whole = items.flatMap((item) => (item === asking ? answer : [item]));
    const result = templateParts(whole, input, addresses, fixedHost);
    if (result.kind === 'asks')
      return cannot(`a value of the general database asks something else, for the rule for \`${name}\``);
    const one = madeOf(result.form, use, tagOf(controls));
    if (one !== null) made.push(one);
  }
  return { made, mayFail: true, cause: null };
}

/** What a rule may make that cannot be followed: any address, of any channel or to be rewritten again. */
function anyAddress({ languages, anyHost }: AddressLanguages): readonly MadeAddress[] {
  const user: TemplatePart = { language: languages.anyField, fixed: null, is: 'other' };
  const host: TemplatePart = { language: anyHost, fixed: null, is: 'other' };
  const made = { user, host, tag: null, exampleHost: null };
  return [
    { kind: 'again', ...made },
    { kind: 'route', ...made, routeHost: null, system: host },
  ];
}

function tagOf(controls: readonly ControlItem[]): string | null {
  let tag: string | null = null;
  for (const control of controls) if (control.kind === 'set-tag') tag = control.tag;
  return tag;
}

function madeOf(
  { parts, marks }: TemplateForm,
  { rule, controls, fixedHost }: RuleUse,
  tag: string | null,
): MadeAddress | null {
  const [user, host, third, fourth] = parts;
  const [example] = fixedHost === null ? examplePartsOf(rule.pattern) : [];
  const exampleHost =
    fixedHost ??
    (example === undefined ? null : example.host + (example.domain === '.' ? '' : example.domain));
  if (user === undefined) return null;
  if (host === undefined) {
    const stops = user.fixed === '' && controls.some(({ kind }) => kind === 'error-text');
    return stops ? { kind: 'stop', tag } : null;
  }
  if (parts.slice(1).some(({ fixed }) => fixed === '')) return null;
  const made = { user, host, tag, exampleHost };
  switch (marks) {
    case '%':
      return { kind: 'again', ...made };
    case '@':
      return { kind: 'route', ...made, routeHost: null, system: host };
    case '%@':
      return third === undefined ? null : { kind: 'route', ...made, routeHost: null, system: third };
    case '@@':
      return third === undefined ? null : { kind: 'route', ...made, routeHost: third, system: third };
    case '@@@':
      return third === undefined || fourth === undefined
        ? null
        : { kind: 'route', ...made, routeHost: third, system: fourth };
    case '%@@':
      return fourth === undefined ? null : { kind: 'route', ...made, routeHost: null, system: fourth };
    default:
      return null;
  }
}
