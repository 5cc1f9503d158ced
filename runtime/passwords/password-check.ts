/*
 * What `pmdf check` finds about AUTH by looking at more than the policy: at the list of plugins and at the
 * password database. Everything but mistakes in the database is a warning.
 */

import { dirname, join } from 'node:path';
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

/** The place of the keyword that says so, or that of the channel. */
function placeOf(channel: Channel, words: readonly string[]): Span {
  for (const word of words) {
    const span = channel.keywords.get(word)?.span ?? null;
    if (span !== null) return span;
  }
  return channel.span;
}

/** One warning for all channels that something is true of. */
function warnOnce(
  channels: readonly Channel[],
  words: readonly string[],
  code: 'auth/no-plugin' | 'auth/no-passwords',
  what: (channel: string) => string,
  hint: string,
): Diagnostic[] {
  const [first, ...others] = channels;
  if (first === undefined) return [];
  const related = others.map((one) => ({ message: `so does \`${one.name}\``, span: placeOf(one, words) }));
  return [warningAt(placeOf(first, words), code, what(first.name), { hint, related })];
}

/** Tells whether a channel has more than the client half of a `maysasl` that is meant for clients. */
function isToAuthenticate({ demand, credentials }: ClientSasl): boolean {
  return demand === 'must' || (demand === 'may' && credentials !== null);
}

function checkFile(path: string): Diagnostic[] {
  const names = fileNames(dirname(path), path);
  const outcome = readPasswords(path, names);
  const mistakes = outcome.kind === 'failed' ? outcome.diagnostics : [];
  return [...mistakes, ...checkPasswordMode(path, names)];
}

/** Checks AUTH; `folder` is Haraka's config folder. */
export function checkAuth(folder: string, policy: Policy, { settings }: CompiledPolicy): Diagnostic[] {
  const channels = [...policy.channels.channels.values()];
  const offering = channels.filter((one) => saslOf(one.keywords).server !== 'no');
  const plugins = enabledIn(folder);
  const hasOwn = plugins?.has('pmdf/auth') === true;
  const hasOthers = [...(plugins ?? [])].some(isAuthPlugin);
  const path = join(folder, 'pmdf', passwordsFile);
  const file = checkFile(path);
  const read = readPasswords(path, { name: passwordsFile, shortName: passwordsFile });
  const isEmpty = read.kind === 'read' && read.records.size === 0;

  const diagnostics = [...file];
  if (plugins !== null && !hasOwn && !hasOthers) {
    diagnostics.push(
      ...warnOnce(
        offering,
        serverWords,
        'auth/no-plugin',
        (name) => `\`${name}\` offers AUTH, and no plugin for it is in \`config/plugins\``,
        'list `pmdf/auth` in `config/plugins`',
      ),
    );
  }
  if (plugins !== null && !hasOwn) {
    diagnostics.push(
      ...warnOnce(
        channels.filter(({ name }) => isToAuthenticate(deliverySasl(policy, name))),
        clientWords,
        'auth/no-plugin',
        (name) => `mail leaves on \`${name}\` without AUTH, since \`pmdf/auth\` is not in \`config/plugins\``,
        'list `pmdf/auth` in `config/plugins`',
      ),
    );
  }
  if (hasOwn && !hasOthers && isEmpty) {
    diagnostics.push(
      ...warnOnce(
        offering,
        serverWords,
        'auth/no-passwords',
        (name) => `\`${name}\` offers AUTH, and nobody has a password`,
        'make one with `pmdf password set USER`',
      ),
    );
  }
  for (const name of settings.auth.withoutTls) {
    const span = settings.places.get(`auth.without_tls.${name}`);
    const channel = policy.channels.channels.get(name);
    if (span === undefined || channel === undefined || saslOf(channel.keywords).server === 'no') continue;
    const message = `passwords pass in clear on \`${name}\``;
    diagnostics.push(
      warningAt(span, 'auth/offered-in-clear', message, {
        hint: 'leave the channel out once its clients speak TLS',
      }),
    );
  }
  return diagnostics;
}
