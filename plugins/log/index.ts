/*
 * pmdf/log: writes mail.log_current in PMDF's format. It decides nothing, and no mail waits for it.
 * Ref: PMDF 31.1
 */
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { blocksOf } from '../../lib/log/index.js';
import {
  addressesIn,
  type HarakaAddress,
  type HarakaConnection,
  type HarakaPlugin,
  type HarakaTransaction,
  type Next,
  queueFolder,
} from '../haraka/index.js';
import {
  type Denial,
  gateway,
  joinGateway,
  type LeftDelivery,
  type Observer,
  observeWith,
} from '../support/index.js';
import {
  authEntry,
  connectionEntry,
  deniedReply,
  enqueuedEntries,
  refusedEntries,
} from './client-entries.js';
import { type DeliveredFile, fileEntries, sentEntry, takenEntry } from './delivery-entries.js';
import { MailLog, type NewMessageEntry } from './mail-log.js';

let log: MailLog | undefined;

/** What is known of a transaction until its end. */
interface Pending {
  readonly accepted: Set<HarakaAddress>;
  /** What the queue plugin of the install takes. */
  left: readonly LeftDelivery[];
  /** What next hops refused: of the message only if the client is told 250, since J says it otherwise. */
  refused: readonly NewMessageEntry[];
}

const pending = new WeakMap<HarakaTransaction, Pending>();
/** Connections with an entry O. */
const opened = new WeakSet<HarakaConnection>();

function pendingOf(transaction: HarakaTransaction): Pending {
  let found = pending.get(transaction);
  if (found === undefined) {
    found = { accepted: new Set(), left: [], refused: [] };
    pending.set(transaction, found);
  }
  return found;
}

const ignored = (): void => undefined;

function observerOf(into: MailLog): Observer {
  return {
    connected: ignored,
    decided: ignored,
    delivered: ignored,
    troubled: ignored,
    sent: (deliveries) =>
      into.safely(() => {
        const [first] = deliveries;
        if (first === undefined) return;
        const entries = deliveries.map(sentEntry);
        const isDelivered = ({ action }: NewMessageEntry): boolean => action === 'D';
        into.messages(entries.filter(isDelivered));
        const kept = pendingOf(first.transaction);
        kept.refused = [...kept.refused, ...entries.filter((entry) => !isDelivered(entry))];
      }),
    left: (transaction, deliveries) => {
      pendingOf(transaction).left = deliveries;
    },
    denied: (connection, denial) => into.safely(() => noteDenied(into, connection, denial)),
    authenticated: (connection, user, isRight) =>
      into.safely(() => into.connection(authEntry(connection, user, isRight))),
  };
}

/** Registers the hooks; throws when the configuration is broken. */
export function register(this: HarakaPlugin): void {
  joinGateway(this, 'log');
  log = new MailLog({
    policy: () => gateway().policy,
    base: dirname(queueFolder(this)),
    node: hostname(),
    warn: (message) => this.logwarn(message),
    notice: (message) => this.lognotice(message),
  });
  observeWith(observerOf(log));
  process.on('exit', () => log?.flush());
  this.register_hook('init_master', 'checkChannels', -10);
  this.register_hook('connect', 'noteOpened', 100);
  this.register_hook('disconnect', 'noteClosed', 100);
  this.register_hook('rcpt_ok', 'noteAccepted', 100);
  this.register_hook('queue_ok', 'noteEnqueued', -100);
  this.register_hook('delivered', 'noteDelivered', -100);
  this.register_hook('deferred', 'noteDeferred', -100);
  this.register_hook('bounce', 'noteBounced', -100);
}

/** Logs that nothing is written, where no channel asks for it. */
export function checkChannels(this: HarakaPlugin, next: Next): void {
  const { channels } = gateway().policy.channels;
  if (![...channels.keys()].some((name) => log?.isLogged(name)))
    this.lognotice('no channel has the keyword logging, so mail.log_current stays empty');
  next();
}

/** Makes a hook that writes entries and passes on. */
function noting<Params extends readonly unknown[]>(
  note: (log: MailLog, ...params: Params) => void,
): (this: HarakaPlugin, next: Next, ...params: Params) => void {
  return (next, ...params) => {
    const present = log;
    present?.safely(() => note(present, ...params));
    next();
  };
}

export const noteOpened = noting((into, connection: HarakaConnection) => {
  opened.add(connection);
  into.connection(connectionEntry(connection, 'O'));
});

export const noteClosed = noting((into, connection: HarakaConnection) => {
  if (opened.delete(connection)) into.connection(connectionEntry(connection, 'C'));
});

function recipientIn(params: unknown): HarakaAddress | null {
  const [recipient] = addressesIn(Array.isArray(params) ? params.slice(0, 1) : [params]);
  return recipient ?? null;
}

/** A plugin, ours or another, denied something. */
function noteDenied(into: MailLog, connection: HarakaConnection, denial: Denial): void {
  const { transaction } = connection;
  const reply = deniedReply(denial);
  const refuse = (refused: readonly (HarakaAddress | null)[]): void => {
    if (transaction === null) return;
    into.messages(refusedEntries(connection, transaction, refused, reply));
  };
  switch (denial.hook) {
    case 'connect_init':
    case 'lookup_rdns':
    case 'connect':
      into.connection(connectionEntry(connection, 'X', reply));
      break;
    case 'mail':
      refuse([null]);
      break;
    case 'rcpt':
    case 'rcpt_ok': {
      const recipient = recipientIn(denial.given);
      refuse([recipient]);
      if (transaction !== null && recipient !== null) pendingOf(transaction).accepted.delete(recipient);
      break;
    }
    case 'data':
    case 'data_post':
    case 'queue':
    case 'queue_outbound':
      refuse(transaction === null ? [] : [...pendingOf(transaction).accepted]);
      break;
  }
}

export const noteAccepted = noting((_into, { transaction }: HarakaConnection, recipient: unknown) => {
  const [address] = addressesIn([recipient]);
  if (transaction !== null && address !== undefined) pendingOf(transaction).accepted.add(address);
});

export const noteEnqueued = noting((into, connection: HarakaConnection, said: unknown) => {
  const { transaction } = connection;
  if (transaction === null) return;
  const { accepted, left, refused } = pendingOf(transaction);
  into.messages(enqueuedEntries(connection, transaction, [...accepted]));
  const blocks = blocksOf(transaction.data_bytes ?? 0);
  const taken = { blocks, uuid: transaction.uuid, said: String(said ?? '') };
  into.messages(left.map((one) => takenEntry(one, taken)));
  into.messages(refused);
});

export const noteDelivered = noting((into, file: DeliveredFile, params: readonly unknown[]) => {
  const [host, ip, response, , port, , recipients, secured, authenticated] = params;
  const remote = {
    host: String(host),
    ip: String(ip),
    port: String(port),
    tls: secured === true,
    auth: authenticated === true,
  };
  const said = `smtp;250 ${String(response ?? '')}`.trim();
  into.messages(fileEntries(file, 'D', addressesIn(recipients), () => said, remote));
});

function text(from: unknown, member: string): string {
  const value: unknown = typeof from === 'object' && from !== null ? Reflect.get(from, member) : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** What the server said of a recipient, or why there was no attempt. */
function failureOf(given: unknown): (recipient: HarakaAddress) => string {
  const cause = text(given, 'err') || text(given, 'message');
  return (recipient) => {
    const code = text(recipient, 'dsn_smtp_code');
    if (code === '') return cause;
    const said = [code, text(recipient, 'dsn_smtp_extc'), text(recipient, 'dsn_smtp_response')];
    return `smtp;${said.filter((part) => part !== '').join(' ')}`;
  };
}

export const noteDeferred = noting((into, file: DeliveredFile, given: unknown) => {
  into.messages(fileEntries(file, 'Q', file.todo.rcpt_to, failureOf(given)));
});

export const noteBounced = noting((into, file: DeliveredFile, given: unknown) => {
  into.messages(fileEntries(file, 'R', file.todo.rcpt_to, failureOf(given)));
});
