/*
 * Every vector about a limit on sessions, played in a real Haraka: the same sessions as in the engine, and the same answers. A
 * table names the vectors, so that none is lost.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../support/project-root.js';
import { compare, formatDifference } from '../vectors/compare.js';
import {
  describeReplies,
  type LimitSession,
  type LimitStep,
  readLimitSession,
  type StepReply,
} from '../vectors/engine/limit-session.js';
import { limitSite } from '../vectors/engine/limit-site.js';
import { readVectors, type Vector } from '../vectors/vector.js';
import { VectorInput } from '../vectors/vector-input.js';
import { connectionIni, type Gateway, startGateway } from './support/gateway.js';
import { connect, type Reply, type SmtpClient } from './support/smtp-client.js';

/** The vectors of sessions, and what each is about. */
const names: readonly (readonly [id: string, limit: string])[] = [
  ['R27', 'transactionlimit'],
  ['R28', 'disconnecttransactionlimit'],
  ['R29', 'recipientlimit'],
  ['R30', 'recipientcutoff'],
  ['R31', 'deferralrejectlimit'],
  ['R32', 'disconnectrejectlimit'],
  ['R33', 'disconnectbadcommandlimit'],
  ['R34', 'ALLOW_TRANSACTIONS_PER_SESSION'],
  ['R35', 'ALLOW_TRANSACTIONS_PER_SESSION, of a session that was switched'],
  ['R36', 'rejectsmtplonglines'],
  ['R37', 'sourceblocklimit'],
  ['R38', 'blocklimit'],
];

interface Played {
  readonly vector: Vector;
  readonly session: LimitSession;
}

function isOfSession({ area, input }: Vector): boolean {
  return (
    area === 'limit' && ['keyword', 'option', 'option_file'].some((field) => Object.hasOwn(input, field))
  );
}

function playedVectors(): readonly Played[] {
  const file = 'routine-vectors.json';
  const vectors = readVectors(readFileSync(join(projectRoot, 'test/vectors', file), 'utf8'), file);
  return vectors
    .filter((one) => one.kind === 'vector')
    .filter(isOfSession)
    .map((vector) => {
      const input = new VectorInput(vector.input);
      const session = readLimitSession(input);
      input.requireAllRead();
      return { vector, session };
    });
}

async function answerTo(client: SmtpClient, step: LimitStep): Promise<Reply> {
  switch (step.command) {
    case 'MAIL':
      return client.mail('a@client.example', step.size === 0 ? undefined : `SIZE=${step.size}`);
    case 'RSET':
    case 'XX':
      return client.send(step.command);
    case 'RCPT':
      return client.rcpt(step.address);
    case 'DATA':
      return client.data(`Subject: limits\r\n\r\n${'x'.repeat(step.lineLength)}\r\n`);
  }
}

/** Whether the server ends the session by itself. */
async function isClosed(client: SmtpClient): Promise<boolean> {
  const answers = client.send('NOOP').then(
    () => false,
    () => true,
  );
  return Promise.race([client.closed.then(() => true), answers]);
}

async function play(port: number, address: string, steps: readonly LimitStep[]): Promise<StepReply[]> {
  const client = await connect({ port, localAddress: address });
  try {
    await client.ehlo();
    const replies: StepReply[] = [];
    for (const step of steps) {
      const { code, text } = await answerTo(client, step);
      const closes = code >= 400 && (await isClosed(client));
      replies.push({ step, reply: `${code} ${text}`, closes });
      if (closes) break;
    }
    return replies;
  } finally {
    await client.close();
  }
}

const played = playedVectors();

describe('vectors of limits', () => {
  it('are those of the table', () => {
    assert.deepEqual(
      played.map(({ vector }) => vector.id),
      names.map(([id]) => id),
    );
  });

  for (const options of new Set(played.map(({ session }) => session.options))) {
    describe(options ?? 'without an option file', () => {
      const here = played.filter(({ session }) => session.options === options);
      const { cnf, mappings, optionFiles, clients } = limitSite(here.map(({ session }) => session));
      let gateway: Gateway;
      before(async () => {
        gateway = await startGateway({
          cnf,
          mappings,
          general: '',
          settings: 'switch_lookup: literal\n',
          config: {
            'connection.ini': connectionIni().replace(/^data_line_length=.*$/m, 'data_line_length=1000'),
            ...Object.fromEntries([...optionFiles].map(([name, text]) => [`pmdf/${name}`, text])),
          },
        });
      });
      after(() => gateway?.stop());

      for (const [index, { vector, session }] of here.entries()) {
        const { id, expected } = vector;
        const limit = names.find(([name]) => name === id)?.[1] ?? 'not in the table';
        it(`${id}: ${limit}`, async () => {
          const plays: StepReply[][] = [];
          for (const steps of session.plays)
            plays.push(await play(gateway.port, clients[index] ?? '', steps));
          const differences = compare(expected, describeReplies(plays, expected)).map(formatDifference);
          const replies = plays.flat().map(({ step, reply }) => `  ${step.command}: ${reply}`);
          assert.deepEqual(differences, [], [...differences, ...replies].join('\n'));
        });
      }
    });
  }
});
