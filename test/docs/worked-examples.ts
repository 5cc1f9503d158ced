/*
 * The worked examples of a page, one on each line, question and answer with `->` between them:
 *   rewrite         to|from ADDRESS -> ADDRESS on CHANNEL, or the status and text of a failure
 *   probe TABLE     PROBE -> "OUTPUT" $FLAG..., or `no match`
 *   match           PATTERN   PROBE -> "CAPTURE" ..., or `no match`
 *   decide          CLIENT [NAME]   [FROM]   to ADDRESS -> ADDRESS on CHANNEL, or reply and deciding entry
 *   switch          CLIENT [NAME] -> CHANNEL
 */
import type { Path } from '../../lib/address/address.js';
import { parsePath } from '../../lib/address/parse-path.js';
import type { ReverseName } from '../../lib/channel/reverse-name.js';
import { decideConnection } from '../../lib/decide/decide-connection.js';
import { decideRecipient } from '../../lib/decide/decide-recipient.js';
import { decideSender } from '../../lib/decide/decide-sender.js';
import { applyTable } from '../../lib/mapping/apply-table.js';
import { compilePattern } from '../../lib/mapping/match/compile-pattern.js';
import { matchPattern } from '../../lib/mapping/match/match-pattern.js';
import { parsePattern } from '../../lib/mapping/parse-pattern.js';
import { rewriteEnvelope } from '../../lib/policy/rewriting.js';
import type { Session } from '../../lib/policy/session.js';
import { makeEnvironment } from '../../runtime/decide.js';
import type { WrittenPolicy } from './written-policy.js';

/** One example; `line` counts in the block, from 1. */
export interface Example {
  readonly question: string;
  readonly answer: string;
  readonly line: number;
}

/** Reads the examples of a block; throws on a line without an answer. */
export function examplesIn(text: string): readonly Example[] {
  return text.split('\n').flatMap((whole, index) => {
    if (whole.trim() === '' || whole.startsWith('#')) return [];
    const at = whole.lastIndexOf(' -> ');
    if (at === -1) throw new Error(`an example without an answer: ${whole}`);
    return [{ question: whole.slice(0, at).trim(), answer: whole.slice(at + 4).trim(), line: index + 1 }];
  });
}

function rewrite(page: WrittenPolicy, question: string): string {
  const [, direction = '', address = ''] = /^(to|from)\s+(.+)$/.exec(question) ?? [];
  if (direction === '') throw new Error(`not a rewrite: ${question}`);
  const which = {
    direction: direction === 'to' ? 'forward' : 'backward',
    sourceChannel: 'tcp_local',
  } as const;
  const result = page.run((environment) => rewriteEnvelope(page.policy, address, which, environment));
  switch (result.kind) {
    case 'routed':
      return `${result.address} on ${result.channel.name}`;
    case 'no-channel':
      return `${result.status} ${result.text}`;
    case 'ceiling':
      return result.text;
    case 'failed':
      return `failed: ${result.cause}`;
  }
}

function probe(page: WrittenPolicy, table: string, question: string): string {
  const result = page.run((environment) =>
    applyTable(page.policy.mappings, table, question, { inputFlags: new Set(), environment }),
  );
  if (result === null) throw new Error(`there is no table ${table}`);
  if (!result.matched) return 'no match';
  const flags = [...result.flags].sort().map((flag) => `$${flag}`);
  return [...(result.output === '' ? [] : [`"${result.output}"`]), flags.join('')].join(' ').trim();
}

function match(question: string): string {
  const [, pattern = '', text = ''] = /^(\S+)\s+(\S+)$/.exec(question) ?? [];
  const source = { name: 'pattern', shortName: 'pattern', text: pattern };
  const parsed = parsePattern(pattern, (offset, length) => ({ source, offset, length }));
  if (parsed.diagnostics.length > 0) throw new Error(parsed.diagnostics[0]?.message);
  const found = matchPattern(compilePattern(parsed.value), text, makeEnvironment(100_000).budget);
  if (found === null) return 'no match';
  return found.captures.length === 0 ? 'match' : found.captures.map((one) => `"${one}"`).join(' ');
}

function sessionOf(page: WrittenPolicy, client: string, name: string | undefined): Session {
  const reverseName: ReverseName =
    name === undefined ? { kind: 'none', cause: 'the address has no name' } : { kind: 'confirmed', name };
  const connection = {
    client: { address: client, port: 40_000 },
    server: { address: '192.0.2.25', port: 25 },
    reverseName,
  };
  const { channel } = page.run((environment) => decideConnection(page.policy, connection, environment));
  return {
    ...connection,
    sourceChannel: channel,
    helo: 'client.example',
    esmtp: true,
    tls: false,
    authUser: null,
  };
}

function switched(page: WrittenPolicy, question: string): string {
  const [client = '', name] = question.split(/\s+/);
  return sessionOf(page, client, name).sourceChannel;
}

function pathOf(text: string): Path {
  const parsed = parsePath(`<${text}>`);
  if (parsed.kind !== 'path') throw new Error(`not an address: ${text}`);
  return parsed.path;
}

const tables = { tables: true, bothPasses: true };

function decide(page: WrittenPolicy, question: string): string {
  const [, client = '', to = ''] = /^(\S+)\s+(\S+)$/.exec(question) ?? [];
  const session = sessionOf(page, client, undefined);
  const from = pathOf('somebody@example.net');
  const sender = page.run((environment) =>
    decideSender({ policy: page.policy, session, environment }, from, tables),
  );
  const request = { to: pathOf(to), originalRecipient: null, notify: new Set<string>() };
  const decision = page.run((environment) =>
    decideRecipient({ policy: page.policy, session, environment }, sender.envelopeFrom, request, tables),
  );
  const { verdict } = decision;
  if (verdict.kind === 'accept') {
    const ways = decision.deliveries.map(({ address, channel, then = [] }) =>
      [`${address} on ${channel}`, ...then.map((next) => `${next.address} on ${next.channel}`)].join(
        ', then ',
      ),
    );
    return ways.join('; ');
  }
  const { code, enhanced } = verdict.reply;
  return verdict.place === null ? `${code} ${enhanced}` : `${code} ${enhanced} by ${verdict.place}`;
}

/** The kinds of blocks that hold examples. */
export const exampleKinds: readonly string[] = ['rewrite', 'probe', 'match', 'decide', 'switch'];

/** The answer of the engine to a question. */
export function answerTo(kind: string, page: WrittenPolicy, question: string): string {
  const [word = '', table = ''] = kind.split(' ');
  switch (word) {
    case 'rewrite':
      return rewrite(page, question);
    case 'probe':
      return probe(page, table, question);
    case 'match':
      return match(question);
    case 'decide':
      return decide(page, question);
    case 'switch':
      return switched(page, question);
    default:
      throw new Error(`no examples of the kind ${kind}`);
  }
}
