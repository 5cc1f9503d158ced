/*
 * What one rewrite rule makes of the addresses of a set: all that it may make of one of them, whether it may fail, and what of it
 * cannot be followed. What it makes of a value that the site spelled out is left out: that is where the site itself sends mail.
 * Ref: PMDF 2.2.5, 2.2.6
 */
import type { MappingFile } from '../../mapping/index.js';
import {
  type ControlItem,
  examplePartsOf,
  type OutputItem,
  type RewriteRule,
  type RulePattern,
} from '../../rewrite/index.js';
import type { AddressLanguages } from '../language/address-languages.js';
import type { Language } from '../language/language.js';
import { askedHosts } from './asked-hosts.js';
import type { DatabaseContents } from './database-contents.js';
import { type Answer, generalAnswers, plainKeys } from './general-answers.js';
import { tableAnswers } from './table-answers.js';
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

/** An address that a rule made of some hosts of its region. */
export interface MadeOf {
  readonly address: MadeAddress;
  readonly hosts: Language;
}

export interface Followed {
  readonly made: readonly MadeOf[];
  readonly mayFail: boolean;
  /** The hosts for which it is certain not to fail. */
  readonly sure: Language;
  /** Why it was followed as if it could make any address; null where it was followed as it is. */
  readonly cause: string | null;
}

/** What look-ups may answer with. */
export interface Answers {
  readonly contents: DatabaseContents;
  readonly mappings: MappingFile;
}

/** The templates that a question may be answered with, or why they are not known. */
function answersTo(
  asking: Extract<OutputItem, { kind: 'general' | 'mapping' | 'ldap' }>,
  { rule, output }: RuleUse,
  { contents, mappings }: Answers,
  { languages }: AddressLanguages,
): readonly Answer[] | string {
  const name = rule.pattern.text;
  switch (asking.kind) {
    case 'ldap':
      return `the rule for \`${name}\` asks a directory`;
    case 'mapping': {
      const texts = tableAnswers(mappings, asking.table);
      return texts === null
        ? `the rule for \`${name}\` calls the table ${asking.table}`
        : [...texts].map(([text, keys]) => ({
            output: [{ kind: 'text', text, span: asking.span }],
            controls: [],
            keys,
          }));
    }
    case 'general': {
      const isAlone = output.every((item) => item === asking || isText(item));
      if (!isAlone)
        return `the rule for \`${name}\` puts what the general database has together with other text`;
      return generalAnswers(asking, rule.pattern, contents, languages) ?? 'the general database was not read';
    }
  }
}

/** The hosts for which the answer may be given; null where that is not known. */
function askedFor(
  asking: Extract<OutputItem, { kind: 'general' | 'mapping' | 'ldap' }>,
  pattern: RulePattern,
  { keys }: Answer,
): readonly string[] | null {
  if (keys === null || asking.kind === 'ldap') return null;
  return askedHosts(asking.kind === 'general' ? asking.key : asking.argument, pattern, keys);
}

function isText({ kind }: OutputItem): boolean {
  return kind === 'text' || kind === 'separator' || kind === 'case' || kind === 'domain-check';
}

/** Follows a rule whose checks of domains hold. */
export function followTemplate(use: RuleUse, addresses: AddressLanguages, answers: Answers): Followed {
  const { rule, output, controls, input, fixedHost } = use;
  const items = output.filter((item) => item.kind !== 'domain-check');
  const asking = items.find(
    (item) => item.kind === 'general' || item.kind === 'mapping' || item.kind === 'ldap',
  );
  if (asking === undefined) {
    const result = templateParts(items, input, addresses, fixedHost);
    if (result.kind === 'asks') throw new Error('a template without a question asks');
    const made = result.kind === 'fails' ? null : madeOf(result.form, use, tagOf(controls));
    const mayFail = result.kind === 'fails' || result.mayFail || made === null;
    return {
      made: made === null ? [] : [{ address: made, hosts: input.region }],
      mayFail,
      sure: mayFail ? addresses.languages.nothing : input.region,
      cause: null,
    };
  }
  const { languages } = addresses;
  const cannot = (cause: string): Followed => {
    const made = anyAddress(addresses).map((address) => ({ address, hosts: input.region }));
    return { made, mayFail: true, sure: languages.nothing, cause };
  };
  const known = answersTo(asking, use, answers, addresses);
  if (typeof known === 'string') return cannot(known);
  const made: MadeOf[] = [];
  const sure: string[] = [];
  const add = (hosts: readonly string[] | null): void => {
    // A literal may be asked for in another spelling.
    for (const host of hosts ?? []) if (!host.startsWith('[')) sure.push(host);
  };
  for (const answer of known) {
    const whole = items.flatMap((item) => (item === asking ? answer.output : [item]));
    const asked = askedFor(asking, rule.pattern, answer);
    const region =
      asked === null
        ? input.region
        : languages.intersection([input.region, languages.union(asked.map((host) => languages.text(host)))]);
    if (region === languages.nothing) continue;
    const result = templateParts(whole, { ...input, region }, addresses, fixedHost);
    if (result.kind === 'asks')
      return cannot(`the rule for \`${rule.pattern.text}\` asks for more than one thing`);
    if (result.kind === 'fails') continue;
    const all = [...controls, ...answer.controls];
    const one = madeOf(result.form, { ...use, controls: all }, tagOf(all));
    if (one === null) continue;
    if (asking.kind === 'general' && !result.mayFail && answer.controls.length === 0) add(asked);
    const [exampleHost] = asked ?? [];
    const address = one.kind === 'stop' || exampleHost === undefined ? one : { ...one, exampleHost };
    made.push({ address, hosts: region });
  }
  if (asking.kind === 'general') {
    const keys = plainKeys(answers.contents);
    if (keys !== null) add(askedHosts(asking.key, rule.pattern, keys));
  }
  const surely = languages.union(sure.map((host) => languages.text(host)));
  return { made, mayFail: true, sure: languages.intersection([input.region, surely]), cause: null };
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
