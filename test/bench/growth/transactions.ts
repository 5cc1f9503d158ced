/*
 * The time that a real Haraka takes for the recipients of a transaction, as a client sees it that waits for each reply.
 */
import type { RunningHaraka } from '../../e2e/support/haraka-process.js';
import { connect } from '../../e2e/support/smtp-client.js';

const recipientsInRound = 400;

/** Microseconds of a transaction from MAIL to the last RCPT and RSET, for each of its recipients. */
export async function timeOfRecipient({ port }: RunningHaraka, recipients: number): Promise<number> {
  const client = await connect({ port });
  try {
    await client.ehlo();
    const commands = [
      'MAIL FROM:<somebody@example.net>',
      ...Array.from({ length: recipients }, (_, index) => `RCPT TO:<user${index}@domain.com>`),
      'RSET',
    ];
    const transactions = Math.ceil(recipientsInRound / recipients);
    const start = process.hrtime.bigint();
    for (let number = 0; number < transactions; number += 1) {
      for (const command of commands) {
        const { code, text } = await client.send(command);
        if (code !== 250) throw new Error(`${command} got ${code} ${text}`);
      }
    }
    return Number(process.hrtime.bigint() - start) / 1000 / transactions / recipients;
  } finally {
    await client.close();
  }
}
