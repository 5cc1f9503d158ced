/*
 * The cases of sites with the answers that a proof of relaying has to give, from `test/lib/proof/cases/*.txt`:
 *   === name           begins a case; text before the first one, and lines with `!` after a name, are comments
 *   --- folder PATH    the files of a sample
 *   --- pmdf.cnf, mappings, aliases, pmdf.yaml, general.txt, alias.txt, forward.txt
 *   --- truth          `ours HOST...`, `unclear HOST...`, `leaving CHANNEL...`; without it those of the sample
 *   --- expected       one line each:
 *     CHANNEL proved|relays|cannot-tell     `relays or cannot-tell` where either is right
 *     way PLACE [allowed]                   a way names this entry; it is allowed, or is not
 *     unallowed                             a way is not allowed
 *     refuses HOST                          no recipient of this domain is accepted
 *     session FROM TO [CLAIM...]            relays in the engine; `<>` is the null sender
 *     not FROM TO [CLAIM...]                does not
 * Claims: `tls`, `helo-only`, `helo=NAME`, `client=ADDRESS`, `name=NAME` (confirmed), `port=NUMBER`, `orcpt=ADDRESS`, `notify=WORD,...`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { foldKey } from '../../../../lib/engine/database-key.js';
import type { DatabaseName } from '../../../../lib/engine/lookup.js';
import { projectRoot } from '../../../support/project-root.js';
import { exampleFile } from '../../decide/session-of.js';
import type { Databases, Site } from './site.js';
import type { TriedSession } from './verdict.js';

export interface ExpectedWay {
  readonly place: string;
  readonly allowed: boolean;
}

export interface WrittenCase {
  readonly name: string;
  readonly file: string;
  readonly site: Site;
  /** By channel: the answers that are right. */
  readonly answers: ReadonlyMap<string, readonly string[]>;
  readonly ways: readonly ExpectedWay[];
  readonly unallowed: boolean;
  readonly refuses: readonly string[];
  readonly relaying: readonly TriedSession[];
  readonly others: readonly TriedSession[];
}

const folder = join(projectRoot, 'test/lib/proof/cases');

/** Sections by name, in order; the comment after the name of the case is dropped. */
function sectionsOf(text: string): ReadonlyMap<string, string> {
  const sections = new Map<string, string>();
  for (const part of text.split(/^--- /m).slice(1)) {
    const end = part.indexOf('\n');
    sections.set(part.slice(0, end).trim(), part.slice(end + 1).replace(/\n+$/, '\n'));
  }
  return sections;
}

function readDatabase(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const entry = /^([^!\s]\S*)\s+(.*)$/.exec(line);
    if (entry !== null) values.set(foldKey(entry[1] ?? ''), (entry[2] ?? '').trim());
  }
  return values;
}

function fileIn(path: string): string | undefined {
  const whole = join(projectRoot, path);
  return existsSync(whole) ? readFileSync(whole, 'utf8') : undefined;
}

const databaseNames: readonly DatabaseName[] = ['general', 'alias', 'forward'];

function databasesOf(read: (name: string) => string | undefined): Databases {
  const found: Partial<Record<DatabaseName, ReadonlyMap<string, string>>> = {};
  for (const name of databaseNames) {
    const text = read(`${name}.txt`);
    if (text !== undefined) found[name] = readDatabase(text);
  }
  return found;
}

function wordsAfter(lines: readonly string[], word: string): readonly string[] {
  return lines.flatMap((line) => (line.startsWith(`${word} `) ? line.split(/\s+/).slice(1) : []));
}

function sessionOf(line: string): TriedSession {
  const [, from = '', to = '', ...claims] = line.split(/\s+/);
  const claimed = (name: string): string | null =>
    claims.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
  return {
    client: claimed('client') ?? '192.0.2.1',
    port: Number(claimed('port') ?? 25),
    name: claimed('name'),
    helo: claimed('helo') ?? 'sender.example',
    esmtp: !claims.includes('helo-only'),
    tls: claims.includes('tls'),
    from: from === '<>' ? '' : from,
    to,
    originalRecipient: claimed('orcpt'),
    notify: claimed('notify')?.split(',') ?? [],
  };
}

function siteOf(sections: ReadonlyMap<string, string>): Site {
  const path = [...sections.keys()].find((name) => name.startsWith('folder '))?.slice(7);
  const read = (name: string): string | undefined =>
    sections.get(name) ?? (path === undefined ? undefined : fileIn(join(path, name)));
  const truth = (sections.get('truth') ?? '').split('\n');
  const ours = wordsAfter(truth, 'ours');
  const leaving = wordsAfter(truth, 'leaving');
  const isWhole = path !== undefined;
  const known = ours.length > 0 ? ours : ['domain.com', '.domain.com'];
  const homes = known.map((host) => (host.startsWith('.') ? `x${host}` : host)).slice(0, 5);
  const aliases = [...(read('aliases') ?? '').matchAll(/^([\w.]+):/gm)]
    .map(([, name = '']) => name)
    .slice(0, 3);
  const cnf = read('pmdf.cnf') ?? read('imta.cnf') ?? (isWhole ? null : exampleFile('pmdf.cnf'));
  const included = read('internet.rules');
  return {
    text: {
      cnf,
      mappings: read('mappings') ?? (isWhole ? '' : exampleFile('mappings')),
      aliases: read('aliases') ?? '',
      yaml: read('pmdf.yaml') ?? '',
      ...(included === undefined ? {} : { included: { 'IMTA_TABLE:internet.rules': included } }),
    },
    databases: databasesOf(read),
    truth: {
      leaving: new Set(leaving.length > 0 ? leaving : ['tcp_local']),
      ours: known,
      unclear: [
        ...wordsAfter(truth, 'unclear'),
        ...[...(cnf ?? '').matchAll(/^\S+-daemon$|^TCP-(?:INTERNAL|OUT)$/gim)].map(([name]) =>
          name.toLowerCase(),
        ),
      ],
    },
    trials: {
      atoms: ['jane.doe', ...(aliases.length > 0 ? aliases : ['postmaster']), '7', 'qz'],
      fresh: ['qz', '7'],
      hosts: [...homes, 'partner.example', 'qz', 'qz.example', '[198.51.100.99]'],
      ports: [25, 26, 587, 465],
      clients: ['203.0.113.99', '198.51.100.25', '198.51.100.7', '10.20.0.1', '10.20.0.25', '10.20.0.26'],
      helos: ['qz.example', 'partner.example'],
      originalRecipients: [null, 'x@partner.example', 'qz@qz.example'],
    },
  };
}

function readCase(file: string, text: string): WrittenCase {
  const sections = sectionsOf(text);
  const lines = (sections.get('expected') ?? '').split('\n');
  const answers = new Map<string, readonly string[]>();
  for (const line of lines) {
    const answer = /^(\S+) ((?:proved|relays|cannot-tell|not-decided)(?: or \S+)*)$/.exec(line);
    if (answer !== null) answers.set(answer[1] ?? '', (answer[2] ?? '').split(' or '));
  }
  const begin = (word: string): readonly string[] => lines.filter((line) => line.startsWith(`${word} `));
  return {
    name: text.slice(0, text.indexOf('\n')).trim(),
    file,
    site: siteOf(sections),
    answers,
    ways: begin('way').map((line) => {
      const [, place = '', allowed] = line.split(/\s+/);
      return { place, allowed: allowed === 'allowed' };
    }),
    unallowed: lines.includes('unallowed'),
    refuses: wordsAfter(lines, 'refuses'),
    relaying: begin('session').map(sessionOf),
    others: begin('not').map(sessionOf),
  };
}

/** Reads all cases. */
export function readCases(): readonly WrittenCase[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.txt'))
    .sort()
    .flatMap((file) =>
      readFileSync(join(folder, file), 'utf8')
        .split(/^=== /m)
        .slice(1)
        .map((text) => readCase(file, text)),
    );
}
