/*
 * The answer of an access table, under the names that vectors use.
 */
import type { AccessDecision } from '../../../lib/access/decide-access.js';
import { type AccessTable, accessTables, findAccessTable } from '../../../lib/access/tables.js';
import type { Verdict } from '../../../lib/smtp/verdict.js';
import type { Actual } from '../compare.js';
import { VectorProblem } from '../vector.js';

/** The vectors' word for a verdict. */
export function verdictWord({ kind }: Pick<Verdict, 'kind'>): 'allow' | 'reject' | 'defer' {
  return kind === 'accept' ? 'allow' : kind;
}

/** Finds an access table by name; an unknown name is a problem of the vector. */
export function accessTableNamed(name: string): AccessTable {
  const meaning = findAccessTable(name);
  if (meaning !== undefined) return meaning.table;
  const known = accessTables.map(({ table }) => table).join(', ');
  throw new VectorProblem(`\`${name}\` is not an access table; there are ${known}`);
}

function replyOf(verdict: Verdict): Actual {
  if (verdict.kind === 'accept') return { reply: null, code: null, status: null };
  const { code, enhanced, text } = verdict.reply;
  return { reply: [code, enhanced, text].filter((part) => part !== '').join(' '), code, status: enhanced };
}

/** Everything in a decision of one table. The text of a rejection without one is `default`. */
export function describeAccess({ verdict, outcome }: AccessDecision): Actual {
  const { delay, groupCheck } = outcome;
  const hundredths = delay === null ? null : delay.hundredths * (delay.everyCommand ? 1 : -1);
  const text = outcome.verdict === 'reject' ? (outcome.text ?? 'default') : null;
  return {
    verdict: verdictWord(verdict),
    explicitY: outcome.explicitPermit,
    text,
    ...replyOf(verdict),
    delayHundredths: hundredths,
    delayEveryCommand: delay?.everyCommand ?? null,
    extendedCode: outcome.enhancedCode,
    enhancedCode: outcome.enhancedCode,
    errorCode: outcome.enhancedCode,
    header: outcome.headerLine,
    hold: outcome.hold,
    held: outcome.hold,
    bitbucket: outcome.bitbucket,
    discard: outcome.bitbucket,
    envelopeFrom: outcome.replaceEnvelopeFrom,
    from: outcome.replaceEnvelopeFrom,
    sender: outcome.replaceSender,
    group: groupCheck === null ? null : { user: groupCheck.user, identifier: groupCheck.identifier },
    syslogOnMatch: outcome.logOnMatch,
    syslogOnReject: outcome.logOnReject,
    tag: outcome.tag,
    debugLevel: outcome.debugLevel,
    conversionTags: outcome.conversionTags,
    limits: outcome.limits,
    spamAdjust: outcome.spamAdjust,
    recordConnection: outcome.recordConnection,
    connectionText: outcome.connectionText,
  };
}
