/*
 * What `pmdf check` finds about AUTH outside the policy: in the list of plugins and in the password database. Only errors
 * in the database are errors.
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

/** The place of the first of the keywords that the channel has, else of the channel. */
function placeOf(channel: Channel, words: readonly string[]): Span {
  for (const word of words) {
    const span = channel.keywords.get(word)?.span ?? null;
    if (span !== null) return span;
  }
  return channel.span;
}

/** One warning for several channels. */
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

/** Whether a channel is meant to authenticate as a client: `maysasl` without credentials is meant for its server side. */
function authenticates({ demand, credentials }: ClientSasl): boolean {
  return demand === 'must' || (demand === 'may' && credentials !== null);
}

function checkFile(path: string): Diagnostic[] {
  const names = fileNames(dirname(path), path);
  const outcome = readPasswords(path, names);
  const errors = outcome.kind === 'failed' ? outcome.diagnostics : [];
  return [...errors, ...checkPasswordMode(path, names)];
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
        channels.filter(({ name }) => authenticates(deliverySasl(policy, name))),
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
        (name) => `\`${name}\` offers AUTH, and there are no passwords`,
        'set one with `pmdf password set USER`',
      ),
    );
  }
  for (const name of settings.auth.withoutTls) {
    const span = settings.places.get(`auth.without_tls.${name}`);
    const channel = policy.channels.channels.get(name);
    if (span === undefined || channel === undefined || saslOf(channel.keywords).server === 'no') continue;
    const message = `passwords are sent in clear text on \`${name}\``;
    diagnostics.push(
      warningAt(span, 'auth/offered-in-clear', message, {
        hint: 'remove the channel from the list once its clients use TLS',
      }),
    );
  }
  return diagnostics;
}
