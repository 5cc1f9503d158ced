/*
 * What a store needs on this host: the package of its client, and the files and variables that its settings name. Nothing is
 * connected to.
 */
import { hasKeyword } from '../../lib/channel/index.js';
import type { SettingsFile, StoreKind, StoreSetting } from '../../lib/config/index.js';
import type { Directory } from '../../lib/directory/index.js';
import type { Policy } from '../../lib/policy/index.js';
import { type Diagnostic, errorAt, type Span, warningAt } from '../../lib/text/index.js';
import { isOpenToAll, type SourceReader } from '../files/index.js';
import { nodeSqlite } from './clients/sqlite-file.js';
import { hasCertificate } from './tls-options.js';

/** The package of each client, as `npm install` wants it; null where none is needed. */
const packages: { readonly [K in StoreKind]: string | null } = {
  redis: 'redis',
  postgresql: 'pg',
  mysql: 'mysql2',
  ldap: 'ldapts@8',
  sqlite: 'better-sqlite3@12',
  socketmap: null,
};

/** Whether a package can be loaded here. */
export function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch (error) {
    // A package of modules only has nothing to require, but it is there.
    return error instanceof Error && 'code' in error && error.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
  }
}

interface Checked {
  readonly name: string;
  readonly setting: StoreSetting;
  readonly settings: SettingsFile;
}

function placeOf({ name, settings: { places } }: Checked, key?: string): Span | undefined {
  const whole = places.get(`stores.${name}`);
  return key === undefined ? whole : (places.get(`stores.${name}.${key}`) ?? whole);
}

type IsInstalled = (name: string) => boolean;

/** Checks that the client of a kind of store is there; `who` needs it. */
function checkClient(
  who: string,
  kind: StoreKind,
  span: Span | undefined,
  installed: IsInstalled,
): Diagnostic[] {
  const wanted = packages[kind];
  if (wanted === null || span === undefined || (kind === 'sqlite' && nodeSqlite() !== null)) return [];
  const name = wanted.replace(/@.*$/, '');
  if (installed(name)) return [];
  const message = `${who} need the package \`${name}\`, which is not installed`;
  return [errorAt(span, 'store/no-client', message, { hint: `npm install ${wanted}` })];
}

/** Checks that SPF can be evaluated where a channel demands it. */
export function checkPolicyInstall(
  { channels }: Policy,
  installed: IsInstalled = isInstalled,
): readonly Diagnostic[] {
  const name = 'haraka-plugin-spf';
  if (installed(`${name}/lib/spf.js`)) return [];
  return [...channels.channels.values()].flatMap((channel) => {
    const keyword = ['spfhelo', 'spfmailfrom', 'spfrcptto'].find((one) => hasKeyword(channel, one));
    if (keyword === undefined) return [];
    const message = `\`${keyword}\` needs the package \`${name}\`, which is not installed`;
    return [errorAt(channel.span, 'store/no-client', message, { hint: `npm install ${name}` })];
  });
}

/** Whether a directory channel asks LDAP for any of its domains. */
function asksLdap({ domains, others }: Directory): boolean {
  return [...domains.values(), others].some((source) => source?.kind === 'ldap');
}

/** Checks that there is a client for LDAP servers that are not stores: those of LDAP_HOST and of directory channels. */
export function checkSearchInstall(
  { places, ldapServers }: SettingsFile,
  { directories, channels }: Policy,
  installed: IsInstalled = isInstalled,
): readonly Diagnostic[] {
  const ofUrls = ldapServers === null ? undefined : places.get('ldap.host');
  const ofChannels = [...directories.values()].flatMap((directory) => {
    if (directory.servers === null || !asksLdap(directory)) return [];
    const who = `the LDAP servers of the channel \`${directory.channel}\``;
    return checkClient(who, 'ldap', channels.channels.get(directory.channel)?.span, installed);
  });
  return [...checkClient('the servers of `LDAP_HOST`', 'ldap', ofUrls, installed), ...ofChannels];
}

function checkFile(checked: Checked, reader: SourceReader, key: string, file: string | null): Diagnostic[] {
  const span = placeOf(checked, key);
  if (file === null || span === undefined || !reader.isMissing(file)) return [];
  return [errorAt(span, 'store/no-file', `the file \`${file}\` does not exist`)];
}

function checkAuthorities(checked: Checked, reader: SourceReader): Diagnostic[] {
  const { setting } = checked;
  const file = 'tlsCa' in setting ? setting.tlsCa : null;
  const span = placeOf(checked, 'tls_ca');
  const missing = checkFile(checked, reader, 'tls_ca', file);
  if (file === null || span === undefined || missing.length > 0) return missing;
  const outcome = reader.read(file);
  if (outcome.kind === 'read' && hasCertificate(outcome.source.text)) return [];
  const message =
    outcome.kind === 'read'
      ? `\`${file}\` contains no certificate`
      : `the authorities in \`${file}\` cannot be read: ${outcome.diagnostic.message}`;
  return [errorAt(span, 'tls/ca', message, { hint: 'name a file with certificates in PEM' })];
}

function checkPassword(checked: Checked, reader: SourceReader): Diagnostic[] {
  const { setting } = checked;
  if (!('passwordFile' in setting)) return [];
  const { passwordFile, passwordEnv } = setting;
  const diagnostics = checkFile(checked, reader, 'password_file', passwordFile);
  const atFile = placeOf(checked, 'password_file');
  if (passwordFile !== null && atFile !== undefined && isOpenToAll(reader.pathOf(passwordFile))) {
    const message = `every account on this host can read the password in \`${passwordFile}\``;
    const hint = 'chmod 600, and chown it to the account that Haraka runs as';
    diagnostics.push(warningAt(atFile, 'security/readable', message, { hint }));
  }
  const atVariable = placeOf(checked, 'password_env');
  if (passwordEnv !== null && atVariable !== undefined && process.env[passwordEnv] === undefined) {
    const message = `the environment variable \`${passwordEnv}\` is not set here`;
    const hint = 'set it in the environment that Haraka is started with';
    diagnostics.push(warningAt(atVariable, 'store/no-password', message, { hint }));
  }
  return diagnostics;
}

/** Checks every store. */
export function checkStoreInstall(
  settings: SettingsFile,
  reader: SourceReader,
  installed: IsInstalled = isInstalled,
): readonly Diagnostic[] {
  return [...settings.stores].flatMap(([name, setting]) => {
    const checked = { name, setting, settings };
    const file = setting.kind === 'sqlite' ? setting.file : null;
    return [
      ...checkClient(`stores of the kind \`${setting.kind}\``, setting.kind, placeOf(checked), installed),
      ...checkPassword(checked, reader),
      ...checkAuthorities(checked, reader),
      ...checkFile(checked, reader, 'file', file),
    ];
  });
}
