/*
 * The programs besides Node that some tests use. If one is missing those tests are pending, with its name in their
 * title; with CI=true they run anyway and fail, so that nothing is skipped unnoticed.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { postgresqlFolder } from './postgresql-folder.js';
import { projectRoot } from './project-root.js';

/** Names the folder under which `.ci/packages` unpacks Exim and Sendmail. */
export function unpackedMtas(): string {
  return process.env['PMDF_MTA_DIR'] ?? join(tmpdir(), 'haraka-plugin-pmdf-mta');
}

/** What tests may need: a program on the PATH, a file, a module of Perl, or the rights of root. */
const needs = {
  'better-sqlite3': { package: 'better-sqlite3' },
  bash: { program: 'bash' },
  dot: { program: 'dot' },
  fish: { program: 'fish' },
  zsh: { program: 'zsh' },
  cdb: { program: 'cdb' },
  curl: { program: 'curl' },
  dovecot: { program: 'dovecot', root: true },
  exim: { file: ['exim', 'usr/sbin/exim4'], root: true },
  'fail2ban-regex': { program: 'fail2ban-regex' },
  git: { program: 'git' },
  'gnutls-cli': { program: 'gnutls-cli' },
  haproxy: { program: 'haproxy' },
  mandoc: { program: 'mandoc' },
  mariadb: { program: 'mariadbd' },
  nmap: { program: 'nmap' },
  openssl: { program: 'openssl' },
  patch: { program: 'patch' },
  postfix: { program: 'postfix', root: true },
  'postfix-mysql': { path: '/usr/lib/postfix/postfix-mysql.so' },
  'postfix-pgsql': { path: '/usr/lib/postfix/postfix-pgsql.so' },
  'postfix-sqlite': { path: '/usr/lib/postfix/postfix-sqlite.so' },
  postgresql: { path: join(postgresqlFolder() ?? '/usr/lib/postgresql', 'postgres') },
  postmap: { program: 'postmap' },
  promtool: { program: 'promtool' },
  prove: { program: 'prove' },
  python3: { program: 'python3' },
  'redis-server': { program: 'redis-server' },
  root: { root: true },
  sendmail: { file: ['sendmail', 'usr/libexec/sendmail/sendmail'], root: true },
  sisimai: { module: 'Sisimai.pm' },
  sslscan: { program: 'sslscan' },
  slapd: { program: 'slapd' },
  stunnel: { program: 'stunnel4' },
  swaks: { program: 'swaks' },
  'systemd-analyze': { program: 'systemd-analyze' },
  testssl: { program: 'testssl' },
} as const satisfies Record<string, Need>;

interface Need {
  readonly program?: string;
  /** A file below the folder of the unpacked MTAs. */
  readonly file?: readonly string[];
  /** The path of a file. */
  readonly path?: string;
  /** A package of npm. */
  readonly package?: string;
  /** A file of a Perl module in Debian's folder. */
  readonly module?: string;
  readonly root?: boolean;
}

/** The name of something that tests may need. */
export type ProgramName = keyof typeof needs;

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The folders of the PATH, and those of administration programs, which are not on every account's PATH. */
function folders(): readonly string[] {
  return [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
}

function isOnPath(program: string): boolean {
  return folders().some((folder) => isExecutable(join(folder, program)));
}

function whatIsMissing(name: ProgramName): string | undefined {
  const need: Need = needs[name];
  if (need.program !== undefined && !isOnPath(need.program)) return name;
  if (need.file !== undefined && !isExecutable(join(unpackedMtas(), ...need.file))) return name;
  if (need.path !== undefined && !existsSync(need.path)) return name;
  if (need.package !== undefined && !existsSync(join(projectRoot, 'node_modules', need.package))) return name;
  if (need.module !== undefined && !existsSync(join('/usr/share/perl5', need.module))) return name;
  if (need.root === true && process.getuid?.() !== 0) return `root, for ${name}`;
  return undefined;
}

/** Returns the missing ones of the named programs, as text for a test title; undefined if none is missing. */
export function missing(names: readonly ProgramName[]): string | undefined {
  const found = [...new Set(names.map(whatIsMissing).filter((one) => one !== undefined))];
  return found.length === 0 ? undefined : found.join(', ');
}

/** Whether tests that lack a program fail instead of being pending. */
function mustRun(): boolean {
  return process.env['CI'] === 'true';
}

function pendingTitle(title: string, lacking: string): string {
  return `${title} [needs ${lacking}: see .ci/packages]`;
}

/** A `describe` whose tests use programs. */
export function describeWith(
  names: readonly ProgramName[],
  title: string,
  body: (this: Mocha.Suite) => void,
): void {
  const lacking = mustRun() ? undefined : missing(names);
  if (lacking === undefined) describe(title, body);
  else describe.skip(pendingTitle(title, lacking), body);
}

/** An `it` that uses programs. */
export function itWith(
  names: readonly ProgramName[],
  title: string,
  body: (this: Mocha.Context) => void | Promise<void>,
): void {
  const lacking = mustRun() ? undefined : missing(names);
  if (lacking === undefined) it(title, body);
  else it.skip(pendingTitle(title, lacking), body);
}
