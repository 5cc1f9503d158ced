/*
 * A small site for tests of lint rules that read the configuration, and their findings.
 */
import type { Diagnostic } from '../../../lib/text/diagnostic.js';
import { placeOf } from '../../../lib/text/places.js';
import { type PolicyText, policyOf } from '../policy/policy-of.js';
import { findInText } from './subject-of.js';

const blocks = `
defaults noswitchchannel

l
domain.com

tcp_local smtp mx switchchannel
TCP-DAEMON

tcp_internal smtp mx allowswitchchannel
TCP-INTERNAL
`;

const rules = `domain.com   $U@domain.com
.domain.com  $U%$H$D@TCP-INTERNAL
`;

/** The pmdf.cnf of the site, with further rules and channels. */
export function cnf(further = '', furtherBlocks = ''): string {
  return `${rules}${further}.  $U%$H@TCP-DAEMON\n${blocks}${furtherBlocks}`;
}

/** The findings; `databases` are the complete databases, null if one cannot be read. */
export function lint(
  text: Partial<PolicyText>,
  databases: readonly string[] | null = [],
): readonly Diagnostic[] {
  return findInText(policyOf({ cnf: cnf(), ...text }), databases);
}

/** The findings as `code place`. */
export function findings(text: Partial<PolicyText>, databases?: readonly string[] | null): string[] {
  return lint(text, databases).map((one) => `${one.code.replace('lint/', '')} ${placeOf(one.span)}`);
}

/** A mapping file with one table. */
export function table(name: string, ...entries: readonly string[]): Partial<PolicyText> {
  return { mappings: `${name}\n\n${entries.map((entry) => `  ${entry}\n`).join('')}` };
}

/** A mapping file with ORIG_SEND_ACCESS. */
export const orig = (...entries: readonly string[]) => table('ORIG_SEND_ACCESS', ...entries);
