/*
 * Connections to next hops that serve several messages, one after the other. Haraka 3.3 opens one for each message, although it
 * still knows what to do with a socket that was kept (`__fromPool`): it begins with MAIL.
 * Only for attempts that need nothing of EHLO, TLS or AUTH, and that no watcher sees.
 * Undocumented, read from Haraka 3.3.4: outbound/client_pool.js (get_client), outbound/hmail.js (try_deliver,
 * try_deliver_host_on_socket, mxlist), outbound/tls.js (cfg.no_tls_hosts).
 */
import { Part } from '../part.js';
import type { Exchange } from '../queue/exchange.js';
import type { HarakaAddress, HarakaPlugin } from '../types.js';
import { ConnectionsTo } from './connections-to.js';
import { KeptConnection, type Socket } from './kept-connection.js';

type Given = (error: unknown, socket: Socket | null) => void;

interface ClientPool {
  get_client(server: Server, given: Given): void;
}

export const clientPool = new Part<ClientPool>('outbound/client_pool', '', ['get_client']);

/** A server as Haraka tries it. */
interface Server extends Exchange {
  readonly path?: string;
  readonly bind_helo?: string;
}

interface DeliveredMail {
  readonly todo: {
    readonly domain: string;
    readonly mail_from: HarakaAddress;
    readonly rcpt_to: readonly HarakaAddress[];
  };
  readonly obtls?: { readonly cfg?: { readonly no_tls_hosts?: readonly string[] } };
  mxlist: Server[];
  try_deliver(): unknown;
  get_force_tls(server: Server): boolean;
}

export const deliveredMail = new Part<DeliveredMail>('outbound', 'HMailItem.prototype', [
  'try_deliver',
  'try_deliver_host_on_socket',
  'get_force_tls',
]);

const beyondAscii = /[^\x00-\x7f]/;

/** What two attempts must have in common to share a connection; null for one that needs its own. */
function sharedKey(mail: DeliveredMail, server: Server): string | null {
  // A watcher has to see all of an attempt.
  if (Object.hasOwn(mail, 'try_deliver_host_on_socket') || Object.hasOwn(mail, 'get_force_tls')) return null;
  if (server.auth_user !== undefined || mail.get_force_tls(server)) return null;
  const { domain, mail_from: from, rcpt_to: to } = mail.todo;
  // Whether the server offers SMTPUTF8 is known after EHLO only.
  if ([from, ...to].some((one) => beyondAscii.test(one.format()))) return null;
  // TLS may be switched off for some domains.
  const ownTls = (mail.obtls?.cfg?.no_tls_hosts ?? []).length > 0 ? domain : '';
  const { exchange, path, port, bind, bind_helo: helo, using_lmtp: lmtp } = server;
  return JSON.stringify([exchange, path, port, bind, helo, lmtp, ownTls]);
}

const changed = new WeakSet<ClientPool>();

/** Has Haraka's queue keep connections while `isWanted`; throws when this Haraka lacks a function. */
export function keepConnections(plugin: HarakaPlugin, isWanted: () => boolean): void {
  const pool = clientPool.in(plugin);
  const prototype = deliveredMail.in(plugin);
  if (changed.has(pool)) return;
  changed.add(pool);
  const { get_client: open } = pool;
  const { try_deliver: attempt } = prototype;
  /** The message that is about to be sent to a server; Haraka has an object of its own for each attempt. */
  const mails = new WeakMap<Server, DeliveredMail>();
  /** Servers to which the message goes on a new connection, since a kept one failed. */
  const onNew = new WeakSet<Server>();
  const servers = new Map<string, ConnectionsTo>();

  prototype.try_deliver = function () {
    const [server] = this.mxlist;
    if (server !== undefined) mails.set(server, this);
    return attempt.call(this);
  };

  pool.get_client = function (server, given) {
    const mail = mails.get(server);
    const needsNew = mail === undefined || onNew.has(server) || !isWanted();
    const key = needsNew ? null : sharedKey(mail, server);
    if (mail === undefined || key === null) {
      open.call(this, server, given);
      return;
    }
    const toServer = servers.get(key) ?? new ConnectionsTo(() => servers.delete(key));
    servers.set(key, toServer);
    toServer.take((connection) => {
      if (connection === null) {
        open.call(this, server, (error, socket) => {
          if (socket === null) toServer.closed();
          else new KeptConnection(socket, toServer);
          given(error, socket);
        });
        return;
      }
      const startAgain = (): void => {
        onNew.add(server);
        mail.mxlist.unshift(server);
        mail.try_deliver();
      };
      given(null, connection.use(startAgain));
    });
  };
}
