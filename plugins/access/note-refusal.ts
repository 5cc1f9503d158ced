/*
 * A refusal by a limit, by SPF or for the domain of the sender, as the log and pmdf/watch get to know it.
 */
import type { Verdict } from '../../lib/smtp/index.js';
import type { HarakaConnection, HarakaPlugin } from '../haraka/index.js';
import { observer, policyForNext, sessionOf } from '../support/index.js';
import { logVerdict } from './log-verdict.js';

/** Notes a verdict on a command, which is `what`; an acceptance is not noted. */
export function noteRefusal(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  what: string,
  verdict: Verdict,
): void {
  if (verdict.kind === 'accept') return;
  logVerdict(plugin, connection, what, verdict);
  const policy = policyForNext(connection);
  const { transaction } = connection;
  observer()?.decided({
    stage: 'limit',
    policy,
    connection,
    session: sessionOf(connection, policy),
    destinationChannel: null,
    verdict,
    shadowed: [],
    envelopeFrom: transaction?.mail_from.original ?? null,
    envelopeTo: transaction?.rcpt_to.at(-1)?.original ?? null,
    seconds: null,
  });
}
