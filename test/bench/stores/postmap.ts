/*
 * Look-ups a second of Postfix's postmap, one after the other, from its first answers to its last: neither its start nor its
 * first connection counts.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MissingPeer } from '../measure.js';
import { missingType, postmapInstall } from '../programs.js';
import { valueFor } from './addresses.js';
import type { FilledStore } from './filled-store.js';

/** Asks for the keys, which have to be so many that the answers do not fit into one pipe. `folder` is for its configuration. */
export async function askPostmap(
  { table }: Pick<FilledStore, 'table'>,
  folder: string,
  keys: readonly string[],
): Promise<number> {
  if (table === null) throw new MissingPeer('tables in Redis, which Postfix does not have');
  const file = join(folder, 'table.cf');
  writeFileSync(join(folder, 'main.cf'), 'compatibility_level = 3.6\n');
  writeFileSync(file, `${(table.lines ?? []).join('\n')}\n`);
  const child = spawn('postmap', ['-c', folder, '-q', '-', `${table.type}:${table.name ?? file}`]);
  const closed = once(child, 'close');
  const chunks: { readonly text: string; readonly at: number }[] = [];
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push({ text: chunk.toString('latin1'), at: performance.now() });
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  // It may have ended before it has read all of them.
  child.stdin.on('error', () => undefined);
  child.stdin.end(`${keys.join('\n')}\n`);
  try {
    await closed;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new MissingPeer(postmapInstall);
    throw error;
  }
  const type = missingType(said);
  if (type !== null) throw new MissingPeer(type);
  if (chunks.map(({ text }) => text).join('') !== keys.map((key) => `${key}\t${valueFor(key)}\n`).join(''))
    throw new Error(`the answers of postmap differ${said === '' ? '' : `: ${said.trim()}`}`);
  const [first] = chunks;
  const last = chunks.at(-1);
  if (first === undefined || last === undefined || first === last) {
    throw new Error('postmap has answered all at once');
  }
  const later = chunks.slice(1).reduce((sum, { text }) => sum + text.split('\n').length - 1, 0);
  return later / ((last.at - first.at) / 1000);
}
