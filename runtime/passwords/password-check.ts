/*
 * What `pmdf check` finds about AUTH outside the policy: in the list of plugins and in the password database.
 * Only errors in the database are errors.
 */
import { join } from 'node:path';
import type { Channel } from '../../lib/channel/index.js';
import { type CompiledPolicy, deliverySasl, type Policy } from '../../lib/policy/index.js';
import { type Diagnostic, type Span, warningAt } from '../../lib/text/index.js';
import { type ClientSasl, saslOf } from '../../lib/tls/index.js';
import { fileNames } from '../files/index.js';
import { enabledIn, isAuthPlugin } from '../haraka-install/index.js';
import { passwordsFile, readPasswords } from './password-change.js';
import { checkPasswordMode } from './password-mode.js';

const clientWords = ['mustsaslclient', 'mustsasl', 'maysaslclient', 'maysasl'] as const;
const serverWords = ['mustsasl', 'mustsaslserver', 'maysasl', 'maysaslserver'] as const;

/** The place of the first of the keywords that the channel has, else of the channel. */
function placeOf(channel: Channel, words: readonly string[]): Span {
  for (const word of words) {
    const span = channel.keywords.get(word)?.span ?? null;
    if (span !== null) return span;
  }
  return channel.span;
}

/** What is wrong with channels that have one of some keywords. */
interface Fault {
  readonly words: readonly string[];
  readonly code: 'auth/no-plugin' | 'auth/no-passwords';
  readonly what: (channel: string) => string;
  readonly hint: string;
}

/** One warning for several channels. */
function warnOnce(channels: readonly Channel[], { words, code, what, hint }: Fault): Diagnostic[] {
  const [first, ...others] = channels;
  if (first === undefined) return [];
  const related = others.map((one) => ({ message: `so does \`${one.name}\``, span: placeOf(one, words) }));
  return [warningAt(placeOf(first, words), code, what(first.name), { hint, related })];
}

/**
 * Whether a channel is meant to authenticate as a client: `maysasl` without credentials is meant for its server
 * side.
 */
function authenticates({ demand, credentials }: ClientSasl): boolean {
  return demand === 'must' || (demand === 'may' && credentials !== null);
}

const listHint = 'list `pmdf/auth` in `config/plugins`';

/** Channels whose AUTH does not work without `pmdf/auth`; nothing if the list of plugins is not known. */
function checkPlugins(
  policy: Policy,
  offering: readonly Channel[],
  plugins: ReadonlySet<string> | null,
): Diagnostic[] {
  if (plugins === null || plugins.has('pmdf/auth')) return [];
  const code = 'auth/no-plugin';
  const hasOther = [...plugins].some(isAuthPlugin);
  const clients = [...policy.channels.channels.values()].filter(({ name }) =>
    authenticates(deliverySasl(policy, name)),
  );
  return [
    ...warnOnce(hasOther ? [] : offering, {
      words: serverWords,
      code,
      what: (name) => `\`${name}\` offers AUTH, but no AUTH plugin is in \`config/plugins\``,
      hint: listHint,
    }),
    ...warnOnce(clients, {
      words: clientWords,
      code,
      what: (name) => `mail leaves on \`${name}\` without AUTH: \`pmdf/auth\` is not in \`config/plugins\``,
      hint: listHint,
    }),
  ];
}

/** The file itself, unless a store is used, and channels that offer AUTH while only it could verify passwords, and has none. */
function checkPasswords(
  folder: string,
  offering: readonly Channel[],
  plugins: ReadonlySet<string> | null,
  isInStore: boolean,
): Diagnostic[] {
  if (isInStore) return [];
  const path = join(folder, passwordsFile);
  const names = fileNames(folder, path);
  const read = readPasswords(path, names);
  const isMissed = plugins?.has('pmdf/auth') === true && ![...plugins].some(isAuthPlugin);
  const isEmpty = read.kind === 'read' && read.records.size === 0;
  return [
    ...(read.kind === 'failed' ? read.diagnostics : []),
    ...checkPasswordMode(path, names),
    ...warnOnce(isMissed && isEmpty ? offering : [], {
      words: serverWords,
      code: 'auth/no-passwords',
      what: (name) => `\`${name}\` offers AUTH, but there are no passwords`,
      hint: 'set one with `pmdf password set USER`',
    }),
  ];
}

/** Channels that offer AUTH without TLS. */
function checkClearText(offering: readonly Channel[], { settings }: CompiledPolicy): Diagnostic[] {
  const hint = 'remove the channel from the list once its clients use TLS';
  return settings.auth.withoutTls.flatMap((name) => {
    const span = settings.places.get(`auth.without_tls.${name}`);
    if (span === undefined || !offering.some((channel) => channel.name === name)) return [];
    const message = `passwords are sent unencrypted on \`${name}\``;
    return [warningAt(span, 'auth/offered-in-clear', message, { hint })];
  });
}

/** Checks AUTH; `configFolder` is Haraka's. */
export function checkAuth(configFolder: string, policy: Policy, compiled: CompiledPolicy): Diagnostic[] {
  const offering = [...policy.channels.channels.values()].filter(
    ({ keywords }) => saslOf(keywords).server !== 'no',
  );
  const plugins = enabledIn(configFolder);
  return [
    ...checkPasswords(
      join(configFolder, 'pmdf'),
      offering,
      plugins,
      compiled.settings.auth.passwords !== null,
    ),
    ...checkPlugins(policy, offering, plugins),
    ...checkClearText(offering, compiled),
  ];
}
