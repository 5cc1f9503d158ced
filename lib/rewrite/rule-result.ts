/*
 * What a rule gives for an address, made of the parts into which the separators of its template cut the text.
 * Ref: PMDF 2.2.5
 */
import type { RuleSettings } from './controls.js';
import { formOfMarks, type TemplateForm } from './rule.js';

/** Why a rule gave nothing: it fails, or nobody can tell now. */
export type Failure =
  | { readonly kind: 'skipped'; readonly why: string }
  | { readonly kind: 'undecided'; readonly cause: string };

export type RuleResult =
  | Failure
  /** `A%B`: rewrite again from the start. */
  | { readonly kind: 'again'; readonly user: string; readonly host: string; readonly settings: RuleSettings }
  | {
      readonly kind: 'route';
      readonly user: string;
      readonly host: string;
      /** The host to be prefixed as a source route. */
      readonly routeHost: string | null;
      readonly routingSystem: string;
      readonly settings: RuleSettings;
    }
  /** Only an error text: rewriting ends with the address as it is. */
  | { readonly kind: 'stop'; readonly settings: RuleSettings };

export const longestText = 8192;

export function skipped(why: string): Failure {
  return { kind: 'skipped', why };
}

export function undecided(cause: string): Failure {
  return { kind: 'undecided', cause };
}

export function tooLong(): Failure {
  return undecided(`a rewrite template gives more than ${longestText} characters`);
}

/** An expansion that is complete: its parts, and the separators between them. */
export interface Expanded {
  readonly parts: readonly string[];
  readonly marks: string;
  /** Text of a look-up is among it: a form that it spoiled is then no fault of the rule. */
  readonly lookedUp: boolean;
}

/** Makes the result of a rule whose template has the given form. */
export function resultOf(expanded: Expanded, form: TemplateForm, settings: RuleSettings): RuleResult {
  const { parts, marks } = expanded;
  const user = parts[0] ?? '';
  const second = parts[1] ?? '';
  const third = parts[2] ?? '';
  switch (form === 'open' ? formOfMarks(marks) : form) {
    case undefined:
      return wrong(
        expanded,
        `the template became \`${user}\` with separators \`${marks}\`, which is not a valid form`,
      );
    case 'no-host':
    case 'error-text':
      if (user === '' && settings.errorText !== undefined) return { kind: 'stop', settings };
      return wrong(expanded, 'the template gives no host');
    case 'A%B':
      if (second === '') return skipped('the template gives an empty host');
      return { kind: 'again', user, host: second, settings };
    case 'A@B':
      return routed({ kind: 'route', user, host: second, routeHost: null, routingSystem: second, settings });
    case 'A%B@C':
      return routed({ kind: 'route', user, host: second, routeHost: null, routingSystem: third, settings });
    case 'A@B@C':
      return routed({ kind: 'route', user, host: second, routeHost: third, routingSystem: third, settings });
    case 'A@B@C@D':
      return routed({
        kind: 'route',
        user,
        host: second,
        routeHost: third,
        routingSystem: parts[3] ?? '',
        settings,
      });
    case 'A%B@C@D':
      return routed({
        kind: 'route',
        user,
        host: second,
        routeHost: null,
        routingSystem: parts[3] ?? '',
        settings,
      });
  }
}

function wrong({ lookedUp }: Expanded, why: string): Failure {
  return lookedUp ? undecided(why) : skipped(why);
}

function routed(route: Extract<RuleResult, { kind: 'route' }>): RuleResult {
  const { host, routeHost, routingSystem } = route;
  const isEmpty = host === '' || routingSystem === '' || routeHost === '';
  return isEmpty ? skipped('the template gives an empty host') : route;
}
