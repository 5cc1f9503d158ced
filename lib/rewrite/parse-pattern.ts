/*
 * The left side of a rule.
 *   pattern  = [tag "|"] ( "." | "$*" | "$%" | "$!" | host )
 *   host     = labels and literals joined by dots; `*` is one label; a leading dot means everything below
 *   literal  = "[" octets "]" | "[" octets "." "]" | "[]" | "[IPv6:" groups "]"
 * A pattern that nothing could ever match is an error where it looks like CIDR, else a warning.
 * Ref: PMDF 2.2.4, Table 2-1
 */
import { foldHost } from '../address/index.js';
import { type Diagnostic, errorAt, type LogicalLine, type Parsed, spanIn, warningAt } from '../text/index.js';
import { ipv6Pattern } from './literal.js';
import type { PatternKind, RulePattern } from './rule.js';

const specialKinds: ReadonlyMap<string, PatternKind> = new Map<string, PatternKind>([
  ['.', 'all'],
  ['$*', 'first'],
  ['$%', 'percent'],
  ['$!', 'bang'],
  ['[]', 'any-literal'],
]);

function kindOf(text: string): PatternKind {
  const special = specialKinds.get(text);
  if (special !== undefined) return special;
  if (text.includes('*')) return 'stars';
  if (text.startsWith('.')) return 'suffix';
  if (/^\[[^\]]*\.\]$|^\[ipv6:(?:[0-9a-f]{1,4}:)*\]$/i.test(text)) return 'literal-prefix';
  return 'host';
}

/** Tells why no host can ever match; undefined when one can. */
function whyNever(text: string): string | undefined {
  const literal = /\[([^\]]*)\]/.exec(text)?.[1] ?? '';
  if (/[^0-9.*]/.test(literal)) return 'the address literal of a client contains only numbers';
  if (/[@%!,<>()"\\|$\s]/.test(text)) return 'no host contains one of its characters';
  const bare = text.startsWith('.') ? text.slice(1) : text;
  if (bare.startsWith('.') || bare.includes('..') || text.endsWith('.')) return 'no host has an empty label';
  if (text.startsWith('.') && text.includes('*')) return 'a pattern with asterisks begins with one';
  let starsAllowed = true;
  for (const label of bare.replace(/[[\]]/g, '.').split('.')) {
    if (label.includes('*') && label !== '*') return 'an asterisk matches a whole label';
    if (label === '*' && !starsAllowed) return 'asterisks match only the leftmost labels';
    if (label !== '' && label !== '*') starsAllowed = false;
  }
  return undefined;
}

/** Tells why no client has an address that begins with the numbers of a literal; undefined when one may have. */
function whyNoAddress(text: string): string | undefined {
  const [, inside] = /^\[([0-9.]+)\]$/.exec(text) ?? [];
  if (inside === undefined || inside.includes('..')) return undefined;
  const octets = inside.split('.').filter((octet) => octet !== '');
  if (octets.some((octet) => Number(octet) > 255)) return 'no number of an address is larger than 255';
  const isPrefix = inside.endsWith('.');
  if (octets.length === 4 && !isPrefix) return undefined;
  if (octets.length > (isPrefix ? 3 : 4)) return 'an address has four numbers';
  return isPrefix ? undefined : 'an address has four numbers; a dot at the end makes it a prefix';
}

/** What to write in place of a pattern of a literal that never matches. */
function literalHint(text: string): string | undefined {
  if (/\[[a-z]/i.test(text)) return 'write the numbers of your own network, as in `[10.1.]`';
  const [begin] = /^\[[0-9]+(?:\.[0-9]+){0,2}(?=\]$)/.exec(text) ?? [];
  return begin === undefined ? undefined : `write \`${begin}.]\``;
}

function bracketsPair(text: string): boolean {
  let open = false;
  for (const character of text) {
    if (character === '[' ? open : character === ']' && !open) return false;
    if (character === '[' || character === ']') open = character === '[';
  }
  return !open;
}

export function parsePattern(line: LogicalLine, start: number, end: number): Parsed<RulePattern | undefined> {
  const whole = line.text.slice(start, end);
  const bar = whole.lastIndexOf('|') + 1;
  const text = whole.slice(bar);
  const span = spanIn(line, start, end - start);
  const pattern: RulePattern = { kind: kindOf(text), tag: whole.slice(0, bar), text, span };
  const fail = (message: string, hint: string): Parsed<undefined> => ({
    value: undefined,
    diagnostics: [errorAt(span, 'rewrite/pattern', message, { hint })],
  });
  if (text === '') return fail(`the pattern \`${whole}\` has a tag and no host`, 'write `.` for every host');
  if (specialKinds.has(text)) return { value: pattern, diagnostics: [] };
  if (text.startsWith('$')) {
    return fail(`\`${text}\` is not a pattern`, 'patterns with a dollar sign are `$%`, `$!` and `$*`');
  }
  if (/^[!<]/.test(whole)) {
    return fail(`\`${whole}\` is not a pattern`, 'in a file, `!` begins a comment and `<` an include');
  }
  if (!bracketsPair(text))
    return fail(`the brackets of \`${text}\` do not pair`, 'write a literal as `[1.2.3.4]`');
  if (/\[[^\]]*\/[^\]]*\]|^[0-9a-f.:]+\/[0-9]+$/i.test(text)) {
    const hint =
      'drop octets from the right, as in `[10.]`, or call a mapping table from a `[]` rule with `${table,$L}`';
    return fail(`a rewrite pattern cannot have a prefix length: \`${text}\``, hint);
  }
  if (/^\[ipv6:/i.test(text) && ipv6Pattern(text) === undefined) {
    const message = `\`${text}\` is not an IPv6 literal`;
    return fail(message, 'write `[IPv6:2001:db8::1]`, or `[IPv6:2001:db8:]` for a prefix');
  }
  const diagnostics: Diagnostic[] = [];
  const why =
    text.startsWith('[IPv6:') || /^\[ipv6:/i.test(text)
      ? undefined
      : (whyNever(withoutPrefixDots(text)) ?? whyNoAddress(text));
  if (why !== undefined) {
    const hint = literalHint(text);
    const message = `\`${text}\` never matches: ${why}`;
    diagnostics.push(warningAt(span, 'rewrite/never-matches', message, hint === undefined ? {} : { hint }));
  }
  return { value: pattern, diagnostics };
}

/** A dot before the closing bracket, as in `[1.2.]`, is valid. */
function withoutPrefixDots(text: string): string {
  return text.replaceAll('.]', ']');
}

/** The key by which a pattern is found: folded, IPv6 spelled out, tag first. */
export function patternKey(pattern: RulePattern): string {
  return foldHost(pattern.tag) + (ipv6Pattern(pattern.text) ?? foldHost(pattern.text));
}
