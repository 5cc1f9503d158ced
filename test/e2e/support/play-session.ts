/*
 * One session, decided by lib/decide/session.ts and played by a real client against a real Haraka with our plugins, through
 * a proxy that can name any client and any port.
 */

import { join } from 'node:path';
import { decideRequest } from '../../../bin/support/decide-request.js';
import type { ReverseName } from '../../../lib/channel/index.js';
import type { SessionDecision } from '../../../lib/decide/index.js';
import type { Verdict } from '../../../lib/smtp/index.js';
import { World } from '../../../runtime/index.js';
import { utf8For } from './deliver.js';
import type { Gateway } from './gateway.js';
import { connect, type Reply, type SmtpClient } from './smtp-client.js';
import { until } from './until.js';

/** The host that may send PROXY lines. */
export const proxyHost = '127.0.3.1';

/** The password of the user `jane`, who is the only one. */
export const janesPassword = 'apples';

/** One session. Each of a table has a client of its own, by which its lines are found in the log. */
export interface Row {
  readonly about: string;
  readonly client: string;
  /** The port that the client connects to; 25 when not given. */
  readonly port?: number;
  /** Its confirmed name, or `not answered` if no name server answers; none when not given. */
  readonly name?: string | 'not answered';
  readonly tls?: boolean;
  readonly auth?: 'jane';
  readonly from: string;
  readonly to: readonly string[];
}

/** The channel at the end of a session, and the code of each step that it reached. */
export interface Played {
  readonly channel: string;
  readonly steps: readonly string[];
}

function reverseNameOf({ name }: Row): ReverseName {
  if (name === undefined) return { kind: 'none', cause: 'none is given' };
  if (name === 'not answered') return { kind: 'none', cause: 'no answer', unanswered: 'any' };
  return { kind: 'confirmed', name };
}

function codeOf(verdict: Verdict, accepting: number): number {
  return verdict.kind === 'accept' ? accepting : verdict.reply.code;
}

/** The steps that the gateway reaches: nothing follows the refusal of the client or the sender. */
function stepsOf({ client, from, to }: SessionDecision, row: Row): string[] {
  const steps = [`connect ${codeOf(client.decision.verdict, 220)}`];
  if (client.decision.verdict.kind !== 'accept') return steps;
  const { auth } = client.decision;
  if (auth !== null) steps.push(`auth ${auth.refusal?.code ?? 235}`);
  steps.push(`mail ${codeOf(from.decision.verdict, 250)}`);
  if (from.decision.verdict.kind !== 'accept') return steps;
  for (const [index, one] of to.entries())
    steps.push(`rcpt <${row.to[index]}> ${codeOf(one.decision.verdict, 250)}`);
  return steps;
}

/** Decides a session under the configuration of a gateway. */
export async function decideSessionOf({ install }: Gateway, row: Row): Promise<SessionDecision> {
  const world = new World({ configFolder: join(install.dir, 'config'), watch: false, log: () => {} });
  try {
    const request = {
      client: { address: row.client, port: 4000 },
      server: { address: '127.0.0.1', port: row.port ?? 25 },
      reverseName: reverseNameOf(row),
      helo: 'client.example',
      esmtp: true,
      tls: row.tls ?? false,
      authUser: row.auth ?? null,
      from: row.from,
      to: row.to,
    };
    return (await decideRequest(world, { request, live: false })).decided;
  } finally {
    world.close();
  }
}

/** What is decided about a session, in the form in which it is played. */
export async function decideRow(gateway: Gateway, row: Row): Promise<Played> {
  const decided = await decideSessionOf(gateway, row);
  return { channel: decided.client.decision.channel, steps: stepsOf(decided, row) };
}

async function talk(client: SmtpClient, row: Row, greeting: Reply): Promise<string[]> {
  const steps = [`connect ${greeting.code}`];
  if (greeting.code !== 220) return steps;
  await client.ehlo();
  if (row.tls === true) {
    const { code } = await client.startTls();
    if (code !== 220) return [...steps, `tls ${code}`];
    await client.ehlo();
  }
  if (row.auth !== undefined) {
    const response = Buffer.from(`\0${row.auth}\0${janesPassword}`).toString('base64');
    steps.push(`auth ${(await client.send(`AUTH PLAIN ${response}`)).code}`);
  }
  const mail = await client.mail(row.from, utf8For(row.from, ...row.to));
  steps.push(`mail ${mail.code}`);
  if (mail.code !== 250) return steps;
  for (const one of row.to) steps.push(`rcpt <${one}> ${(await client.rcpt(one)).code}`);
  return steps;
}

/** The last channel that the log names for a client. */
function loggedChannel(log: string, client: string): string | undefined {
  return log
    .split('\n')
    .flatMap((line) => / channel=(\S+) client=(\S+) /.exec(line) ?? [])
    .reduce<string | undefined>((last, _, index, words) => {
      return words[index] === client ? words[index - 1] : last;
    }, undefined);
}

/** Plays a session against the gateway; the channel is the one that the log names last for the client. */
export async function playRow(gateway: Gateway, row: Row): Promise<Played> {
  const client = await connect({ port: gateway.port, localAddress: proxyHost, awaitGreeting: false });
  try {
    client.sendRaw(Buffer.from(`PROXY TCP4 ${row.client} 127.0.0.1 4000 ${row.port ?? 25}\r\n`));
    const steps = await talk(client, row, await client.readReply('a greeting'));
    await until(
      () => loggedChannel(gateway.log(), row.client) !== undefined,
      10_000,
      () => `no line for the client ${row.client} in the log`,
    );
    return { channel: loggedChannel(gateway.log(), row.client) ?? '', steps };
  } finally {
    await client.close();
  }
}

/** The records with which a name server confirms the names of a table, or does not answer. */
export function nameRecords(rows: readonly Row[]): Record<string, 'silence' | string[]> {
  const records: Record<string, 'silence' | string[]> = {};
  for (const { client, name } of rows) {
    if (name === undefined) continue;
    const pointer = `PTR ${client.split('.').reverse().join('.')}.in-addr.arpa`;
    records[pointer] = name === 'not answered' ? 'silence' : [name];
    if (name !== 'not answered') records[`A ${name}`] = [client];
  }
  return records;
}
