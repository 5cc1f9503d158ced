/*
 * How bare addresses are completed in MAIL FROM and RCPT TO.
 *   input     keyword (or several, of the source channel), client (the name it reported), local, from, envelopeTo
 *   expected  from, envelopeTo
 */
import { parsePath } from '../../../lib/address/parse-path.js';
import { decideRecipient } from '../../../lib/decide/decide-recipient.js';
import { decideSender } from '../../../lib/decide/decide-sender.js';
import type { Policy } from '../../../lib/policy/policy.js';
import type { Session } from '../../../lib/policy/session.js';
import { type Area, computed } from '../area.js';
import { EngineRun } from '../engine/engine-run.js';
import { policyOf } from '../engine/policy-text.js';
import { requestFor, sessionOn } from '../engine/session.js';
import { VectorProblem } from '../vector.js';

function completedFrom(policy: Policy, session: Session, from: string | null): string | null {
  if (from === null) return null;
  const parsed = parsePath(from);
  if (parsed.kind === 'malformed') throw new VectorProblem(`\`${from}\` is not a path`);
  const run = new EngineRun();
  const options = { tables: false };
  return run.drive(decideSender(policy, session, parsed.path, options, run.environment)).envelopeFrom;
}

function completedTo(policy: Policy, session: Session, to: string | null): string | null {
  if (to === null) return null;
  const run = new EngineRun();
  const options = { tables: false, bothPasses: false };
  return run.drive(decideRecipient(policy, session, '', requestFor(to), options, run.environment)).address;
}

export const completeAddress: Area = (input) => {
  const keywords = [...input.words('keyword'), ...input.words('keywords')].join(' ');
  const local = input.textOr('local', 'local.host');
  const cnf = `.  $U%$H@TCP-DAEMON\n\nl\n${local}\n\ntcp_local smtp ${keywords}\nTCP-DAEMON\n`;
  const policy = policyOf({ cnf });
  const session = sessionOn('tcp_local', input.textOrNull('client'));
  const from = completedFrom(policy, session, input.textOrNull(input.nameAmong('envelopeFrom') ?? 'from'));
  const to = completedTo(policy, session, input.textOrNull(input.nameAmong('to') ?? 'envelopeTo'));
  return computed({ from, envelopeFrom: from, envelopeTo: to, to });
};
