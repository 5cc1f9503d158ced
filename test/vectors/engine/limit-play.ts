/*
 * Plays a session with limits in the engine: the limits in the order in which the hooks of pmdf/access consult them, and counts
 * as Haraka keeps them.
 */
import {
  decideConnection,
  decideRecipient,
  initialChannel,
  type RecipientDecision,
} from '../../../lib/decide/index.js';
import {
  type LimitRefusal,
  limitBadCommand,
  limitLines,
  limitMail,
  limitMailByOptions,
  limitReceived,
  limitRecipientByChannel,
  limitRecipientByOptions,
  limitRecipientsTried,
  limitReset,
  limitSent,
  limitTriedByOptions,
} from '../../../lib/limits/index.js';
import { compiledChannel, type Policy } from '../../../lib/policy/index.js';
import { type Reply, reply } from '../../../lib/smtp/index.js';
import { EngineRun } from './engine-run.js';
import type { LimitStep, StepReply } from './limit-session.js';
import { requestFor, sessionOn } from './session.js';

const port = 25;
const longestLine = 998;
const accepted = reply(250, '2.0.0', 'OK');

function shown({ code, enhanced, text }: Reply): string {
  return `${code} ${enhanced} ${text}`;
}

class PlayedSession {
  readonly #policy: Policy;
  readonly #source: ReturnType<typeof compiledChannel>;
  readonly #listener: ReturnType<typeof compiledChannel>;
  readonly #run = new EngineRun();
  readonly #counts = { transactions: 0, recipients: 0, rejections: 0, badCommands: 0 };
  #size = 0;
  #tried = 0;
  #taken: RecipientDecision[] = [];

  constructor(policy: Policy, client: string) {
    this.#policy = policy;
    this.#listener = compiledChannel(policy, initialChannel(policy, port).name);
    const connection = { ...sessionOn(this.#listener.name), client: { address: client, port: 4000 } };
    const { channel } = this.#run.drive(decideConnection(policy, connection, this.#run.environment));
    this.#source = compiledChannel(policy, channel);
  }

  /** Takes a command; null is the reply of a server that has nothing against it. */
  take(step: LimitStep): LimitRefusal | Reply {
    switch (step.command) {
      case 'MAIL':
        return this.#mail(step.size) ?? accepted;
      case 'RSET':
        return limitReset(this.#source, this.#counts) ?? accepted;
      case 'RCPT':
        return this.#recipient(step.address);
      case 'XX':
        this.#counts.badCommands += 1;
        return limitBadCommand(this.#source, this.#counts) ?? reply(500, '', 'Unrecognized command');
      case 'DATA':
        return this.#message(step.lineLength) ?? accepted;
    }
  }

  #mail(size: number): LimitRefusal | null {
    this.#counts.transactions += 1;
    this.#size = size;
    this.#tried = 0;
    this.#taken = [];
    return (
      limitMail(this.#source, this.#counts) ??
      limitMailByOptions(this.#listener.options, this.#counts) ??
      limitReceived(this.#source, { octets: size, lines: 0 })
    );
  }

  #recipient(address: string): LimitRefusal | Reply {
    const accepted = this.#taken.length;
    const refusal =
      limitRecipientByChannel(this.#source, this.#counts, accepted) ??
      limitRecipientByOptions(this.#listener.options, this.#counts, accepted);
    this.#tried += 1;
    this.#counts.recipients += 1;
    if (refusal !== null) return refusal;
    const decision = this.#decide(address);
    if (decision.verdict.kind !== 'accept') {
      this.#counts.rejections += 1;
      return decision.verdict.reply;
    }
    const tooLarge = this.#sizeRefusal(decision);
    if (tooLarge !== null) return tooLarge;
    this.#taken.push(decision);
    return reply(250, '2.1.5', 'OK');
  }

  #decide(address: string): RecipientDecision {
    const { environment } = this.#run;
    const context = { policy: this.#policy, session: sessionOn(this.#source.name), environment };
    const options = { tables: true, bothPasses: false };
    return this.#run.drive(decideRecipient(context, 'a@client.example', requestFor(address), options));
  }

  #sizeRefusal({ deliveries }: RecipientDecision): LimitRefusal | null {
    for (const { channel } of deliveries) {
      const refusal = limitSent(compiledChannel(this.#policy, channel), { octets: this.#size, lines: 0 });
      if (refusal !== null) return refusal;
    }
    return null;
  }

  #message(lineLength: number): LimitRefusal | null {
    return (
      limitRecipientsTried(this.#source, this.#tried) ??
      limitTriedByOptions(this.#listener.options, this.#tried) ??
      limitLines(this.#listener, lineLength > longestLine)
    );
  }
}

/** Plays the steps until the session ends. */
export function playInEngine(policy: Policy, client: string, steps: readonly LimitStep[]): StepReply[] {
  const session = new PlayedSession(policy, client);
  const replies: StepReply[] = [];
  for (const step of steps) {
    const taken = session.take(step);
    const [answer, closes] = 'ends' in taken ? [taken.reply, taken.ends] : [taken, false];
    replies.push({ step, reply: shown(answer), closes });
    if (closes) break;
  }
  return replies;
}
