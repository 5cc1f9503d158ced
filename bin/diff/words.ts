/*
 * The words of a difference between two policies, for text and Markdown alike.
 */
import type {
  Change,
  ChangeKind,
  Edit,
  EditPart,
  PolicyDifference,
  SideAnswer,
  Trial,
} from '../../lib/proof/index.js';
import { counted } from '../../lib/text/index.js';
import { shellQuoted } from '../support/index.js';

export const kindWords: Readonly<Record<ChangeKind, string>> = {
  'newly-relayed': 'newly relayed',
  'newly-accepted': 'newly accepted',
  'newly-refused': 'newly refused',
  'delivered-elsewhere': 'delivered elsewhere',
  'other-reply': 'other reply',
};

export const partWords: Readonly<Record<EditPart, string>> = {
  tables: 'tables',
  rewriting: 'rewriting',
  channels: 'channels',
  aliases: 'aliases',
  databases: 'databases',
  settings: 'settings',
};

function shellWord(word: string): string {
  return /^[-\w.@+=:,]+$/.test(word) ? word : shellQuoted(word);
}

/** The witness as options of `pmdf explain`. */
export function witnessOptions(trial: Trial): string {
  const { client, port, name, helo, tls, authUser, from, to } = trial;
  const words = [
    `--client ${client}`,
    ...(port === 25 ? [] : [`--port ${port}`]),
    ...(name === null ? [] : [`--name ${shellWord(name)}`]),
    ...(helo === null || helo === 'client.invalid' ? [] : [`--helo ${shellWord(helo)}`]),
    ...(tls ? ['--tls'] : []),
    ...(authUser === null ? [] : [`--auth ${shellWord(authUser)}`]),
    `--from ${shellWord(from)}`,
    `--to ${shellWord(to)}`,
  ];
  return words.join(' ');
}

/** What a session needs that `pmdf explain` cannot be told. */
export function otherNeeds({ originalRecipient, notify, esmtp, isUnconfirmed }: Trial): readonly string[] {
  return [
    ...(originalRecipient === null ? [] : [`ORCPT=rfc822;${originalRecipient}`]),
    ...(notify.length === 0 ? [] : [`NOTIFY=${notify.join()}`]),
    ...(esmtp ? [] : ['HELO in place of EHLO']),
    ...(isUnconfirmed === true ? ['a name that is not confirmed'] : []),
  ];
}

/** How texts of a policy or a session are marked in a sentence. */
export interface Marks {
  readonly channel: (name: string) => string;
  /** Addresses, patterns, replies. */
  readonly text: (text: string) => string;
}

export function answerWords({ verdict, reply, deliveries, step }: SideAnswer, { text }: Marks): string {
  if (verdict === 'accept') {
    if (step === 'client') return 'the client is accepted';
    return deliveries.length === 0
      ? 'accepted, delivered nowhere'
      : `accepted, ${deliveries.map(text).join(' and ')}`;
  }
  const where = step === 'client' ? ' at connect' : step === 'from' ? ' at MAIL FROM' : '';
  return `${verdict === 'reject' ? 'refused' : 'deferred'}${where}, ${text(reply)}`;
}

/** The class in words. */
export function classWords(
  { senders, recipients, before, now, witness }: Change,
  { channel, text }: Marks,
): string {
  const [was, is] = [channel(before.source), channel(now.source)];
  const source = was === is ? was : `${was}, now ${is}`;
  const user = witness.authUser === null ? '' : ', authenticated';
  const port = witness.port === 25 ? '' : `, port ${witness.port}`;
  const isPlain = witness.name === null && witness.client === '192.0.2.1';
  const such = isPlain ? '' : ` such as ${text(witness.name ?? witness.client)}`;
  return `clients${such} on ${source}${port}${user}; sender ${text(senders)}; recipient ${text(recipients)}`;
}

/** The first part of an edit: `+`, `-` or `~` for what is there in both. */
export function editSign({ before, now }: Edit): string {
  return before === null ? '+' : now === null ? '-' : '~';
}

export function editText({ before, now }: Edit): string {
  if (before === null) return now ?? '';
  return now === null ? before : `${before} -> ${now}`;
}

export function effectWords({ effect, why }: Edit): string {
  switch (effect) {
    case 'shown':
      return '';
    case 'none':
      return `changes nothing: ${why ?? ''}`;
    case 'not-decided':
      return `changes no decision: ${why ?? ''}`;
    case 'not-compared':
      return `not compared: ${why ?? ''}`;
  }
}

/** What can be said of relaying. */
export function relayingWords({ relaying }: PolicyDifference): string {
  switch (relaying.answer) {
    case 'some':
      return relaying.why === null
        ? 'strangers relay who did not relay before'
        : `strangers relay who did not relay before; it is not proved that these are all: ${relaying.why}`;
    case 'none':
      return 'nothing is newly relayed';
    case 'not-compared':
      return `it is not proved that nothing is newly relayed: ${relaying.why ?? ''}`;
  }
}

/** The answer in one sentence. */
export function answerSentence({ answer, changes, edits, unread }: PolicyDifference): string {
  const open = edits.filter(({ effect }) => effect === 'not-compared').length;
  const more = [
    ...(open === 0 ? [] : [`${counted(open, 'edit')} not compared`]),
    ...unread.map((name) => `the ${name} database not compared, since it was not read`),
  ];
  switch (answer) {
    case 'equal':
      return edits.length === 0
        ? 'equal: the policies are the same'
        : 'equal: every session is decided alike, whatever it says';
    case 'same-decisions':
      return 'every session is decided alike; settings differ that no decision depends on';
    case 'different':
      return [`different: ${counted(changes.length, 'change')}`, ...more].join(', ');
    case 'not-compared':
      return ['no change was found, but the policies are not proved equal', ...more].join(': ');
  }
}
