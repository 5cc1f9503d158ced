/*
 * A rewrite rule as it is written: a pattern for a host, and a template that makes the new address of it.
 *   pattern   host.dom.com | .dom.com | *.dom.com | [1.2.] | [] | . | $* | $% | $!     each after an optional tag `tag|`
 *   template  A%B | A@B | A%B@C | A@B@C | A@B@C@D | A%B@C@D | only $?text, with controls anywhere
 * Ref: PMDF 2.2.4, 2.2.5, 2.2.6
 */
import type { AddressValue, LdapTemplate } from '../ldap/index.js';
import type { Span } from '../text/index.js';

/** What a pattern is for; the kind follows from its text. */
export type PatternKind =
  /** That host, or that literal. */
  | 'host'
  /** `.dom.com`: whatever lies below it. */
  | 'suffix'
  /** `*.dom.com`, `[*.*.*.*]`: one asterisk for one label. */
  | 'stars'
  /** `[1.2.]`, `[IPv6:2001:db8:]`: literals that begin so. */
  | 'literal-prefix'
  /** `[]`: every literal. */
  | 'any-literal'
  /** `.`: every host, tried last. */
  | 'all'
  /** `$*`: every host, tried first. */
  | 'first'
  /** `$%`: a percent address that nothing else matches. */
  | 'percent'
  /** `$!`: a bang address that nothing else matches. */
  | 'bang';

/** The left side of a rule; `tag` ends in a bar and is empty for most; `text` is as written, without the tag. */
export interface RulePattern {
  readonly kind: PatternKind;
  readonly tag: string;
  readonly text: string;
  readonly span: Span;
}

/** Controls without a name: envelope, header, forward, backward; host from route, at, percent, bang. */
export type PlainControl = 'E' | 'B' | 'F' | 'R' | 'S' | 'A' | 'P' | 'X';

/** Controls that name a channel: source is, source is not, destination is, destination is not. */
export type ChannelControl = 'M' | 'N' | 'Q' | 'C';

/** A condition under which a rule fires, or what it sets when it does. */
export type ControlItem =
  | { readonly kind: 'plain-control'; readonly letter: PlainControl; readonly span: Span }
  | {
      readonly kind: 'channel-control';
      readonly letter: ChannelControl;
      readonly channel: string;
      readonly span: Span;
    }
  /** `$1M`, `$1N`: the source is, is not, a channel that only puts mail back into the queues. */
  | { readonly kind: 'reprocessing-control'; readonly letter: 'M' | 'N'; readonly span: Span }
  | { readonly kind: 'set-tag'; readonly tag: string; readonly span: Span }
  /** `status` is an enhanced code, or null for the default one. */
  | {
      readonly kind: 'error-text';
      readonly status: string | null;
      readonly text: string;
      readonly span: Span;
    };

/** The same without its place. */
export type Control = Unplaced<ControlItem>;

/** What makes text of the new address. */
export type OutputItem =
  | { readonly kind: 'text'; readonly text: string; readonly span: Span }
  /** A separator of the template, never a character of an address. */
  | { readonly kind: 'separator'; readonly mark: '%' | '@'; readonly span: Span }
  | { readonly kind: 'user'; readonly part: 'whole' | 'base' | 'subaddress'; readonly span: Span }
  /** `$nH`, `$nD`: without the leftmost `drop` labels. */
  | { readonly kind: 'host'; readonly drop: number; readonly span: Span }
  | { readonly kind: 'domain'; readonly drop: number; readonly span: Span }
  | { readonly kind: 'literal'; readonly span: Span }
  | { readonly kind: 'case'; readonly form: 'lower' | 'upper' | 'original'; readonly span: Span }
  | { readonly kind: 'unique'; readonly span: Span }
  | {
      readonly kind: 'label';
      readonly of: 'host' | 'domain';
      readonly from: 'left' | 'right';
      readonly index: number;
      readonly span: Span;
    }
  /** `$Vname`, `$Zname`: makes no text, and the rule fails unless the domain is, or is not, a local one. */
  | {
      readonly kind: 'domain-check';
      readonly isLocal: boolean;
      readonly name: readonly OutputItem[];
      readonly span: Span;
    }
  | { readonly kind: 'general'; readonly key: readonly OutputItem[]; readonly span: Span }
  | {
      readonly kind: 'mapping';
      readonly table: string;
      readonly argument: readonly OutputItem[];
      readonly span: Span;
    }
  /** `$[IMTA_LIBUTIL,hostName,address]`: the confirmed name of an address; `image` is as written. */
  | {
      readonly kind: 'host-name';
      readonly image: string;
      readonly address: readonly OutputItem[];
      readonly span: Span;
    }
  /** `$]url[`: the first value that a search has; `url` is as written. */
  | {
      readonly kind: 'ldap';
      readonly url: string;
      readonly search: LdapTemplate<AddressValue>;
      readonly span: Span;
    };

/** Items without their places, as rules keep them once they are compiled. */
export type Unplaced<T> = T extends unknown ? Omit<T, 'span'> : never;

/** One element of a template, in the order in which it is written. */
export type TemplateItem = ControlItem | OutputItem;

/** `open`: a look-up may add separators, so the form is known only when it has answered. */
export type TemplateForm =
  | 'A%B'
  | 'A@B'
  | 'A%B@C'
  | 'A@B@C'
  | 'A@B@C@D'
  | 'A%B@C@D'
  | 'error-text'
  | 'no-host'
  | 'open';

/** The right side of a rule. */
export interface RewriteTemplate {
  readonly form: TemplateForm;
  readonly items: readonly TemplateItem[];
  readonly span: Span;
}

/** One rewrite rule; `span` is its line. */
export interface RewriteRule {
  readonly pattern: RulePattern;
  readonly template: RewriteTemplate;
  readonly span: Span;
}

/** A line of the rules part that is worth keeping. */
export type RuleLine =
  | { readonly kind: 'rule'; readonly rule: RewriteRule }
  | { readonly kind: 'comment'; readonly text: string; readonly span: Span };

/** The rules part of pmdf.cnf, comments included, in file order. */
export interface RuleFile {
  readonly lines: readonly RuleLine[];
}

/** The rules of a file, in file order. */
export function rulesOf(file: RuleFile): RewriteRule[] {
  const rules: RewriteRule[] = [];
  for (const line of file.lines) if (line.kind === 'rule') rules.push(line.rule);
  return rules;
}

/** Tells whether an item only controls and makes no text. */
export function isControl(item: TemplateItem): item is ControlItem {
  switch (item.kind) {
    case 'plain-control':
    case 'channel-control':
    case 'reprocessing-control':
    case 'set-tag':
    case 'error-text':
      return true;
    default:
      return false;
  }
}

/** Finds the form that a row of separators makes; undefined when templates have no such form. */
export function formOfMarks(marks: string): Exclude<TemplateForm, 'error-text' | 'open'> | undefined {
  switch (marks) {
    case '':
      return 'no-host';
    case '%':
      return 'A%B';
    case '@':
      return 'A@B';
    case '%@':
      return 'A%B@C';
    case '@@':
      return 'A@B@C';
    case '@@@':
      return 'A@B@C@D';
    case '%@@':
      return 'A%B@C@D';
    default:
      return undefined;
  }
}

/** Finds the form of a whole template; undefined when its separators make none. */
export function formOfItems(items: readonly TemplateItem[]): TemplateForm | undefined {
  const output = items.filter((item) => !isControl(item));
  if (output.some((item) => item.kind === 'general' || item.kind === 'mapping')) return 'open';
  const marks = output.map((item) => (item.kind === 'separator' ? item.mark : '')).join('');
  const silent = output.every((item) => item.kind === 'case' || item.kind === 'domain-check');
  if (silent && items.some((item) => item.kind === 'error-text')) return 'error-text';
  return formOfMarks(marks);
}
