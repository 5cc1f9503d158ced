/*
 * A refusal by a limit, by SPF or for the domain of the sender, as the log and pmdf/watch get to know it; of SPF in shadow, what it
 * would have refused.
 */
import type { ShadowedVerdict } from '../../lib/decide/index.js';
import type { Verdict } from '../../lib/smtp/index.js';
import type { HarakaConnection, HarakaPlugin } from '../haraka/index.js';
import { observer, policyForNext, sessionOf } from '../support/index.js';
import { logVerdict } from './log-verdict.js';

/** What is noted of a command besides the verdict. */
interface NotedCommand {
  /** What the log calls it, such as `sender <a@b>`. */
  readonly what: string;
  readonly shadowed?: readonly ShadowedVerdict[];
}

/** Notes a verdict on a command; an acceptance is noted only for what would have been done in shadow. */
export function noteRefusal(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  { what, shadowed = [] }: NotedCommand,
  verdict: Verdict,
): void {
  if (verdict.kind === 'accept' && shadowed.length === 0) return;
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
    shadowed,
    envelopeFrom: transaction?.mail_from.original ?? null,
    envelopeTo: transaction?.rcpt_to.at(-1)?.original ?? null,
    seconds: null,
  });
}
