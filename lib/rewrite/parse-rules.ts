/*
 * The rules part of pmdf.cnf, or one rule from elsewhere.
 *   rule = pattern blanks template      beginning in column 1; the first blank line ends the rules
 * A rule with an error is left out and reported; parsing continues at the next line.
 * Ref: PMDF 2.2.3, 2.4.1
 */
import {
  type Diagnostic,
  DiagnosticList,
  eachInSlices,
  errorAt,
  hasErrors,
  type LogicalLine,
  type Parsed,
  type Slices,
  spanIn,
  spanOfLine,
  warningAt,
} from '../text/index.js';
import { parsePattern, patternKey } from './parse-pattern.js';
import { parseTemplate } from './parse-template.js';
import {
  formOfItems,
  type RewriteRule,
  type RewriteTemplate,
  type RuleFile,
  type RuleLine,
  rulesOf,
  type TemplateItem,
} from './rule.js';

function lintItems(items: readonly TemplateItem[]): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const seen = new Map<string, TemplateItem>();
  for (const item of items) {
    if (item.kind === 'plain-control') {
      const opposite = { E: 'B', B: 'E', F: 'R', R: 'F', S: '', A: '', P: '', X: '' }[item.letter];
      if (seen.has(opposite)) {
        const message = `\`$${opposite}\` and \`$${item.letter}\` exclude each other`;
        diagnostics.push(warningAt(item.span, 'rewrite/never-applies', message));
      }
      seen.set(item.letter, item);
    }
    const name =
      item.kind === 'channel-control' ? item.channel : item.kind === 'set-tag' ? item.tag : undefined;
    const swallowed = name === undefined ? null : /\$[a-z({]/i.exec(name);
    if (name !== undefined && swallowed !== null) {
      const message = `all of \`${name}\` is read as one name`;
      const hint = `write the part that begins with \`${swallowed[0]}\` before this control`;
      diagnostics.push(warningAt(item.span, 'rewrite/dollar-in-name', message, { hint }));
    }
  }
  return diagnostics;
}

/** Words that begin the first channel block and are not patterns. */
const blockWords = /^(?:no)?defaults$/i;

function readTemplate(line: LogicalLine, start: number): Parsed<RewriteTemplate | undefined> {
  const end = line.text.trimEnd().length;
  const span = spanIn(line, start, end - start);
  const { value: items, diagnostics } = parseTemplate(line, start);
  if (hasErrors(diagnostics)) return { value: undefined, diagnostics };
  const form = formOfItems(items);
  if (form === undefined) {
    const hint = 'the forms are A%B, A@B, A%B@C, A@B@C and A@B@C@D; literal characters are `$%` and `$@`';
    const message = 'the separators `%` and `@` of this template do not make a valid form';
    return { value: undefined, diagnostics: [errorAt(span, 'rewrite/form', message, { hint })] };
  }
  const lint = lintItems(items);
  if (form === 'no-host') {
    const isBlock = blockWords.test(line.text.slice(0, start).trim());
    const hint = isBlock
      ? 'this looks like the start of the channel blocks: add a blank line before it'
      : 'write `$U@host`, `$U%host` or `$U%host@channel-host`';
    const what = isBlock
      ? `\`${line.text.slice(0, start).trim()}\` is read as a rule for a host, and`
      : 'this template';
    const message = isBlock ? `${what} does nothing` : `${what} gives no host, so its rule never applies`;
    lint.push(warningAt(span, 'rewrite/no-host', message, { hint }));
  }
  return { value: { form, items, span }, diagnostics: lint };
}

/** Parses one rule; undefined when it has an error. */
export function parseRule(line: LogicalLine): Parsed<RewriteRule | undefined> {
  const { text } = line;
  const span = spanOfLine(line);
  const fail = (
    code: 'rewrite/indented' | 'rewrite/no-template' | 'rewrite/comment',
    message: string,
    hint: string,
  ) => ({
    value: undefined,
    diagnostics: [errorAt(span, code, message, { hint })],
  });
  if (text === '' || /^\s/.test(text)) {
    const hint = /^\s+!/.test(text) ? 'a comment has its `!` in column 1' : 'remove the blanks before it';
    return fail('rewrite/indented', 'a rewrite rule begins in column 1', hint);
  }
  if (/^(?:[#;]|\/\/)/.test(text)) {
    const message = 'this begins neither a rule nor a comment';
    return fail('rewrite/comment', message, 'a comment has a `!` in column 1');
  }
  const [lead = '', written = ''] = /^(\S+)\s+(?=\S)/.exec(text) ?? [];
  if (lead === '') {
    const hint = 'write pattern, blanks, template, as in `.dom.com  $U%$H$D@TCP-INTERNAL`';
    return fail('rewrite/no-template', `the rule for \`${text.trim()}\` has no template`, hint);
  }
  const pattern = parsePattern(line, 0, written.length);
  const template = readTemplate(line, lead.length);
  const diagnostics = [...pattern.diagnostics, ...template.diagnostics];
  const value =
    pattern.value === undefined || template.value === undefined
      ? undefined
      : { pattern: pattern.value, template: template.value, span };
  return { value, diagnostics };
}

/** Whether a rule fires on every host that its pattern matches. */
function firesAlways(rule: RewriteRule): boolean {
  return rule.template.items.every((item) => {
    switch (item.kind) {
      case 'plain-control':
      case 'channel-control':
      case 'reprocessing-control':
      case 'general':
      case 'mapping':
      case 'ldap':
      case 'host-name':
      case 'label':
      case 'domain-check':
        return false;
      default:
        return true;
    }
  });
}

/** Finds rules that an earlier rule with the same pattern, firing always, keeps from being reached. */
function* findUnreachableInSlices(rules: readonly RewriteRule[]): Slices<readonly Diagnostic[]> {
  const first = new Map<string, RewriteRule>();
  const diagnostics: Diagnostic[] = [];
  yield* eachInSlices(rules, (rule) => {
    const key = patternKey(rule.pattern);
    const earlier = first.get(key);
    if (earlier !== undefined) {
      diagnostics.push(
        warningAt(rule.span, 'rewrite/unreachable', `this rule for \`${key}\` is never reached`, {
          hint: 'restrict the earlier rule with a control, or remove one of them',
          related: [{ message: 'this rule always applies first', span: earlier.span }],
        }),
      );
    } else if (rule.template.form !== 'no-host' && firesAlways(rule)) {
      first.set(key, rule);
    }
  });
  return diagnostics;
}

/** Parses the rules part of a file, up to its first blank line. */
export function* parseRulesInSlices(lines: readonly LogicalLine[]): Slices<Parsed<RuleFile>> {
  const kept: RuleLine[] = [];
  const diagnostics = new DiagnosticList();
  const end = lines.findIndex((line) => line.kind === 'blank');
  yield* eachInSlices(end === -1 ? lines : lines.slice(0, end), (line) => {
    if (line.kind === 'comment') {
      kept.push({ kind: 'comment', text: line.text, span: spanOfLine(line) });
      return;
    }
    const parsed = parseRule(line);
    diagnostics.append(parsed.diagnostics);
    if (parsed.value !== undefined) kept.push({ kind: 'rule', rule: parsed.value });
  });
  const value = { lines: kept };
  diagnostics.append(yield* findUnreachableInSlices(rulesOf(value)));
  return { value, diagnostics: diagnostics.all };
}
