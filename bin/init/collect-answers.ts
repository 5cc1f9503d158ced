/*
 * Gathers the answers from the options, and at a terminal by asking for the rest. Without a terminal one
 * UsageError names everything that is missing.
 */

import { hostname } from 'node:os';
import { type Network, printHostPort } from '../../lib/address/index.js';
import { type Diagnostic, hasErrors } from '../../lib/text/index.js';
import { ConfigError } from '../../runtime/index.js';
import { type Arguments, UsageError } from '../support/index.js';
import type { Asker } from './ask.js';
import { readDispatcherFile } from './dispatcher/dispatcher-file.js';
import { type HarakaSettings, noHarakaSettings } from './dispatcher/haraka-settings.js';
import { type ExistingInstall, inspectInstall } from './inspect-install.js';
import { dispatcherBeside, localHostOf } from './pmdf-files.js';
import {
  listOf,
  readDomains,
  readHost,
  readListener,
  readMailHost,
  readNetworks,
  refuseItself,
} from './read-answers.js';
import type { Answers, MailHost, Site } from './site.js';

/** The default mail server: on the same host, as in docs/install.md. */
const usualMailHost: MailHost = { host: '127.0.0.1', port: 10_025 };

/** The word for no internal networks. */
const noNetworks = 'none';

/** The answers, and what is known about the install. */
export interface CollectedAnswers {
  /** The folder of the install, as written. */
  readonly folder: string;
  readonly install: ExistingInstall;
  readonly answers: Answers;
  /** Notes on the answers for the report. */
  readonly notes: readonly string[];
  /** The diagnostics of dispatcher.cnf. */
  readonly findings: readonly Diagnostic[];
}

function domainsFrom(words: readonly string[]): string[] {
  const domains = readDomains(words);
  if (domains.length === 0) throw new UsageError('at least one domain is needed', 'such as `example.org`');
  return domains;
}

function networksFrom(words: readonly string[]): Network[] {
  const written = listOf(words);
  if (written.length === 1 && written[0] === noNetworks) return [];
  const networks = readNetworks(words);
  if (networks.length > 0) return networks;
  throw new UsageError('at least one network is needed', `such as \`10.20.0.0/16\`, or \`${noNetworks}\``);
}

/** Throws UsageError for missing answers that cannot be asked for. */
function refuseMissing(given: Arguments): void {
  const missing = [
    ...(given.words.length === 0 ? ['`DIR`'] : []),
    ...(given.lists.has('domain') ? [] : ['`--domain`']),
    ...(given.lists.has('internal') ? [] : ['`--internal`']),
  ];
  const isCopied = given.values.has('pmdf');
  const needed = isCopied ? missing.filter((one) => one === '`DIR`') : missing;
  if (needed.length === 0) return;
  const [last = '', ...others] = needed.toReversed();
  const names = others.length === 0 ? last : `${others.toReversed().join(', ')} and ${last}`;
  throw new UsageError(
    `${names} ${needed.length === 1 ? 'is' : 'are'} needed`,
    'at a terminal the command asks for them',
  );
}

/** The words of an option, or else of the answer to a question. */
async function wordsFor<T>(
  given: readonly string[] | undefined,
  asker: Asker | null,
  { text, fallback, read }: { text: string; fallback: string | null; read: (words: readonly string[]) => T },
): Promise<T> {
  if (given !== undefined || asker === null) return read(given ?? []);
  return await asker.ask({ text, fallback, read: (answer) => read(answer.split(/[\s,]+/)) });
}

async function siteOf(given: Arguments, asker: Asker | null): Promise<Site> {
  const domains = await wordsFor(given.lists.get('domain'), asker, {
    text: 'your domains, the main one first',
    fallback: null,
    read: domainsFrom,
  });
  const networks = await wordsFor(given.lists.get('internal'), asker, {
    text: 'networks whose clients may relay, such as 10.20.0.0/16',
    fallback: noNetworks,
    read: networksFrom,
  });
  return { domains, networks };
}

async function mailHostOf(
  given: Arguments,
  { forwardsTo }: ExistingInstall,
  haraka: HarakaSettings,
  asker: Asker | null,
): Promise<{ mailHost: MailHost | null; notes: readonly string[] }> {
  const read = (text: string): MailHost => {
    const host = readMailHost(text);
    refuseItself(host, haraka.listeners);
    return host;
  };
  const written = given.values.get('mailhost');
  if (written !== undefined) return { mailHost: read(written), notes: [] };
  if (forwardsTo !== null) return { mailHost: null, notes: [] };
  const usual = printHostPort(usualMailHost.host, usualMailHost.port);
  if (asker !== null) {
    const text = 'your mail server, which gets their mail';
    return { mailHost: await asker.ask({ text, fallback: usual, read }), notes: [] };
  }
  const note = `no \`--mailhost\` given: mail goes to ${usual}, set in config/smtp_forward.ini`;
  return { mailHost: usualMailHost, notes: [note] };
}

/**
 * Where to listen: from `--dispatcher` or `--listen`, else from a dispatcher.cnf among the copied files. Throws
 * ConfigError if that file has errors.
 */
function listenAnswers(given: Arguments): Pick<CollectedAnswers, 'findings'> & Pick<Answers, 'haraka'> {
  const listen = given.lists.get('listen');
  const pmdf = given.values.get('pmdf');
  const beside = pmdf === undefined || listen !== undefined ? undefined : dispatcherBeside(pmdf);
  const path = given.values.get('dispatcher') ?? beside;
  if (path !== undefined && listen !== undefined)
    throw new UsageError('`--dispatcher` and `--listen` exclude each other', 'give one of them');
  if (path !== undefined) {
    const { value, diagnostics } = readDispatcherFile(path);
    if (hasErrors(diagnostics)) throw new ConfigError(diagnostics);
    return { haraka: value, findings: diagnostics };
  }
  const listeners = listOf(listen ?? []).map(readListener);
  return { haraka: { ...noHarakaSettings, listeners }, findings: [] };
}

function gatewayName(given: Arguments, domain: string | null): string {
  const written = given.values.get('name');
  if (written !== undefined) return readHost(written);
  const own = hostname().toLowerCase();
  try {
    if (own.includes('.')) return readHost(own);
  } catch {
    // The name of this host is not valid: use the domain.
  }
  return domain ?? own;
}

function internationalNotes(given: Arguments, { domains }: Site): string[] {
  return listOf(given.lists.get('domain') ?? []).flatMap((written) => {
    if (/^[\u0000-\u007f]*$/.test(written)) return [];
    return readDomains([written])
      .filter((name) => domains.includes(name))
      .map((name) => `${written} appears as ${name} in the files`);
  });
}

/** Gathers the answers; `asker` is null without a terminal. */
export async function collectAnswers(given: Arguments, asker: Asker | null): Promise<CollectedAnswers> {
  const pmdf = given.values.get('pmdf');
  if (pmdf !== undefined) {
    const [extra] = ['domain', 'internal'].filter((name) => given.lists.has(name));
    if (extra !== undefined)
      throw new UsageError(`\`--${extra}\` is for a new policy`, "PMDF's files contain it already");
  }
  if (asker === null) refuseMissing(given);
  const { haraka, findings } = listenAnswers(given);
  const [word] = given.words;
  const folder =
    word ??
    (await asker?.ask({
      text: 'folder of the install',
      fallback: '.',
      read: (answer) => {
        inspectInstall(answer);
        return answer;
      },
    })) ??
    '.';
  const install = inspectInstall(folder);
  const site = pmdf === undefined ? await siteOf(given, asker) : null;
  const { mailHost, notes } = await mailHostOf(given, install, haraka, asker);
  const domain = site?.domains[0] ?? (pmdf === undefined ? null : await localHostOf(pmdf));
  const answers = { site, mailHost, haraka, name: gatewayName(given, domain) };
  return {
    folder,
    install,
    answers,
    notes: [...(site === null ? [] : internationalNotes(given, site)), ...notes],
    findings,
  };
}
