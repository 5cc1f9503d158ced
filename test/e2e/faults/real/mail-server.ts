/*
 * A real mail server that keeps mail in Maildirs, which the tests can count, and that can be told to misbehave.
 */

import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Certificate } from '../../support/certificate.js';
import { lastWill } from '../../support/last-will.js';
import { runSuccessfully } from '../../support/program.js';

/**
 * What the server does by itself to a recipient whose local part ends with the word: `none` has no mailbox, `late` and `full` get 451
 * and 452 until the server is mended, `over` gets 552 even then.
 */
export const recipientWords = ['well', 'none', 'late', 'full', 'over'] as const;
export type RecipientWord = (typeof recipientWords)[number];

/** The word in an address; `well` if there is none. */
export function wordOf(address: string): RecipientWord {
  const last = localPart(address).slice(-4);
  return recipientWords.find((word) => word === last) ?? 'well';
}

/** What the server does by itself until it is mended. */
export interface Misbehaviour {
  /** How it answers whole messages. */
  readonly message?: 451 | 552;
  /** Whether the disk that mail comes to is full. */
  readonly isDiskFull?: boolean;
}

/** How to set it up. */
export interface ServerOptions {
  /** Offers STARTTLS with it. */
  readonly certificate?: Certificate;
  /** The largest message, in octets. */
  readonly sizeLimit?: number;
  /** Does not say so in its reply to EHLO. Postfix only. */
  readonly hidesSize?: boolean;
}

/** A running server. */
export interface MailServer {
  readonly port: number;
  /** Makes the mailboxes of recipients, except those that are to be unknown. */
  expect(addresses: readonly string[]): void;
  misbehave(how: Misbehaviour): Promise<void>;
  /** Starts it if it was killed; from now on it answers well. */
  mend(): Promise<void>;
  /** Ends all its processes with SIGKILL. */
  kill(): Promise<void>;
  /** The messages in the mailbox of an address. */
  messagesOf(address: string): readonly string[];
  /** Resolves when all mail that it accepted is in the mailboxes or was sent back. */
  settle(): Promise<void>;
  log(): string;
  stop(): Promise<void>;
}

/** The local part of an address. */
export function localPart(address: string): string {
  return address.slice(0, address.lastIndexOf('@'));
}

/** The Maildirs below a folder. */
export class Mailboxes {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the Maildirs of recipients that have one. */
  make(addresses: readonly string[]): void {
    for (const address of addresses) {
      if (wordOf(address) === 'none') continue;
      for (const part of ['.', 'new', 'cur', 'tmp']) {
        const folder = path.join(this.folderOf(address), part);
        mkdirSync(folder, { recursive: true });
        chmodSync(folder, 0o777);
      }
    }
  }

  /** The Maildir of an address. */
  folderOf(address: string): string {
    return path.join(this.#folder, localPart(address));
  }

  messagesOf(address: string): readonly string[] {
    const inbox = path.join(this.folderOf(address), 'new');
    try {
      return readdirSync(inbox).map((file) => readFileSync(path.join(inbox, file), 'latin1'));
    } catch {
      return [];
    }
  }
}

/** The identifier that the server gave a message when it accepted it. */
function acceptedAs(message: string): string {
  const [, received = ''] = /^Received:((?:.*\r?\n[ \t])*.*)/m.exec(message) ?? [];
  const [, id] = /\sid\s+([^\s;]+)/.exec(received) ?? [];
  if (id === undefined) throw new Error(`a message without an identifier: ${message.slice(0, 500)}`);
  return id;
}

/**
 * Each message that the server accepted once. A server that is killed between delivering a message of its queue and noting that
 * delivers it again, although it got one.
 */
export function acceptedOnce(messages: readonly string[]): readonly string[] {
  return [...new Map(messages.map((one) => [acceptedAs(one), one])).values()];
}

/** A small disk of its own. */
export interface SmallDisk {
  fill(): Promise<void>;
  free(): Promise<void>;
  unmount(): Promise<void>;
}

/** Mounts a small disk, in memory, at a folder. Needs root, and a machine that lets it mount. */
export async function mountSmallDisk(folder: string, megabytes: number): Promise<SmallDisk> {
  await runSuccessfully('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', folder]);
  const will = lastWill('umount -l "$1"', folder);
  const filling = path.join(folder, 'filling');
  return {
    fill: async () => {
      await runSuccessfully('/bin/sh', [
        '-c',
        'cat /dev/zero > "$1" 2>/dev/null; test -s "$1"',
        'fill',
        filling,
      ]);
    },
    free: async () => {
      await runSuccessfully('rm', ['-f', filling]);
    },
    unmount: async () => {
      await runSuccessfully('umount', ['-l', folder]);
      will.cancel();
    },
  };
}
