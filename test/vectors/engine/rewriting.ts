/*
 * Rewrites of vectors: the context as written in them, and the result under the names that they use.
 */

import type { RewriteContext, RewriteResult } from '../../../lib/rewrite/rewrite-context.js';
import { rulesOf } from '../../../lib/rewrite/rule.js';
import { compileRules, type RewriteRules } from '../../../lib/rewrite/rule-index.js';
import { formatDiagnostic, type Parsed } from '../../../lib/text/diagnostic.js';
import { readLogicalLines } from '../../../lib/text/logical-lines.js';
import { lineColumnAt } from '../../../lib/text/places.js';
import type { SourceFile } from '../../../lib/text/source.js';
import { parseRules } from '../../support/language.js';
import type { Actual } from '../compare.js';
import { VectorProblem } from '../vector.js';
import type { VectorInput } from '../vector-input.js';

/** Which address of a message it is. */
export type AddressKind = Pick<RewriteContext, 'location' | 'direction'>;

const locations: ReadonlyMap<string, AddressKind['location']> = new Map([
  ['envelope', 'envelope'],
  ['header', 'header'],
  ['body', 'header'],
] as const);

const directions: ReadonlyMap<string, AddressKind['direction']> = new Map([
  ['forward', 'forward'],
  ['to', 'forward'],
  ['backward', 'backward'],
  ['reverse', 'backward'],
  ['from', 'backward'],
] as const);

function wordIn<T>(words: ReadonlyMap<string, T>, word: string, what: string): T {
  const meaning = words.get(word.toLowerCase());
  if (meaning === undefined) throw new VectorProblem(`\`${word}\` is not a ${what} of an address`);
  return meaning;
}

/** Reads `context`, an object or two words such as `envelope To`; without it an envelope To is meant. */
export function readAddressKind(input: VectorInput): AddressKind {
  if (typeof input.value('context') === 'string') {
    const [location = '', direction = ''] = input.text('context').split(/[\s,]+/);
    return {
      location: wordIn(locations, location, 'location'),
      direction: wordIn(directions, direction, 'direction'),
    };
  }
  const context = input.section('context');
  return {
    location: wordIn(locations, context?.textOr('location', 'envelope') ?? 'envelope', 'location'),
    direction: wordIn(directions, context?.textOr('direction', 'forward') ?? 'forward', 'direction'),
  };
}

/** Rules ready to be searched, and their diagnostics. */
export function readRules(rules: readonly string[]): Parsed<RewriteRules> {
  const source: SourceFile = { name: 'rules', shortName: 'rules', text: rules.join('\n') };
  const parsed = parseRules(readLogicalLines(source, () => undefined).value);
  return { value: compileRules(rulesOf(parsed.value)), diagnostics: parsed.diagnostics };
}

/** The diagnostics of rules as remarks. */
export function remarksOf({ diagnostics }: Parsed<unknown>): readonly string[] {
  return diagnostics.map(formatDiagnostic);
}

/** The rules that fired, by their place in the list, from 1. */
export function firedRules({ rules }: RewriteResult): readonly number[] {
  return rules.flatMap((rule) =>
    typeof rule === 'string' ? [] : [lineColumnAt(rule.source, rule.offset).line],
  );
}

/** A result under the names that vectors ask for. `matched` tells whether any rule fired. */
export function describeRewrite(result: RewriteResult): Actual {
  const matched = result.rules.length > 0;
  const fired = firedRules(result);
  switch (result.kind) {
    case 'routed': {
      const { address, host, routingSystem: routing, channel } = result;
      return { matched, fired, address, host, routing, channel: channel.name, error: null, status: null };
    }
    case 'no-channel': {
      const { address, host, routingSystem: routing, text: error, status } = result;
      return {
        matched: matched || result.matchedRule,
        fired,
        address,
        host,
        routing,
        channel: null,
        error,
        status,
      };
    }
    case 'ceiling':
      return { matched, fired, address: result.address, channel: null, error: result.text };
    case 'failed':
      return { fired, error: result.cause, failed: true };
  }
}
