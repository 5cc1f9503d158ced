/*
 * Questions to servers before they are measured: contestants must have the same policy.
 */
import { deliver, sampleMessage } from '../e2e/support/deliver.js';

/** A recipient in a session, and whether the policy accepts it. */
export interface Question {
  readonly client: string;
  readonly from: string;
  readonly to: string;
  readonly accepted: boolean;
  /** Where the message must go: one is sent, and the reply to it must contain this. */
  readonly forwarded?: string;
}

/** Asks a server everything; throws if it answers one question otherwise than the policy does. */
export async function checkPolicy(name: string, port: number, questions: readonly Question[]): Promise<void> {
  for (const { client, from, to, accepted, forwarded } of questions) {
    const message = forwarded === undefined ? {} : { message: sampleMessage('question') };
    const { mail, rcpt, data } = await deliver({ port, localAddress: client, from, to: [to], ...message });
    const last = data ?? rcpt[0] ?? mail;
    // A temporary refusal would be trouble, not policy.
    const isRight = accepted ? last.code === 250 && last.text.includes(forwarded ?? '') : last.code >= 500;
    if (!isRight) throw new Error(`${name}: ${client} from ${from} to ${to} got ${last.code} ${last.text}`);
  }
}
