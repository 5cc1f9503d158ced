/*
 * The thirteen source-route entries that PMDF has built in, for one source channel and its local domains.
 *   1-4    peel percent hops through local domains and start again
 *   5, 6   reject what then leads on by percent, or by a bang path through a host with a dot
 *   7-10   reject an address quoted inside an address
 *   11-13  permit source routes that end in a local domain, reject all others
 * The pass looks at the address as received, route and all. A permit or a match in it ends the pass, nothing more.
 * Each entry in turn is written for every local domain. Entry N is named `built-in:N`.
 * Ref: PMDF 29; RFC 5321 appendix C
 */
import type { Address } from '../address/index.js';
import type { SourceFile, Span } from '../text/index.js';

/** One entry in the language of mapping tables, quoted; `number` is its place among the thirteen. */
export interface BuiltInEntry {
  readonly number: number;
  readonly pattern: string;
  readonly template: string;
}

/** A built-in entry with a place of its own, so that traces and logs name it `built-in:N`. */
export interface PlacedBuiltInEntry extends BuiltInEntry {
  /** Pattern and template, with one blank between them. */
  readonly span: Span;
  readonly patternSpan: Span;
  readonly templateSpan: Span;
}

const rejection = '$NRelaying$ not$ permitted';

/** What an entry says of the envelope To, and its template; `domain` and `channel` come in quoted. */
interface Form {
  readonly envelopeTo: (domain: string) => string;
  readonly template: (channel: string) => string;
  readonly perDomain: boolean;
}

function peel(envelopeTo: (domain: string) => string, last: number): Form {
  return {
    envelopeTo,
    template: (channel) => `${channel}|$0|$1|$2@$${last}$R`,
    perDomain: true,
  };
}

function answer(template: string, envelopeTo: (domain: string) => string): Form {
  return { envelopeTo, template: () => template, perDomain: true };
}

function answerAnywhere(template: string, envelopeTo: string): Form {
  return { envelopeTo: () => envelopeTo, template: () => template, perDomain: false };
}

const forms: readonly Form[] = [
  peel((domain) => `*$%*.${domain}@*`, 4),
  peel((domain) => `*$%${domain}@*`, 3),
  peel((domain) => `*$%*.${domain}$%*@*`, 5),
  peel((domain) => `*$%${domain}$%*@*`, 4),
  answerAnywhere(rejection, '*$%*.*@*'),
  answerAnywhere(rejection, '*.*!*@*'),
  answer(rejection, (domain) => `"*@*"@${domain}`),
  answer(rejection, (domain) => `"*@*"@*.${domain}`),
  answer(rejection, (domain) => `@*:"*@*"@${domain}`),
  answer(rejection, (domain) => `@*:"*@*"@*.${domain}`),
  answer('$Y', (domain) => `@*:*@*.${domain}`),
  answer('$Y', (domain) => `@*:*@${domain}`),
  answerAnywhere(rejection, '@*:*@*'),
];

/** Quotes text so that a pattern matches it literally. */
export function quoteForPattern(text: string): string {
  return text.replace(/[$%* \t]/g, '$$$&');
}

/** Quotes text so that a template takes it literally. */
export function quoteForTemplate(text: string): string {
  return text.replace(/[$ \t]/g, '$$$&');
}

/** Writes the built-in entries for one source channel; domains are compared without regard to case. */
export function builtInEntries(
  sourceChannel: string,
  localDomains: readonly string[],
): readonly BuiltInEntry[] {
  const channel = quoteForPattern(sourceChannel);
  const domains = new Set(
    localDomains.filter((domain) => domain !== '').map((domain) => domain.toLowerCase()),
  );
  return forms.flatMap((form, index) =>
    (form.perDomain ? [...domains] : ['']).map((domain) => ({
      number: index + 1,
      pattern: `${channel}|*|*|${form.envelopeTo(quoteForPattern(domain))}`,
      template: form.template(quoteForTemplate(sourceChannel)),
    })),
  );
}

/** Gives the entries places in a source of their own: line N has entry N for every domain. */
export function placeBuiltInEntries(entries: readonly BuiltInEntry[]): readonly PlacedBuiltInEntry[] {
  const starts: number[] = [];
  const parts: string[] = [];
  let length = 0;
  let line = 1;
  for (const { number, pattern, template } of entries) {
    const gap = number > line ? '\n'.repeat(number - line) : ' ';
    line = Math.max(line, number);
    parts.push(gap, pattern, ' ', template);
    starts.push(length + gap.length);
    length += gap.length + pattern.length + 1 + template.length;
  }
  const source: SourceFile = { name: 'built-in', shortName: 'built-in', text: parts.join('') };
  return entries.map((entry, index) => {
    const offset = starts[index] ?? 0;
    const { pattern, template } = entry;
    return {
      ...entry,
      span: { source, offset, length: pattern.length + 1 + template.length },
      patternSpan: { source, offset, length: pattern.length },
      templateSpan: { source, offset: offset + pattern.length + 1, length: template.length },
    };
  });
}

/** Tells quickly whether any built-in entry can match an address as received; false means that none does. */
export function needsBuiltInPass(to: Address): boolean {
  return to.route.length > 0 || /[%!@]/.test(to.localPart);
}
