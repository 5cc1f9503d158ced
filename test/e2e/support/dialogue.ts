/*
 * Plays an SMTP dialogue written down as a text that people can review.
 *   C: line        the client sends the line with CRLF
 *   S: line        the server's next line is exactly this
 *   S: start...    the server's next line begins with `start`
 *   S: ...         all remaining lines of the reply, whatever they say
 *   # ...          a remark; blank lines are skipped too
 * The first mismatch throws with the transcript up to it.
 */

import { readFileSync } from 'node:fs';
import { type ConnectOptions, connect } from './smtp-client.js';

type Step =
  | { readonly kind: 'client'; readonly text: string; readonly line: number }
  | { readonly kind: 'server'; readonly text: string; readonly line: number };

/** Reads the steps of a dialogue; throws on any other line. */
export function parseDialogue(text: string): readonly Step[] {
  const steps: Step[] = [];
  for (const [index, source] of text.split(/\r?\n/).entries()) {
    if (source.trim() === '' || source.startsWith('#')) continue;
    const [, side, , said = ''] = /^([CS]):( (.*))?$/.exec(source) ?? [];
    const line = index + 1;
    if (side === 'C') steps.push({ kind: 'client', text: said, line });
    else if (side === 'S') steps.push({ kind: 'server', text: said, line });
    else throw new Error(`line ${line} of the dialogue begins with neither \`C:\` nor \`S:\`: \`${source}\``);
  }
  return steps;
}

function matches(expected: string, line: string): boolean {
  return expected.endsWith('...') ? line.startsWith(expected.slice(0, -3)) : line === expected;
}

/** Plays a dialogue and returns the actual transcript, in the same notation. */
export async function playDialogue(text: string, options: ConnectOptions): Promise<string> {
  const client = await connect({ ...options, awaitGreeting: false });
  const transcript: string[] = [];
  let isReplyOpen = false;
  const readLine = async (expected: string, line: number): Promise<string> => {
    const said = await client.readLine(`\`${expected}\` (line ${line} of the dialogue)`);
    transcript.push(`S: ${said}`);
    isReplyOpen = /^\d{3}-/.test(said);
    return said;
  };
  const fail = (complaint: string): never => {
    throw new Error(`${complaint}\n${transcript.join('\n')}`);
  };
  try {
    for (const step of parseDialogue(text)) {
      if (step.kind === 'client') {
        if (isReplyOpen) fail(`line ${step.line} of the dialogue comes before the end of the server's reply`);
        client.sendRaw(Buffer.from(`${step.text}\r\n`));
        transcript.push(`C: ${step.text}`);
        continue;
      }
      if (step.text === '...') {
        do await readLine('any line', step.line);
        while (isReplyOpen);
        continue;
      }
      const said = await readLine(step.text, step.line);
      if (!matches(step.text, said))
        fail(`line ${step.line} of the dialogue expects \`${step.text}\`, not \`${said}\``);
    }
    if (isReplyOpen) fail("the dialogue ends before the server's reply does");
    return transcript.join('\n');
  } finally {
    await client.close();
  }
}

/** Plays the dialogue of a file. */
export function playDialogueFile(file: string, options: ConnectOptions): Promise<string> {
  return playDialogue(readFileSync(file, 'utf8'), options);
}
