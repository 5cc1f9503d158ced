/*
 * `pmdf qm`: PMDF's queue manager. One sub-command on the command line, or a dialogue.
 * Ref: PMDF qm
 */
import {
  type Command,
  configurationOptions,
  Dialogue,
  dialogueOptions,
  type ExitCode,
  flagOption,
  writtenReport,
} from '../support/index.js';
import { QmSession } from './qm-session.js';
import { withoutWaiting } from './reach-haraka.js';

const prompt = 'qm.maint>';

async function talk(session: QmSession, dialogue: Dialogue): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  for await (const line of dialogue.answers(prompt)) {
    const { lines, isGood, isEnd } = await session.run(line);
    if (!isGood) exitCode = 1;
    await dialogue.say(lines);
    if (isEnd === true) break;
  }
  return exitCode;
}

export const qm: Command = {
  name: 'qm',
  style: 'pmdf',
  summary: 'list and change queued and held mail, as PMDF does',
  operands: '[SUBCOMMAND [MESSAGE...]]',
  words: { least: 0, most: Number.MAX_SAFE_INTEGER },
  options: [
    flagOption('maintenance', 'no effect: there is no other mode'),
    flagOption('held', 'with `directory`: only what is held or on hold'),
    ...dialogueOptions,
    ...configurationOptions,
  ],
  about: [
    'Without a sub-command it reads one from each line of standard input, after a prompt. `help` lists them. A message is named by',
    'its number in the last listing, a range of numbers, or its name.',
  ],
  run: async (given) =>
    await withoutWaiting(async () => {
      const session = new QmSession(given);
      if (given.words.length === 0) {
        const dialogue = new Dialogue(given);
        return writtenReport(await dialogue.hold(() => talk(session, dialogue)));
      }
      const isHeld = given.flags.has('held');
      const { lines, isGood } = await session.runWords([...given.words, ...(isHeld ? ['-held'] : [])]);
      return { exitCode: isGood ? 0 : 1, json: { lines }, text: () => lines };
    }),
};
