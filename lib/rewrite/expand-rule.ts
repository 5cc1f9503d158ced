/*
 * Applies one rule to an address. A rule fails, and the search continues, when one of its conditions or look-ups fails.
 * What a look-up answers is read as template again, so it can bring separators and decide the form. What comes from the
 * address never can: a `%`, `@` or `$` of a local part is only text. Where such a character goes through a mapping
 * table it cannot be told from the table's own, so there that character is only text in the whole answer.
 * Ref: PMDF 2.2.5, 2.2.6
 */
import { foldDomain, releaseBars } from '../address/index.js';
import { absent, ask, found, type Lookup, type LookupAnswer } from '../engine/index.js';
import { type AddressValue, addressValueOf, askUrl, type LdapTemplate } from '../ldap/index.js';
import { type RuleSettings, settingsOf, whyControlsFail } from './controls.js';
import { domainFailure } from './domain-failure.js';
import type { HostPlace } from './extract-host.js';
import { answerLine, firstError } from './parse-answer.js';
import { parseTemplate, type TemplateReading } from './parse-template.js';
import type { RewriteContext, RewriteWorld } from './rewrite-context.js';
import type { Control, ControlItem, OutputItem, TemplateForm, TemplateItem } from './rule.js';
import { RuleOutput } from './rule-output.js';
import {
  type Failure,
  longestText,
  type RuleResult,
  resultOf,
  skipped,
  tooLong,
  undecided,
} from './rule-result.js';
import { type AddressParts, substitute } from './substitute.js';

/** What is needed of a rule to expand it. */
export interface Expandable {
  readonly kind: 'items';
  readonly controls: readonly Control[];
  /** What the controls set when the rule fires. */
  readonly settings: RuleSettings;
  readonly output: readonly OutputItem[];
  /** `open`: known only when the look-ups are answered. */
  readonly form: TemplateForm;
}

const deepestLookups = 8;
const nothing: ReadonlySet<string> = new Set();

/** An item whose expansion asks for something outside the address. */
type Question = Extract<OutputItem, { kind: 'general' | 'mapping' | 'ldap' | 'host-name' | 'domain-check' }>;

function isQuestion(item: TemplateItem): item is Question {
  switch (item.kind) {
    case 'general':
    case 'mapping':
    case 'ldap':
    case 'host-name':
    case 'domain-check':
      return true;
    default:
      return false;
  }
}

class Expander {
  readonly #parts: AddressParts;
  readonly #world: RewriteWorld;
  readonly controls: ControlItem[] = [];
  lookedUp = false;
  /** Nobody can say whether a domain is local. */
  lacksDomain = false;
  #case: 'lower' | 'upper' | 'original' = 'original';
  #depth = 0;

  constructor(parts: AddressParts, world: RewriteWorld) {
    this.#parts = parts;
    this.#world = world;
  }

  *run(
    items: readonly TemplateItem[],
    output: RuleOutput,
    generalAllowed: boolean,
  ): Lookup<Failure | undefined> {
    for (const item of items) {
      this.#world.environment.budget.spend(1, 'rewriting');
      const failure = isQuestion(item)
        ? yield* this.#ask(item, output, generalAllowed)
        : this.#put(item, output);
      if (failure !== undefined) return failure;
      if (output.length > longestText) return tooLong();
    }
    return undefined;
  }

  /** Runs items of which none is a question. */
  #putEach(items: readonly TemplateItem[], output: RuleOutput): Failure | undefined {
    for (const item of items) {
      if (isQuestion(item)) continue;
      this.#world.environment.budget.spend(1, 'rewriting');
      const failure = this.#put(item, output);
      if (failure !== undefined) return failure;
      if (output.length > longestText) return tooLong();
    }
    return undefined;
  }

  #put(item: Exclude<TemplateItem, Question>, output: RuleOutput): Failure | undefined {
    switch (item.kind) {
      case 'text':
        // Text of a looked-up answer is substituted material too.
        output.add(this.#depth === 0 ? item.text : this.#cased(item.text));
        return undefined;
      case 'plain-control':
      case 'channel-control':
      case 'reprocessing-control':
      case 'set-tag':
      case 'error-text':
        this.controls.push(item);
        return undefined;
      case 'separator':
        output.separate(item.mark);
        return undefined;
      case 'case':
        this.#case = item.form;
        return undefined;
      case 'unique':
        output.add(this.#cased(this.#world.environment.uniqueString()));
        return undefined;
      case 'user':
      case 'host':
      case 'domain':
      case 'literal':
      case 'label': {
        const text = substitute(item, this.#parts);
        if (text === undefined) return skipped('the host has no such label');
        output.addForeign(this.#cased(text));
        return undefined;
      }
    }
  }

  #ask(item: Question, output: RuleOutput, generalAllowed: boolean): Lookup<Failure | undefined> {
    switch (item.kind) {
      case 'domain-check':
        return this.#domainCheck(item.name, item.isLocal);
      case 'general':
        return this.#general(item.key, output);
      case 'mapping':
        return this.#mapping(item.table, item.argument, output, generalAllowed);
      case 'ldap':
        return this.#ldap(item.url, item.search, output);
      case 'host-name':
        return this.#hostName(item.address, output);
    }
  }

  *#domainCheck(items: readonly OutputItem[], isLocal: boolean): Lookup<Failure | undefined> {
    const made = new RuleOutput('key');
    const failure = yield* this.run(items, made, false);
    if (failure !== undefined) return failure;
    const domain = releaseBars(made.text);
    const answer = yield* this.#askDomain(domain);
    if (answer.kind === 'failed') {
      this.lacksDomain = true;
      return undecided(answer.cause);
    }
    if ((answer.kind === 'found') === isLocal) return undefined;
    return skipped(`\`${domain}\` is ${isLocal ? 'not ' : ''}a local domain`);
  }

  *#askDomain(domain: string): Lookup<LookupAnswer> {
    const { localDomains, domainUrl, environment } = this.#world;
    if (localDomains.has(foldDomain(domain))) return found(domain);
    if (domainUrl == null) return absent;
    return yield* askUrl(
      domainUrl,
      addressValueOf({ localPart: '', domain, upperDomain: null }),
      environment,
    );
  }

  #cased(text: string): string {
    switch (this.#case) {
      case 'lower':
        return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
      case 'upper':
        return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
      case 'original':
        return text;
    }
  }

  *#general(items: readonly OutputItem[], output: RuleOutput): Lookup<Failure | undefined> {
    const made = new RuleOutput('key');
    const failure = items.some(isQuestion) ? yield* this.run(items, made, false) : this.#putEach(items, made);
    if (failure !== undefined) return failure;
    const key = releaseBars(made.text);
    const answer = yield* ask({ kind: 'database', database: 'general', key }, this.#world.environment);
    switch (answer.kind) {
      case 'absent':
        return skipped(`the general database has no \`${key}\``);
      case 'failed':
        return undecided(answer.cause);
      case 'found':
        return yield* this.readGeneral(key, answer.value, output);
    }
  }

  /** Reads what the general database has under a key. */
  readGeneral(key: string, answer: string, output: RuleOutput): Lookup<Failure | undefined> {
    const what = `the general database entry \`${key}\``;
    return this.#again({ text: answer, what }, output, false, nothing);
  }

  *#mapping(
    table: string,
    items: readonly OutputItem[],
    output: RuleOutput,
    generalAllowed: boolean,
  ): Lookup<Failure | undefined> {
    const made = new RuleOutput('argument');
    const failure = yield* this.run(items, made, generalAllowed);
    if (failure !== undefined) return failure;
    const result = yield* this.#world.applyMapping(table, made.text, new Set());
    if (result === null) return skipped(`there is no mapping table \`${table}\``);
    if (result.failed !== null) return undecided(result.failed);
    if (!result.matched || !result.flags.has('Y')) {
      return skipped(`the mapping table \`${table}\` does not set \`$Y\``);
    }
    if (output.purpose === 'argument') for (const mark of made.foreign) output.addForeignMark(mark);
    const text = output.purpose === 'argument' ? result.output : releaseBars(result.output);
    return yield* this.#again(
      { text, what: `the answer of the mapping table \`${table}\`` },
      output,
      generalAllowed,
      made.foreign === '' ? nothing : new Set(made.foreign),
    );
  }

  /** What a search finds is text, with no meaning in a template: people may change their own entries in a directory. */
  *#ldap(url: string, search: LdapTemplate<AddressValue>, output: RuleOutput): Lookup<Failure | undefined> {
    const { user: localPart, wholeHost: domain } = this.#parts;
    const valueFor = addressValueOf({ localPart, domain, upperDomain: null });
    const answer = yield* askUrl(search, valueFor, this.#world.environment);
    switch (answer.kind) {
      case 'absent':
        return skipped(`nothing is found for \`${url}\``);
      case 'failed':
        return undecided(answer.cause);
      case 'found':
        output.addForeign(this.#cased(answer.value.trim()));
        return undefined;
    }
  }

  /** The holder of the address range writes its names, so a name is text, with no meaning in a template. */
  *#hostName(items: readonly OutputItem[], output: RuleOutput): Lookup<Failure | undefined> {
    const made = new RuleOutput('key');
    const failure = yield* this.run(items, made, false);
    if (failure !== undefined) return failure;
    const address = releaseBars(made.text).replace(/^ipv6:/i, '');
    const answer = yield* ask({ kind: 'host-name', address }, this.#world.environment);
    switch (answer.kind) {
      case 'absent':
        return skipped(`\`${address}\` has no confirmed name`);
      case 'failed':
        // Channels of clients are found by such rules too: a deferral would turn away every client whose name server is silent.
        return skipped(`the name of \`${address}\` is not known: ${answer.cause}`);
      case 'found':
        // Names of channels, which templates may use, have no dot.
        if (!answer.value.includes('.')) return skipped(`the name of \`${address}\` has no domain`);
        output.addForeign(this.#cased(answer.value));
        return undefined;
    }
  }

  /** Parses an answer as a template and expands it. */
  *#again(
    { text, what }: { readonly text: string; readonly what: string },
    output: RuleOutput,
    generalAllowed: boolean,
    plain: ReadonlySet<string>,
  ): Lookup<Failure | undefined> {
    this.lookedUp = true;
    if (this.#depth >= deepestLookups) return undecided(`${what} nests look-ups too deep`);
    if (plain.size === 0 && !text.includes('$')) return this.#putPlainAnswer(text.trim(), output);
    const inside = output.purpose !== 'address';
    const reading: TemplateReading = { blanksAreText: true, inside, generalAllowed, plain };
    const { value: items, diagnostics } = parseTemplate(answerLine(text.trim(), what), 0, reading);
    const error = firstError(diagnostics);
    if (error?.code === 'rewrite/nested') return skipped(`${what}: ${error.message}`);
    if (error !== undefined) return undecided(`${what} cannot be read: ${error.message}`);
    this.#depth += 1;
    const failure = yield* this.run(items, output, generalAllowed);
    this.#depth -= 1;
    return failure;
  }

  /** Puts in an answer without a dollar, as most are: text, and the separators in it. */
  #putPlainAnswer(text: string, output: RuleOutput): Failure | undefined {
    let start = 0;
    for (let at = 0; at < text.length; at += 1) {
      const character = text[at];
      if (character !== '%' && character !== '@') continue;
      this.#world.environment.budget.spend(1, 'rewriting');
      output.add(this.#cased(text.slice(start, at)));
      output.separate(character);
      start = at + 1;
    }
    output.add(this.#cased(text.slice(start)));
    return output.length > longestText ? tooLong() : undefined;
  }
}

/** Expands one rule for an address; conditions come first, so that a rule which does not apply looks nothing up. */
export function* expandRule(
  rule: Expandable,
  parts: AddressParts,
  context: RewriteContext,
  world: RewriteWorld,
): Lookup<RuleResult> {
  const why = whyControlsFail(rule.controls, context, parts.from);
  if (why !== undefined) return skipped(why);
  const expander = new Expander(parts, world);
  const output = new RuleOutput('address');
  const failure = yield* expander.run(rule.output, output, true);
  if (failure === undefined) return resultFor(rule, expander, output, { context, from: parts.from });
  return expander.lacksDomain ? withoutDomain(output, parts, context) : failure;
}

/**
 * Expands one rule whose template is nothing but a question to the general database, when that is answered. Its conditions are
 * known to hold.
 */
export function* expandAnswer(
  rule: Expandable,
  { address, key, answer }: { readonly address: AddressParts; readonly key: string; readonly answer: string },
  context: RewriteContext,
  world: RewriteWorld,
): Lookup<RuleResult> {
  const expander = new Expander(address, world);
  const output = new RuleOutput('address');
  const failure = yield* expander.readGeneral(key, answer, output);
  if (expander.lacksDomain) return withoutDomain(output, address, context);
  if (failure !== undefined) return failure;
  if (output.length > longestText) return tooLong();
  return resultFor(rule, expander, output, { context, from: address.from });
}

function withoutDomain(
  { parts, marks }: RuleOutput,
  address: AddressParts,
  context: RewriteContext,
): RuleResult {
  const [user = '', host = ''] = marks === '' ? [address.user, address.wholeHost] : parts;
  return domainFailure(user, host, context.sourceChannel);
}

function resultFor(
  rule: Expandable,
  { controls, lookedUp }: Expander,
  { parts, marks }: RuleOutput,
  { context, from }: { readonly context: RewriteContext; readonly from: HostPlace },
): RuleResult {
  if (controls.length > 0) {
    const whyBrought = whyControlsFail(controls, context, from);
    if (whyBrought !== undefined) return skipped(whyBrought);
  }
  const settings = controls.length === 0 ? rule.settings : settingsOf([...rule.controls, ...controls]);
  return resultOf({ parts, marks, lookedUp }, rule.form, settings);
}
