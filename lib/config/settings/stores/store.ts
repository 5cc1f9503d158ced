/*
 * One store: a server, or several with the same content, that databases ask; how to log in, and how much to ask.
 * Ref: Postfix ldap_table(5), pgsql_table(5), socketmap_table(5)
 */
import { listOf } from '../../shapes/collections.js';
import { defaultsOf, type Keys, record, required, setting } from '../../shapes/record.js';
import { choice, constant, seconds, text, wholeNumber } from '../../shapes/scalars.js';
import { type Key, mapped, type Shape } from '../../shapes/shape.js';
import { byWord } from '../../shapes/variants.js';
import { fileName, siteNames } from '../names.js';
import {
  isLocalServer,
  type StoreServer,
  type StoreTls,
  storeServer,
  type WrittenServer,
} from './store-server.js';

/** How long answers are kept, in seconds, and how many of each kind; 0 keeps none. */
export interface StoreCache {
  readonly found: number;
  readonly absent: number;
  readonly entries: number;
}

/** What every store has; times in seconds. */
export interface StoreLimits {
  /** For one question, connecting included. */
  readonly timeout: number;
  /** Connections at most. */
  readonly connections: number;
  readonly cache: StoreCache;
  /** Until a server that failed is asked again. */
  readonly retry: number;
}

/** How to log in at the servers of a store. */
export interface StoreAccess {
  /** Asked in turn; not empty. */
  readonly hosts: readonly StoreServer[];
  /** The file with the password; null: see `passwordEnv`. */
  readonly passwordFile: string | null;
  /** The environment variable with the password; null: see `passwordFile`. */
  readonly passwordEnv: string | null;
  /** The file of the trusted authorities, in PEM; null: those that Node trusts. */
  readonly tlsCa: string | null;
}

export interface RedisStore extends StoreLimits, StoreAccess {
  readonly kind: 'redis';
  readonly user: string | null;
  readonly dbname: number;
}

export interface SqlStore extends StoreLimits, StoreAccess {
  readonly kind: 'postgresql' | 'mysql';
  readonly user: string | null;
  readonly dbname: string | null;
}

export interface LdapStore extends StoreLimits, StoreAccess {
  readonly kind: 'ldap';
  /** The name to bind with; null: anonymously. */
  readonly bindDn: string | null;
}

export interface SqliteStore extends StoreLimits {
  readonly kind: 'sqlite';
  readonly file: string;
}

export interface SocketmapStore extends StoreLimits, Pick<StoreAccess, 'hosts' | 'tlsCa'> {
  readonly kind: 'socketmap';
}

/** A store. */
export type StoreSetting = RedisStore | SqlStore | LdapStore | SqliteStore | SocketmapStore;
export type StoreKind = StoreSetting['kind'];

const cache = record<StoreCache>({
  found: setting(seconds(0, 86_400), 60, 'Seconds for which a value that was found is kept.'),
  absent: setting(seconds(0, 86_400), 10, 'Seconds for which it is kept that a key is absent.'),
  entries: setting(
    wholeNumber(0, 1_000_000),
    10_000,
    'Answers that are kept: so many found, so many absent.',
  ),
});

/** All look-ups of one decision together have so many seconds. */
export const longestDecisionWait = 14;

const timeout: Shape<number> = mapped(seconds(0.1, 60), (wanted, node, { path, findings }) => {
  if (wanted > longestDecisionWait) {
    const message = `\`${path}\` has no effect above ${longestDecisionWait}, the seconds that one decision waits`;
    findings.warning(node.span, 'settings/without-effect', message, `write at most ${longestDecisionWait}`);
  }
  return wanted;
});

const limits: Keys<StoreLimits> = {
  timeout: setting(timeout, 3, 'Seconds for one question; after that the client gets 451.'),
  connections: setting(wholeNumber(1, 1_000), 8, 'Connections of each process at most.'),
  cache: setting(cache, defaultsOf(cache), 'How long answers are kept, and how many.'),
  retry: setting(seconds(0.1, 3_600), 10, 'Seconds until a server that failed is asked again.'),
};

const tlsCa = setting<string | null>(
  fileName,
  null,
  'A PEM file with the certificate authorities that may vouch for the server.',
  { defaultText: 'those that Node trusts' },
);

interface Written {
  readonly hosts: readonly WrittenServer[];
  readonly tls: StoreTls | null;
}

const hostsKey = setting<readonly WrittenServer[]>(
  listOf(storeServer, 'a list of servers'),
  [],
  'Servers with the same content, which are asked in turn: `host`, `host:port`, `[v6]:port`, or the path of a UNIX socket.',
  { defaultText: '`[127.0.0.1]`' },
);

const aboutTls = 'Whether connections are protected by TLS and the name in the certificate is checked.';
const tlsDefault = '`on`; `off` to a server on this host';
const tls = setting<'on' | 'off' | null>(choice(['on', 'off']), null, aboutTls, { defaultText: tlsDefault });

const variablePattern = '^[A-Za-z_][A-Za-z0-9_]*$';

/** Anything else is perhaps the password itself, and not repeated. */
const variableName: Shape<string> = mapped(
  text('the name of an environment variable', variablePattern),
  (written, node, { path, findings }) => {
    if (new RegExp(variablePattern).test(written)) return written;
    const message = `\`${path}\` is not the name of an environment variable`;
    return findings.error(
      node.span,
      'settings/type',
      message,
      'write the password into a file: `password_file: FILE`',
    );
  },
);

const passwords = {
  passwordFile: setting<string | null>(fileName, null, 'The file whose first line is the password.'),
  passwordEnv: setting<string | null>(
    variableName,
    null,
    'The environment variable that holds the password.',
  ),
};

const user = setting<string | null>(text('a name'), null, 'The name to log in with.');
const thisHost: WrittenServer = { kind: 'host', host: '127.0.0.1', port: null };

/** The same with its servers complete. */
type Completed<T> = Omit<T, 'hosts' | 'tls'> & { readonly hosts: readonly StoreServer[] };

/** Completes the servers: the default port of this kind of store, and TLS unless the server is on this host. */
function onServers<T extends Written>(shape: Shape<T>, port: number, tlsPort = port): Shape<Completed<T>> {
  const complete = (server: WrittenServer, wanted: StoreTls | null): StoreServer => {
    if (server.kind === 'path') return server;
    const mode = wanted ?? (isLocalServer(server) ? 'off' : 'on');
    const usual = mode === 'on' ? tlsPort : port;
    return Object.freeze({ kind: 'host', host: server.host, port: server.port ?? usual, tls: mode });
  };
  return mapped(shape, ({ hosts: written, tls: wanted, ...rest }, _node, { path, keySpan, findings }) => {
    const isProtected = wanted === 'on' || wanted === 'starttls';
    if (isProtected && written.length > 0 && written.every(({ kind }) => kind === 'path')) {
      const span = findings.places.get(`${path}.tls`) ?? keySpan;
      const message = `\`${path}.tls\` has no effect on UNIX sockets`;
      findings.warning(span, 'settings/without-effect', message, 'remove it');
    }
    const servers = written.length > 0 ? written : [thisHost];
    const hosts: readonly StoreServer[] = Object.freeze(servers.map((one) => complete(one, wanted)));
    const made: Completed<T> = { ...rest, hosts };
    Object.freeze(made);
    return made;
  });
}

/**
 * Refuses two places for one password, and warns of a name without one. A server may know the account at the other end of a UNIX
 * socket.
 */
function withLogin<T extends Written & Pick<StoreAccess, 'passwordFile' | 'passwordEnv'>>(
  shape: Shape<T>,
  key: 'user' | 'bind_dn',
): Shape<T> {
  return mapped(shape, (written, _node, { path, keySpan, findings }) => {
    const { hosts, passwordFile, passwordEnv } = written;
    if (passwordFile !== null && passwordEnv !== null) {
      const message = `\`${path}\` has both \`password_file\` and \`password_env\``;
      return findings.error(keySpan, 'settings/excluded', message, 'remove one of them');
    }
    const span = findings.places.get(`${path}.${key}`);
    const isByAccount = key === 'user' && hosts.length > 0 && hosts.every(({ kind }) => kind === 'path');
    if (span !== undefined && passwordFile === null && passwordEnv === null && !isByAccount) {
      const message = `\`${path}.${key}\` has no password`;
      findings.warning(span, 'settings/store-login', message, 'write `password_file` or `password_env`');
    }
    return written;
  });
}

/** What to write in place of a password: many may read pmdf.yaml. */
const inPlaceOfPassword =
  'write it in a file of its own, `password_file: FILE`, or name a variable of the environment, `password_env`';
const passwordHints: ReadonlyMap<string, string> = new Map(
  ['password', 'passwd', 'pass', 'bind_pw', 'secret'].map((key) => [key, inPlaceOfPassword]),
);

function kindOf<const K extends StoreKind>(kind: K): Key<K> {
  return required(constant(kind, `\`${kind}\``), 'The kind of the store.');
}

const redis: Shape<RedisStore> = onServers(
  withLogin(
    record(
      {
        kind: kindOf('redis'),
        hosts: hostsKey,
        user,
        ...passwords,
        dbname: setting(wholeNumber(0, 65_535), 0, 'The number of the database on the server.'),
        tls,
        tlsCa,
        ...limits,
      },
      passwordHints,
    ),
    'user',
  ),
  6379,
);

function sql<const K extends SqlStore['kind']>(kind: K, port: number): Shape<SqlStore> {
  const dbname = setting<string | null>(text('the name of a database'), null, 'The database on the server.', {
    defaultText: 'that of the server',
  });
  return onServers(
    withLogin(
      record(
        { kind: kindOf(kind), hosts: hostsKey, user, ...passwords, dbname, tls, tlsCa, ...limits },
        passwordHints,
      ),
      'user',
    ),
    port,
  );
}

const ldap: Shape<LdapStore> = onServers(
  withLogin(
    record(
      {
        kind: kindOf('ldap'),
        hosts: hostsKey,
        bindDn: setting<string | null>(text('a distinguished name'), null, 'The name to bind with.', {
          defaultText: 'anonymously',
        }),
        ...passwords,
        tls: setting<StoreTls | null>(choice(['on', 'off', 'starttls']), null, aboutTls, {
          defaultText: tlsDefault,
        }),
        tlsCa,
        ...limits,
      },
      passwordHints,
    ),
    'bind_dn',
  ),
  389,
  636,
);

const sqlite: Shape<SqliteStore> = record({
  kind: kindOf('sqlite'),
  file: required(fileName, 'The file of the database.'),
  ...limits,
});

const noPort = 0;

const socketmap: Shape<SocketmapStore> = mapped(
  onServers(record({ kind: kindOf('socketmap'), hosts: hostsKey, tls, tlsCa, ...limits }), noPort),
  (store, _node, { path, keySpan, findings }) => {
    if (store.hosts.every((server) => server.kind === 'path' || server.port !== noPort)) return store;
    const message = `\`${path}\` has a server without a port, and socketmap has no usual one`;
    return findings.error(keySpan, 'settings/store-server', message, 'write `host:port`');
  },
);

/** A store, whose keys depend on its kind. */
export const store: Shape<StoreSetting> = byWord<StoreKind, StoreSetting>('kind', {
  redis,
  postgresql: sql('postgresql', 5432),
  mysql: sql('mysql', 3306),
  ldap,
  sqlite,
  socketmap,
});

/** Names of stores as keys. */
export const storeName = siteNames('store', 'settings/store-name');
