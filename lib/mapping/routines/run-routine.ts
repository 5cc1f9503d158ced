/*
 * Runs a routine: what it gives is read as a template once more, so that it may set flags; or it fails, and its entry with it.
 *   throttle, attempt      the empty text where something is exceeded; else it fails
 *   dns_verify             one of its texts
 *   dns_verify_domain      a text that rejects where the list has the address; else it fails, also where the list cannot be asked;
 *                          with `warns` a header line, which keeps to one argument of `$A`
 *   fetch, test, ...       as MeterMaid does
 *   site                   the text that the function of the site gives, which is no template; else it fails
 * What comes from the client or from DNS is quoted, so that none of it can set a flag.
 * Ref: PMDF 16.1.8
 */
import {
  ask,
  type CounterStep,
  type Environment,
  type Lookup,
  type LookupAnswer,
} from '../../engine/index.js';
import { oneLine } from '../../smtp/index.js';
import type { NumberTest, RoutineArgument, RoutineCall } from './routine-call.js';

/** What a routine gives: the text of a template, or why it is not known; null when it fails. */
export type RoutineText = { readonly template: string } | { readonly unanswered: string } | null;

/** The texts of the arguments, for the wildcards of a match. */
export interface RoutineTexts {
  /** The text itself. */
  readonly plain: (argument: RoutineArgument) => string;
  /** The text as part of a template: the texts of wildcards are quoted. */
  readonly quoted: (argument: RoutineArgument) => string;
}

const nothing: RoutineText = { template: '' };
const warning = 'X-RBL-Warning';
const withoutText = 'No error text available';

/** Quotes a text, so that a template gives it unchanged. */
export function quoteForTemplate(text: string): string {
  return text.replaceAll('$', '$$$$');
}

function holds({ comparison, number }: NumberTest, value: number): boolean {
  switch (comparison) {
    case '=':
      return value === number;
    case '<':
      return value < number;
    case '<=':
      return value <= number;
    case '>':
      return value > number;
    case '>=':
      return value >= number;
  }
}

function* count(step: CounterStep, environment: Environment): Lookup<LookupAnswer> {
  return yield* ask({ kind: 'counter', step }, environment);
}

/** The text that an answer gives; `take` makes it of what was found. */
function textOf(answer: LookupAnswer, take: (value: string) => RoutineText): RoutineText {
  switch (answer.kind) {
    case 'found':
      return take(answer.value);
    case 'absent':
      return null;
    case 'failed':
      return { unanswered: answer.cause };
  }
}

/** The result of a test of the number of a key, without text. */
function tested(answer: LookupAnswer, test: NumberTest): RoutineText {
  return textOf(answer, (value) => {
    const number = Number(value);
    return value.trim() !== '' && Number.isFinite(number) && holds(test, number) ? nothing : null;
  });
}

function* verifyHost(
  { name, ifFound, otherwise }: Extract<RoutineCall, { routine: 'dns_verify' }>,
  texts: RoutineTexts,
  environment: Environment,
): Lookup<RoutineText> {
  const host = texts.plain(name);
  const answer = yield* ask({ kind: 'host', name: host }, environment);
  switch (answer.kind) {
    case 'found':
      return { template: texts.quoted(ifFound) };
    case 'absent':
      return { template: texts.quoted(otherwise).replaceAll('%e', 'host not found') };
    case 'failed':
      return { unanswered: `whether the host \`${host}\` exists is not known: ${answer.cause}` };
  }
}

function* verifyList(
  { address, list, warns, text }: Extract<RoutineCall, { routine: 'dns_verify_domain' }>,
  texts: RoutineTexts,
  environment: Environment,
): Lookup<RoutineText> {
  const answer = yield* ask({ kind: 'dns-list', list, address: texts.plain(address) }, environment);
  // Trouble with a list must not turn mail away.
  if (answer.kind !== 'found') return null;
  const usual = text === null ? withoutText : texts.quoted(text);
  // The operator of the list writes its text, and a template has no line ends.
  const listed = oneLine(answer.value);
  const said = listed === '' ? usual : quoteForTemplate(listed);
  return { template: warns ? `$A${warning}: ${list}: ${said.replaceAll('|', '/')}` : `$N${said}` };
}

/** Runs a routine. */
export function* runRoutine(
  call: RoutineCall,
  texts: RoutineTexts,
  environment: Environment,
): Lookup<RoutineText> {
  switch (call.routine) {
    case 'throttle': {
      const key = texts.plain(call.key);
      // A connection without an address is not counted.
      if (key === '') return null;
      const { perMinute, penalizes } = call;
      const step = { action: 'throttle', key, perMinute, penalizes } as const;
      return textOf(yield* count(step, environment), () => nothing);
    }
    case 'dns_verify':
      return yield* verifyHost(call, texts, environment);
    case 'dns_verify_domain':
      return yield* verifyList(call, texts, environment);
    case 'attempt': {
      const step = { action: 'attempt', table: call.table, key: texts.plain(call.key) } as const;
      return textOf(yield* count(step, environment), () => nothing);
    }
    case 'fetch': {
      const step = { action: 'fetch', table: call.table, key: texts.plain(call.key) } as const;
      return textOf(yield* count(step, environment), (value) => ({ template: quoteForTemplate(value) }));
    }
    case 'remove': {
      const step = { action: 'remove', table: call.table, key: texts.plain(call.key) } as const;
      return textOf(yield* count(step, environment), () => nothing);
    }
    case 'store': {
      const { table } = call;
      const step = {
        action: 'store',
        table,
        key: texts.plain(call.key),
        value: texts.plain(call.value),
      } as const;
      return textOf(yield* count(step, environment), () => nothing);
    }
    case 'adjust': {
      const { table, by, test } = call;
      const answer = yield* count({ action: 'adjust', table, key: texts.plain(call.key), by }, environment);
      return test === null ? textOf(answer, () => nothing) : tested(answer, test);
    }
    case 'test': {
      const step = { action: 'fetch', table: call.table, key: texts.plain(call.key) } as const;
      return tested(yield* count(step, environment), call.test);
    }
    case 'site': {
      const { image, name } = call;
      const argument = texts.plain(call.argument);
      const answer = yield* ask({ kind: 'site-routine', image, name, argument }, environment);
      return textOf(answer, (value) => ({ template: quoteForTemplate(value) }));
    }
  }
}
