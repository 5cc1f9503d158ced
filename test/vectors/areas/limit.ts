/*
 * Limits: on sessions, by a table that refuses for a time or at the greeting, on the lists of a dispatcher, and keywords that
 * exclude each other.
 *   input     keyword, option or option_file, and a session (see limit-session.ts)
 *             table, probe: of PORT_ACCESS if it is that of a connection, else of ORIG_SEND_ACCESS
 *             dispatcher: the text of dispatcher.cnf
 *             keywords: of one channel
 *   expected  of a session, see limit-session.ts; of a table reply, or banner and close; of dispatcher.cnf error, a part of the
 *             message; of keywords diagnostic, `conflict`
 */
import { parseDispatcher } from '../../../bin/init/dispatcher/parse-dispatcher.js';
import { decideTable } from '../../../lib/access/decide-access.js';
import { formatDiagnostic } from '../../../lib/text/index.js';
import { type Answer, type Area, computed } from '../area.js';
import { describeAccess } from '../engine/access-answer.js';
import { channelOfLine } from '../engine/channel-line.js';
import { EngineRun } from '../engine/engine-run.js';
import { playInEngine } from '../engine/limit-play.js';
import { describeReplies, readLimitSession } from '../engine/limit-session.js';
import { limitSite } from '../engine/limit-site.js';
import { MappingTables } from '../engine/mapping-tables.js';
import { fileOf, policyOf } from '../engine/policy-text.js';
import type { JsonObject } from '../json.js';
import type { VectorInput } from '../vector-input.js';

const fieldsOfConnection = 5;

function answerOfTable(input: VectorInput): Answer {
  const probe = input.text('probe');
  const fields = probe.split('|');
  const isConnection = fields[0] === 'TCP' && fields.length === fieldsOfConnection;
  const table = isConnection ? 'PORT_ACCESS' : 'ORIG_SEND_ACCESS';
  const tables = new MappingTables();
  tables.add(table, input.pairs('table'));
  const run = new EngineRun();
  const decision = run.drive(
    decideTable(tables.bind(run), { table, probe, inputFlags: new Set(), address: fields.at(-1) ?? '' }),
  );
  const { reply = null } = describeAccess(decision);
  const isRefused = decision.verdict.kind !== 'accept';
  return computed(isConnection ? { banner: reply, close: isRefused } : { reply }, tables.remarks);
}

function answerOfDispatcher(text: string, { error: wanted }: JsonObject): Answer {
  const { diagnostics } = parseDispatcher(fileOf('dispatcher.cnf', text), () => undefined);
  const message = diagnostics.find(({ severity }) => severity === 'error')?.message ?? null;
  const isWanted = typeof wanted === 'string' && message?.includes(wanted) === true;
  return computed({ error: isWanted ? wanted : message }, diagnostics.map(formatDiagnostic));
}

function answerOfKeywords(keywords: string): Answer {
  const { diagnostics } = channelOfLine(`tcp_local ${keywords}`);
  const [first] = diagnostics;
  const diagnostic = first?.code === 'channel/contradiction' ? 'conflict' : (first?.code ?? null);
  return computed({ diagnostic }, diagnostics.map(formatDiagnostic));
}

function answerOfSession(input: VectorInput, expected: JsonObject): Answer {
  const session = readLimitSession(input);
  const { clients, ...texts } = limitSite([session]);
  const policy = policyOf(texts);
  const plays = session.plays.map((steps) => playInEngine(policy, clients[0] ?? '', steps));
  return computed(
    describeReplies(plays, expected),
    plays.flat().map(({ step, reply }) => `${step.command}: ${reply}`),
  );
}

export const limit: Area = (input, expected) => {
  if (input.has('table')) return answerOfTable(input);
  if (input.has('dispatcher')) return answerOfDispatcher(input.text('dispatcher'), expected);
  if (input.has('keywords')) return answerOfKeywords(input.text('keywords'));
  return answerOfSession(input, expected);
};
