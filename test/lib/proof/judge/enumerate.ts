/*
 * The addresses that the judge tries: every local part up to a number of tokens, bare and quoted, at every host, with every route;
 * and longer ones in the forms by which routing is hidden.
 */
import { parsePath } from '../../../../lib/address/parse-path.js';
import type { Trials } from './site.js';

const signs = ['%', '!', '.', '+', '|'];

function* strings(tokens: readonly string[], length: number): Generator<string> {
  if (length === 0) yield '';
  else for (const head of strings(tokens, length - 1)) for (const token of tokens) yield head + token;
}

function* upTo(tokens: readonly string[], length: number): Generator<string> {
  for (let n = 1; n <= length; n += 1) yield* strings(tokens, n);
}

/** Local parts of the form `a%b%c`, with every sign and part. */
function* chains(parts: readonly string[], between: readonly string[], signsIn: number): Generator<string> {
  if (signsIn === 0) yield* parts;
  else
    for (const head of chains(parts, between, signsIn - 1))
      for (const sign of between) for (const part of parts) yield head + sign + part;
}

function isPath(text: string): boolean {
  return parsePath(`<${text}>`).kind === 'path';
}

/** How much is tried. */
export interface Depth {
  /** Tokens in a row without any order. */
  readonly tokens: number;
  /** Signs between parts. */
  readonly signs: number;
}

function plainHost(host: string): boolean {
  return !host.startsWith('[');
}

/** Local parts of one or two signs at most, and of all tokens in any order. */
function shortLocalParts({ atoms, hosts }: Trials, tokens: number): ReadonlySet<string> {
  const names = hosts.filter(plainHost);
  const [atom = 'a'] = atoms;
  const parts = [...new Set([...atoms, ...names])];
  const found = new Set<string>(upTo([...atoms, ...signs], tokens));
  for (const chain of chains(parts, ['%', '!'], 1)) found.add(chain);
  for (const chain of chains(parts, ['@', '%', '!'], 1)) found.add(`"${chain}"`);
  for (const name of names) {
    for (const sign of ['|', '+', '.', '\\@', '%%']) found.add(`${atom}${sign}${name}`).add(`"${atom}${sign}${name}"`);
    found.add(`"${atom}@${name}"%${names[0]}`).add(`${names[0]}!"${atom}@${name}"`);
    found.add(`"@${name}:${atom}@${name}"`).add(`"<${atom}@${name}>"`).add(`"\\"${atom}\\"@${name}"`);
    found.add(`${atom}%${name}+${atom}`).add(`${atom}+${atom}%${name}`);
  }
  for (const one of atoms) found.add(`"${one}"`).add(`"${one} ${one}"`);
  return found;
}

/** Local parts of several signs between hosts, and an atom of each kind. */
function longLocalParts({ atoms, hosts }: Trials, signsIn: number): ReadonlySet<string> {
  const names = hosts.filter((host) => plainHost(host) && !host.includes('..')).slice(0, 5);
  const parts = [...new Set([...atoms.slice(0, 1), ...atoms.slice(-1), ...names])];
  const found = new Set<string>();
  for (let n = 2; n <= signsIn; n += 1) {
    for (const chain of chains(parts, ['%', '!'], n)) found.add(chain);
    for (const chain of chains(parts, ['@', '%', '!'], n)) found.add(`"${chain}"`);
  }
  return found;
}

/** The recipients that are tried, each once. */
export function recipientsOf(trials: Trials, depth: Depth): readonly string[] {
  const found: string[] = [];
  const add = (local: string, host: string): void => {
    const address = `${local}@${host}`;
    if (isPath(address)) found.push(address);
  };
  const short = shortLocalParts(trials, depth.tokens);
  for (const local of short) {
    for (const host of trials.hosts) add(local, host);
    if (isPath(local)) found.push(local);
  }
  for (const local of longLocalParts(trials, depth.signs)) for (const host of trials.hosts.slice(0, 2)) add(local, host);
  const hidden = [...short].filter((local) => /[%!@]/.test(local));
  const inRoutes = [...trials.atoms.slice(-2), ...hidden.filter((_local, n) => n % Math.ceil(hidden.length / 12) === 0)];
  for (const route of trials.hosts)
    for (const local of inRoutes) for (const host of trials.hosts) add(`@${route}:${local}`, host);
  return found;
}

/** A few recipients of each kind, for what is tried in many sessions. */
export function fewRecipients({ atoms, hosts }: Trials): readonly string[] {
  const found = new Set<string>();
  const names = hosts.filter(plainHost);
  const [home = ''] = names;
  for (const host of hosts) {
    for (const atom of atoms) found.add(`${atom}@${host}`);
    const [atom = ''] = atoms.slice(-1);
    if (!plainHost(host)) continue;
    for (const form of [`${atom}%${host}@${home}`, `${host}!${atom}@${home}`, `"${atom}@${host}"@${home}`])
      found.add(form);
    found.add(`@${home}:${atom}@${host}`);
  }
  return [...found].filter(isPath);
}

/** The senders that are tried. */
export function sendersOf({ atoms, hosts }: Trials): readonly string[] {
  const found = new Set<string>(['']);
  for (const host of hosts) for (const atom of atoms) found.add(`${atom}@${host}`);
  const [home = 'd', other = home] = hosts.filter(plainHost);
  for (const atom of atoms)
    for (const local of [`${atom}%${other}`, `${other}!${atom}`, `"${atom}@${other}"`, `${atom}|${other}`, `${atom}.${atom}`, `${atom}+${atom}`])
      for (const host of [home, other, hosts.filter(plainHost).at(-1) ?? home]) found.add(`${local}@${host}`);
  for (const atom of atoms) found.add(atom);
  return [...found].filter((one) => one === '' || isPath(one));
}
