/*
 * SPF at the command of a keyword, in the hooks: a refusal is the answer, and what SPF in shadow would have refused is noted.
 */
import { decideBySpf } from '../../lib/decide/index.js';
import type { SpfKeyword } from '../../lib/limits/index.js';
import type { Policy } from '../../lib/policy/index.js';
import type { HarakaConnection, HarakaPlugin } from '../haraka/index.js';
import {
  andThen,
  answerTo,
  type Eventual,
  gateway,
  type HookAnswer,
  logShadowed,
  type ShadowedCommand,
  sessionOf,
} from '../support/index.js';
import { noteRefusal } from './note-refusal.js';

/** The command at which a keyword checks SPF, as log lines about shadow mode name it. */
function spfCommand(connection: HarakaConnection, keyword: SpfKeyword): ShadowedCommand {
  const { transaction } = connection;
  switch (keyword) {
    case 'spfhelo':
      return { command: 'HELO', argument: `helo=${connection.hello.host ?? ''}` };
    case 'spfmailfrom':
      return { command: 'MAIL', argument: `from=${transaction?.mail_from.original ?? ''}` };
    case 'spfrcptto':
      return { command: 'RCPT', argument: `to=${transaction?.rcpt_to.at(-1)?.original ?? ''}` };
  }
}

/** Checks SPF at the command of a keyword, if the channel has it. */
export function checkSpf(
  plugin: HarakaPlugin,
  connection: HarakaConnection,
  policy: Policy,
  keyword: SpfKeyword,
): Eventual<HookAnswer> {
  const session = sessionOf(connection, policy);
  const from = connection.transaction?.mail_from;
  const sender = { address: from?.address ?? '', domain: from?.host ?? '' };
  const decided = gateway().decide(policy, (environment) =>
    decideBySpf({ policy, session, environment }, keyword, sender),
  );
  return andThen(decided, ({ verdict, shadowed }) => {
    const what = keyword === 'spfhelo' ? 'HELO' : `sender ${from?.original ?? ''}`;
    logShadowed(plugin, connection, spfCommand(connection, keyword), shadowed);
    noteRefusal(plugin, connection, { what, shadowed }, verdict);
    return answerTo(verdict);
  });
}
