/*
 * The sub-commands of `pmdf qm`, one line at a time. Numbers are those of the last listing. A sub-command may be cut to any
 * beginning that no other has.
 * Ref: PMDF qm -maintenance
 */
import { LockHeld } from '../../runtime/files/index.js';
import {
  type Action,
  changeMessages,
  finishDrafts,
  heldInUse,
  listMessages,
  NotReachable,
  type QueueFolders,
  type Result,
  readMessageHeader,
  stoppedChannels,
  type WaitingMessage,
} from '../../runtime/queue/index.js';
import {
  type Arguments,
  flagOption,
  quoted,
  readArguments,
  splitWords,
  UnknownName,
  UsageError,
  visible,
  withGaps,
} from '../support/index.js';
import { endHolding, removeHeld } from './change-held.js';
import { openFolders } from './folders.js';
import { directory, nameOf, summary } from './qm-listing.js';
import { checkDeliver } from './reach-haraka.js';
import { shownMessage } from './show-messages.js';
import { startChannel, stopChannel } from './stop-channels.js';

/** What a line came to. */
export interface Said {
  readonly lines: readonly string[];
  readonly isGood: boolean;
  readonly isEnd?: boolean;
}

const subCommands = [
  ['delete', 'MESSAGE...', 'delete messages; nobody is told'],
  ['directory', '[CHANNEL]', 'list messages with numbers; -held: those that are held or on hold'],
  ['exit', '', 'end'],
  ['held', '[CHANNEL]', 'as directory -held'],
  ['help', '', 'list the commands'],
  ['history', 'MESSAGE...', 'show attempts and the last answer'],
  ['hold', 'MESSAGE...', 'put messages on hold'],
  ['quit', '', 'end'],
  ['read', 'MESSAGE...', 'show envelopes and headers'],
  ['release', 'MESSAGE...', 'try messages now, also those that are held or on hold'],
  ['return', 'MESSAGE...', 'return messages to their senders'],
  ['start', 'CHANNEL', 'send the mail of a stopped channel'],
  ['stop', 'CHANNEL', 'let the mail of a channel rest'],
  ['summarize', '', 'list channels with their sums; as is directory, it is of the present moment'],
] as const;

type SubCommand = (typeof subCommands)[number][0];

function subCommandNamed(word: string): SubCommand {
  const typed = word.toLowerCase();
  const found = subCommands.map(([name]) => name).filter((name) => name.startsWith(typed));
  const [one, ...others] = found.filter((name) => name === typed || !found.some((other) => other === typed));
  if (one === undefined) throw new UsageError(`there is no command ${quoted(word)}`, '`help` lists them');
  if (others.length > 0) throw new UsageError(`${quoted(word)} may be ${found.join(' or ')}`);
  return one;
}

const lineOptions = [flagOption('held', '')];

const doneWords: Readonly<Record<Action, readonly [string, string]>> = {
  hold: ['HELD', 'held'],
  release: ['RELEASED', 'released'],
  return: ['RETURNED', 'returned'],
  delete: ['DELETED', 'deleted'],
};

function resultLine(action: Action, name: string, result: Result): string {
  const [code, word] = doneWords[action];
  switch (result.kind) {
    case 'done':
      return `%QM-I-${code}, ${word} the message file ${name}`;
    case 'gone':
      return `%QM-W-GONE, the message file ${name} is gone`;
    case 'busy':
      return `%QM-W-BUSY, the message file ${name} is being delivered; try again`;
    case 'unknown':
      return `%QM-W-UNKNOWN, Haraka ended meanwhile: list the message file ${name} again`;
    case 'failed':
      return `%QM-E-FAILED, the message file ${name}: ${visible(result.why)}`;
  }
}

const longestRange = 100_000;

export class QmSession {
  readonly #given: Arguments;
  readonly #folders: QueueFolders;
  /** Null before the first listing. */
  #numbered: readonly WaitingMessage[] | null = null;

  /** Throws ConfigError. */
  constructor(given: Arguments) {
    this.#given = given;
    this.#folders = openFolders(given);
  }

  /** Does what one line says. */
  async run(line: string): Promise<Said> {
    try {
      return await this.runWords(splitWords(line));
    } catch (error) {
      const isKnown =
        error instanceof UsageError ||
        error instanceof UnknownName ||
        error instanceof NotReachable ||
        error instanceof LockHeld;
      if (!isKnown) throw error;
      return { lines: [`%QM-E-ERROR, ${error.message}`], isGood: false };
    }
  }

  /** Throws UsageError and UnknownName; rejects with NotReachable and LockHeld. */
  async runWords(typed: readonly string[]): Promise<Said> {
    const [word, ...rest] = typed;
    if (word === undefined) return { lines: [], isGood: true };
    const name = subCommandNamed(word);
    const { words, flags } = readArguments(rest, lineOptions);
    const [first = ''] = words;
    switch (name) {
      case 'directory':
        return await this.#directory(first, flags.has('held'));
      case 'held':
        return await this.#directory(first, true);
      case 'summarize':
        return {
          lines: summary(await this.#messages(), stoppedChannels(this.#folders.queue)),
          isGood: true,
        };
      case 'read':
        return await this.#read(await this.#named(words));
      case 'history':
        return this.#history(await this.#named(words));
      case 'hold':
      case 'release':
      case 'return':
      case 'delete':
        return await this.#change(name, await this.#named(words));
      case 'stop':
      case 'start':
        return await this.#switch(name, first);
      case 'help':
        return {
          lines: subCommands.map(([one, operands, help]) => `${`${one} ${operands}`.padEnd(24)}${help}`),
          isGood: true,
        };
      case 'exit':
      case 'quit':
        return { lines: [], isGood: true, isEnd: true };
    }
  }

  async #messages(): Promise<readonly WaitingMessage[]> {
    const listed = [
      ...(await listMessages(this.#folders, 'queue')),
      ...(await listMessages(this.#folders, 'held')),
    ];
    return listed.filter((one) => one.kind === 'message');
  }

  async #directory(channel: string, isHeldOnly: boolean): Promise<Said> {
    const messages = (await this.#messages()).filter(
      (one) =>
        (channel === '' || one.channel === channel) && (!isHeldOnly || one.place === 'held' || one.isOnHold),
    );
    const { lines, numbered } = directory(messages, Date.now());
    this.#numbered = numbered;
    return { lines, isGood: true };
  }

  /** The messages that words name: numbers, ranges of them, `1,3-5`, and names. Throws UsageError and UnknownName. */
  async #named(words: readonly string[]): Promise<readonly WaitingMessage[]> {
    const each = words.flatMap((word) => word.split(',')).filter((word) => word !== '');
    if (each.length === 0)
      throw new UsageError('which messages is not said', 'give numbers of a listing, or names');
    let byName: ReadonlyMap<string, WaitingMessage> | null = null;
    const named = new Map<string, WaitingMessage>();
    for (const word of each) {
      const [, from, to = from] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(word) ?? [];
      if (from !== undefined) {
        for (const one of this.#inRange(Number(from), Number(to))) named.set(one.path, one);
        continue;
      }
      byName ??= new Map((await this.#messages()).map((one) => [one.id, one]));
      const found = byName.get(word.replace(/\.(?:00|HELD)$/, ''));
      if (found === undefined) throw new UnknownName(`there is no message ${quoted(word)}`);
      named.set(found.path, found);
    }
    return [...named.values()];
  }

  #inRange(from: number, to: number): readonly WaitingMessage[] {
    if (this.#numbered === null)
      throw new UsageError('numbers are those of a listing', 'begin with `directory`');
    const found = this.#numbered.slice(Math.max(0, from - 1), to);
    const isWhole = from >= 1 && to >= from && to - from < longestRange && found.length === to - from + 1;
    if (!isWhole) throw new UnknownName(`the last listing has no ${from === to ? from : `${from}-${to}`}`);
    return found;
  }

  async #read(messages: readonly WaitingMessage[]): Promise<Said> {
    const headers = await Promise.all(messages.map(readMessageHeader));
    const now = Date.now();
    return {
      lines: withGaps(messages.map((one, at) => shownMessage(one, headers[at] ?? [], now))),
      isGood: true,
    };
  }

  #history(messages: readonly WaitingMessage[]): Said {
    const lines = messages.map(
      (one) => `${nameOf(one)}: ${one.attempts} attempts; the last answer: ${visible(one.lastReply ?? '-')}`,
    );
    return { lines, isGood: true };
  }

  async #change(action: Action, messages: readonly WaitingMessage[]): Promise<Said> {
    checkDeliver(this.#given);
    const now = Date.now();
    const folders = this.#folders;
    await finishDrafts(folders);
    const results = new Map<WaitingMessage, Result>();
    const inQueue = messages.filter(({ place }) => place === 'queue');
    const changed =
      inQueue.length === 0
        ? null
        : await changeMessages(
            folders.queue,
            action,
            inQueue.map(({ id }) => id),
            now,
          );
    for (const one of inQueue) results.set(one, changed?.get(one.id) ?? { kind: 'gone' });
    const inUse = inQueue.length === messages.length ? new Set() : await heldInUse(folders.queue);
    for (const one of messages) {
      if (one.place === 'queue') continue;
      results.set(one, inUse.has(one.path) ? { kind: 'busy' } : await this.#changeHeld(action, one, now));
    }
    const lines = messages.map((one) =>
      resultLine(action, nameOf(one), results.get(one) ?? { kind: 'gone' }),
    );
    return { lines, isGood: [...results.values()].every(({ kind }) => kind === 'done') };
  }

  async #changeHeld(action: Action, message: WaitingMessage, now: number): Promise<Result> {
    switch (action) {
      case 'hold':
        return { kind: 'done' };
      case 'delete':
        return await removeHeld(this.#folders, message);
      case 'release':
      case 'return':
        return await endHolding(this.#folders, action, message, now);
    }
  }

  async #switch(name: 'stop' | 'start', channel: string): Promise<Said> {
    checkDeliver(this.#given);
    if (channel === '') throw new UsageError('which channel is not said');
    const { text, kind } = await (name === 'stop' ? stopChannel : startChannel)(this.#given, channel);
    const code = { changed: 'I', 'as before': 'W', refused: 'E' }[kind];
    return {
      lines: [`%QM-${code}-${name === 'stop' ? 'STOP' : 'START'}, ${text}`],
      isGood: kind !== 'refused',
    };
  }
}
