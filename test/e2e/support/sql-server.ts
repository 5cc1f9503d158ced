/*
 * A real server of SQL, PostgreSQL or MariaDB, with its data in a temporary folder, on a port of 127.0.0.1 and a UNIX socket.
 * It can be killed and started again with its data. As root it runs as another account, since neither runs as root.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import { postgresqlFolder } from '../../support/postgresql-folder.js';
import { makeCertificate } from './certificate.js';
import { freePort } from './free-port.js';
import { leaveNothingBehind } from './last-will.js';
import { until } from './until.js';

const START_LIMIT_MS = 60_000;
const NOBODY = 65_534;

/** The account that the gateway logs in with, which can only read, and its password. */
export const reader = { user: 'gateway', password: 'correct horse' } as const;

/** The database that the tests use. */
export const dbname = 'mail';

export interface SqlServer {
  readonly kind: 'postgresql' | 'mysql';
  readonly port: number;
  /** The path of the UNIX socket. */
  readonly socket: string;
  /** A folder that the server and everyone can read. */
  readonly folder: string;
  /** The certificate that the server has for `localhost`, in PEM. */
  readonly certificate: string;
  /** Runs statements as the owner of the data. */
  run(...statements: readonly string[]): Promise<void>;
  /** Kills it as a crash would; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it again with its data; `options` are further ones of its command line. */
  start(...options: readonly string[]): Promise<void>;
  /** Ends it and deletes its data. */
  stop(): Promise<void>;
}

interface Kind {
  readonly kind: SqlServer['kind'];
  /** Makes the data folder. */
  readonly create: (folder: string) => readonly [string, readonly string[]];
  readonly serve: (folder: string, port: number) => readonly [string, readonly string[]];
  readonly socket: (folder: string, port: number) => string;
  readonly connect: (socket: string, port: number, database: string) => Promise<Owner>;
  /** What makes the database and the account of the gateway, and what lets it read all tables to come. */
  readonly begin: { readonly outside: readonly string[]; readonly inside: readonly string[] };
}

/** A connection of the owner. */
interface Owner {
  run(statement: string): Promise<void>;
  end(): Promise<void>;
}

const postgresql = (encoding: string): Kind => ({
  kind: 'postgresql',
  create: (folder) => [
    join(postgresqlFolder() ?? '', 'initdb'),
    [
      '-D',
      join(folder, 'data'),
      '-U',
      'owner',
      '-E',
      encoding,
      '--locale=C',
      '-N',
      '-A',
      'scram-sha-256',
      '--auth-local=trust',
      `--pwfile=${join(folder, 'owner.password')}`,
    ],
  ],
  serve: (folder, port) => {
    const options = {
      listen_addresses: '127.0.0.1',
      port: String(port),
      unix_socket_directories: folder,
      fsync: 'off',
      ssl: 'on',
      ssl_cert_file: join(folder, 'server.crt'),
      ssl_key_file: join(folder, 'server.key'),
      shared_buffers: '16MB',
      max_connections: '40',
    };
    const set = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    return [join(postgresqlFolder() ?? '', 'postgres'), ['-D', join(folder, 'data'), ...set]];
  },
  socket: (folder, port) => join(folder, `.s.PGSQL.${port}`),
  connect: async (socket, port, database) => {
    const client = new pg.Client({ host: join(socket, '..'), port, user: 'owner', database, ssl: false });
    client.on('error', () => undefined);
    await client.connect();
    return { run: async (statement) => void (await client.query(statement)), end: () => client.end() };
  },
  begin: {
    outside: [`CREATE DATABASE ${dbname}`, `CREATE ROLE ${reader.user} LOGIN PASSWORD '${reader.password}'`],
    inside: [`ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ${reader.user}`],
  },
});

const mysql: Kind = {
  kind: 'mysql',
  create: (folder) => [
    'mariadb-install-db',
    [
      '--no-defaults',
      `--datadir=${join(folder, 'data')}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      '--skip-name-resolve',
      '--cross-bootstrap',
    ],
  ],
  serve: (folder, port) => {
    const options = {
      datadir: join(folder, 'data'),
      port: String(port),
      'bind-address': '127.0.0.1',
      socket: join(folder, 'mysql.sock'),
      'pid-file': join(folder, 'mysql.pid'),
      'ssl-cert': join(folder, 'server.crt'),
      'ssl-key': join(folder, 'server.key'),
      'innodb-flush-log-at-trx-commit': '2',
      'innodb-buffer-pool-size': '16M',
      'character-set-server': 'utf8mb4',
    };
    return [
      '/usr/sbin/mariadbd',
      ['--no-defaults', ...Object.entries(options).map(([name, value]) => `--${name}=${value}`)],
    ];
  },
  socket: (folder) => join(folder, 'mysql.sock'),
  connect: async (socket, _port, database) => {
    const client = await createConnection({ socketPath: socket, user: 'root', database, charset: 'utf8mb4' });
    client.on('error', () => undefined);
    return { run: async (statement) => void (await client.query(statement)), end: () => client.end() };
  },
  begin: {
    outside: [
      `CREATE DATABASE ${dbname} CHARACTER SET utf8mb4`,
      `CREATE USER ${reader.user} IDENTIFIED BY '${reader.password}'`,
      `GRANT SELECT ON ${dbname}.* TO ${reader.user}`,
    ],
    inside: [],
  },
};

function account(): { readonly uid: number; readonly gid: number } | Record<never, never> {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
}

async function startServer(kind: Kind, first: string): Promise<SqlServer> {
  const port = await freePort();
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `pmdf-${kind.kind}-`)));
  const will = leaveNothingBehind(folder);
  const socket = kind.socket(folder, port);
  const { key, cert } = await makeCertificate('localhost');
  writeFileSync(join(folder, 'server.crt'), cert);
  writeFileSync(join(folder, 'server.key'), key, { mode: 0o600 });
  writeFileSync(join(folder, 'owner.password'), 'owner\n');
  mkdirSync(join(folder, 'data'), { mode: 0o700 });
  if ('uid' in account()) {
    for (const name of ['', 'data', 'server.key', 'server.crt', 'owner.password'])
      chownSync(join(folder, name), NOBODY, NOBODY);
  }
  chmodSync(folder, 0o755);
  let child: ChildProcess | null = null;
  let said = '';

  function launch([program, args]: readonly [string, readonly string[]]): ChildProcess {
    const started = spawn(program, [...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...account(),
    });
    said = '';
    for (const stream of [started.stdout, started.stderr])
      stream?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    return started;
  }

  async function asOwner(database: string, statements: readonly string[]): Promise<void> {
    const owner = await kind.connect(socket, port, database);
    try {
      for (const statement of statements) await owner.run(statement);
    } finally {
      await owner.end();
    }
  }

  const server: SqlServer = {
    kind: kind.kind,
    port,
    socket,
    folder,
    certificate: cert,
    run: (...statements) => asOwner(dbname, statements),
    kill: async () => {
      if (child === null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      child = null;
    },
    start: async (...options) => {
      const [program, args] = kind.serve(folder, port);
      const started = launch([program, [...args, ...options]]);
      child = started;
      await until(
        () => {
          if (started.exitCode !== null)
            throw new Error(`the server ended with ${started.exitCode}:\n${said}`);
          return asOwner(first, []).then(
            () => true,
            () => false,
          );
        },
        START_LIMIT_MS,
        () => `a server of ${kind.kind} on port ${port}:\n${said}`,
      );
    },
    stop: async () => {
      await server.kill();
      will.cancel();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  const creating = launch(kind.create(folder));
  const [code] = await once(creating, 'close');
  if (code !== 0) throw new Error(`no data folder for ${kind.kind}:\n${said}`);
  await server.start();
  await asOwner(first, kind.begin.outside);
  await server.run(...kind.begin.inside);
  return server;
}

/** `encoding` is that of its databases; one with SQL_ASCII keeps octets as they come. */
export function startPostgresql(encoding: 'UTF8' | 'SQL_ASCII' = 'UTF8'): Promise<SqlServer> {
  return startServer(postgresql(encoding), 'postgres');
}

export function startMariadb(): Promise<SqlServer> {
  return startServer(mysql, 'mysql');
}
