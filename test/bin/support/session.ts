/*
 * Sessions as text: a line `$ command`, its output, and `[exit code N]` if that is not 0. The golden files are
 * sessions, and so are the examples in the documentation.
 */
import type { CommandFolder } from './command-folder.js';
import type { CommandResult } from './command-process.js';

/** The command lines of a session. */
export function commandsOf(session: string): string[] {
  return session.split('\n').flatMap((line) => (line.startsWith('$ ') ? [line.slice(2)] : []));
}

const plainWord = String.raw`(?:[\w@./:=,+%-]|'[^']*'|"[^"$\\${'`'}]*")+`;
const plainCall = new RegExp(
  `^(?:echo (${plainWord}) \\| )?pmdf((?: ${plainWord})*)(?: <<< (${plainWord})| < /dev/null)?$`,
);

function unquoted(word: string): string {
  return word.replace(
    /'([^']*)'|"([^"]*)"/g,
    (_, single?: string, double?: string) => single ?? double ?? '',
  );
}

/** The words and the input of a line that only calls `pmdf`, with nothing that a shell would expand; null for others. */
export function callOf(line: string): { readonly words: readonly string[]; readonly input: string } | null {
  const [, echoed, words, here] = plainCall.exec(line) ?? [];
  const input = here ?? echoed;
  if (words === undefined || (here !== undefined && echoed !== undefined)) return null;
  return {
    words: [...words.matchAll(new RegExp(plainWord, 'g'))].map(([word]) => unquoted(word)),
    input: input === undefined ? '' : `${unquoted(input)}\n`,
  };
}

/** The hash of a policy changes with every sample; sessions show that there is one. */
function withoutHash(printed: string): string {
  return printed.replace(/(\bhash=|"hash": ")[0-9a-f]{16}\b/g, '$1...');
}

const printedInput = new RegExp(`^(printf(?: ${plainWord})+) \\| (pmdf(?: ${plainWord})*)$`);
/** A call of `pmdf`, and programs that filter its output. */
const filteredCall = /^((?:printf [^|]* \| )?pmdf [^|]*) \| ((?:(?!pmdf).)+)$/;

/** Runs a call in one process for all; null if it has to be run by a shell. */
async function runPlain(folder: CommandFolder, line: string): Promise<CommandResult | null> {
  const [, printing, calling = line] = printedInput.exec(line) ?? [];
  const call = callOf(calling);
  if (call === null) return null;
  const input = printing === undefined ? call.input : folder.outputOf(printing);
  return await folder.runInOneProcess({ ...call, input });
}

/**
 * Runs a line: in one process for all lines if it only calls `pmdf`, also with the output of `printf`, or with a filter for what it
 * prints; else by a shell.
 */
export async function outcomeOf(
  folder: CommandFolder,
  line: string,
): Promise<Pick<CommandResult, 'printed' | 'exitCode'>> {
  const [, calling = line, filter] = filteredCall.exec(line) ?? [];
  const result = await runPlain(folder, calling);
  if (result !== null) {
    const { printed, stdout, stderr, exitCode } = result;
    if (filter === undefined) return { printed: withoutHash(printed), exitCode };
    const filtered = folder.shell(filter, stdout);
    return {
      printed: withoutHash(stderr + filtered.stdout),
      exitCode: filtered.exitCode === 0 ? exitCode : filtered.exitCode,
    };
  }
  const { stdout, exitCode } = folder.shell(line);
  return { printed: withoutHash(stdout), exitCode };
}

/** Runs commands one after the other and returns the session. */
export async function runSession(folder: CommandFolder, commands: readonly string[]): Promise<string> {
  const parts: string[] = [];
  for (const command of commands) {
    const { printed, exitCode } = await outcomeOf(folder, command);
    parts.push(`$ ${command}\n${printed}${exitCode === 0 ? '' : `[exit code ${exitCode}]\n`}`);
  }
  return parts.join('\n');
}

/** The sessions in a page of documentation: its blocks of the language `console`. */
export function sessionsIn(page: string): string[] {
  return [...page.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
}
