/*
 * Mail that waits, message by message, and what can be done with it: what `pmdf queue` and `pmdf held` say and do, in a process of
 * their own. Who changes something proves with a token that the request comes from the page, which no other site can read.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { CommandRunner } from './run-command.js';

/** JSON, or why there is none; `wrong` is a request that cannot be understood. */
export type MailAnswer =
  | { readonly kind: 'json'; readonly text: string; readonly exitCode: number }
  | { readonly kind: 'wrong' | 'busy' | 'failed'; readonly text: string };

/** What can be changed, and how; the words are those of the command. */
const actions: ReadonlyMap<string, readonly string[]> = new Map([
  ['queue', ['hold', 'release', 'return', 'delete']],
  ['held', ['release', 'delete']],
  ['channel', ['stop', 'start']],
]);

/** An id of a message or the name of a channel, neither of which the command could take for an option. */
const names = /^[0-9A-Za-z_][-.0-9A-Za-z_]{0,199}$/;
const busy: MailAnswer = { kind: 'busy', text: 'other commands are running' };

/** Where the processes of one Haraka, of which each may get a request, find their token: workers inherit it. */
const tokenVariable = 'PMDF_PAGE_TOKEN';
const tokenForm = /^[-0-9A-Z_a-z]{32}$/;

function tokenOfHaraka(): string {
  const known = process.env[tokenVariable];
  if (known !== undefined && tokenForm.test(known)) return known;
  const made = randomBytes(24).toString('base64url');
  process.env[tokenVariable] = made;
  return made;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

interface Change {
  readonly words: readonly [string, string];
  readonly name: string;
}

function readChange(body: string): Change | null {
  let given: unknown;
  try {
    given = JSON.parse(body);
  } catch {
    return null;
  }
  if (typeof given !== 'object' || given === null) return null;
  const [of, action, name] = ['of', 'action', 'name'].map((field): unknown => Reflect.get(given, field));
  if (typeof of !== 'string' || typeof action !== 'string' || typeof name !== 'string') return null;
  if (actions.get(of)?.includes(action) !== true || !names.test(name)) return null;
  return { words: [of === 'channel' ? 'queue' : of, action], name };
}

/** Why an output is not what was asked for; null where it is. */
function whyNoAnswer(output: string): string | null {
  let printed: unknown;
  try {
    printed = JSON.parse(output);
  } catch {
    return 'the command printed no answer';
  }
  if (typeof printed !== 'object' || printed === null) return 'the command printed no answer';
  if (Array.isArray(Reflect.get(printed, 'messages'))) return null;
  if (typeof Reflect.get(printed, 'changed') === 'boolean') return null;
  const error: unknown = Reflect.get(printed, 'error');
  return typeof error === 'string' ? error : 'the configuration on disk has errors: `pmdf check` shows them';
}

export class WaitingMail {
  readonly #runner: Pick<CommandRunner, 'run'>;
  /** What a change has to come with. */
  readonly token = tokenOfHaraka();

  constructor(runner: Pick<CommandRunner, 'run'>) {
    this.#runner = runner;
  }

  /** Lists the queue and what is held. Never rejects. */
  async list(): Promise<MailAnswer> {
    const lists: string[] = [];
    for (const place of ['queue', 'held']) {
      const answer = await this.#ask([place, 'list'], []);
      if (answer.kind !== 'json') return answer;
      lists.push(answer.text);
    }
    const [queue = '', held = ''] = lists;
    return { kind: 'json', text: `{"queue":${queue},"held":${held}}`, exitCode: 0 };
  }

  /** Whether what came with a change is the token. */
  isToken(given: string | undefined): boolean {
    return given !== undefined && timingSafeEqual(digest(given), digest(this.token));
  }

  /** Makes the change that a body in JSON asks for: `{of, action, name}`. Never rejects. */
  async change(body: string): Promise<MailAnswer> {
    const change = readChange(body);
    if (change === null) return { kind: 'wrong', text: 'there is no such change' };
    return await this.#ask(change.words, [change.name]);
  }

  async #ask(words: readonly [string, string], given: readonly string[]): Promise<MailAnswer> {
    const printed = await this.#runner.run(words, ['--json', ...given]);
    if (printed.kind === 'busy') return busy;
    const { output, text, exitCode, isWhole } = printed;
    if (!isWhole) {
      const command = `pmdf ${words.join(' ')}`;
      return { kind: 'failed', text: `${text.trimEnd().split('\n').at(-1)}; use \`${command}\` itself` };
    }
    // What it says of files that are not messages, and of messages that are gone, is in the JSON too.
    const why = whyNoAnswer(output);
    return why === null ? { kind: 'json', text: output, exitCode } : { kind: 'failed', text: why };
  }
}
