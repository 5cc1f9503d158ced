/*
 * The content of a database in Redis: a hash, or all strings whose keys have a form. New content is collected in a hash of its
 * own, which expires if the copy does not go on; RENAME then puts it in the place of the old hash. Strings are written from it
 * one after the other, so readers see old and new ones meanwhile.
 */
import { randomBytes } from 'node:crypto';
import {
  expandKeyTemplate,
  type KeyTemplate,
  type RedisQuery,
  type RedisStore,
} from '../../../lib/config/index.js';
import { KeyList, type NamedKeys, type NewContent, type OneValue } from '../../databases/index.js';
import type { Progress } from '../../files/index.js';
import { connectRedis, loadRedis, type RedisConnection } from '../clients/redis.js';
import {
  type OpenContents,
  type StoreContents,
  type StoreEntry,
  StoreLacks,
  unusableInStore,
} from './store-contents.js';

const batchSize = 1_000;

/** How long content that nobody completes is kept, in seconds. */
const unfinishedSeconds = 3_600;

/** The text before and after the key in the names that a template makes; null if it takes the key apart. */
interface Form {
  readonly before: string;
  readonly after: string;
}

function formOf({ parts }: KeyTemplate): Form | null {
  const at = parts.findIndex((part) => typeof part !== 'string');
  const [before, after] = [parts.slice(0, at), parts.slice(at + 1)];
  const part = parts[at];
  if (part === undefined || typeof part === 'string' || part.part !== 'key') return null;
  if (after.some((one) => typeof one !== 'string')) return null;
  return { before: before.join(''), after: after.join('') };
}

function fixedText({ parts }: KeyTemplate): string | null {
  const [only = '', ...more] = parts;
  return typeof only === 'string' && more.length === 0 ? only : null;
}

function keyOf(name: string, { before, after }: Form): string | null {
  const isLongEnough = name.length >= before.length + after.length;
  if (!isLongEnough || !name.startsWith(before) || !name.endsWith(after)) return null;
  return name.slice(before.length, name.length - after.length);
}

/** The pattern of SCAN for all names of a form. */
function patternOf({ before, after }: Form): string {
  const exactly = (text: string): string => text.replace(/[\\*?[\]^]/g, '\\$&');
  return `${exactly(before)}*${exactly(after)}`;
}

/** Where all entries are: the fields of one hash, or strings of a form. */
type Place =
  | { readonly kind: 'hash'; readonly hash: string; readonly form: Form }
  | { readonly kind: 'strings'; readonly form: Form };

/** Throws StoreLacks if the entries of other databases cannot be told from those of this one. */
function placeOf({ key, hash }: RedisQuery): Place {
  const form = formOf(key);
  if (form === null) {
    const hint = 'write a `key` with `%s` alone, such as `alias:%s`';
    throw new StoreLacks('its entries cannot be listed, since its `key` takes keys apart', hint);
  }
  if (hash === null) return { kind: 'strings', form };
  const name = fixedText(hash);
  if (name === null) {
    const hint = 'write a `hash` without placeholders';
    throw new StoreLacks('its entries cannot be listed, since its `hash` depends on the key', hint);
  }
  return { kind: 'hash', hash: name, form };
}

function entry(key: string | null, value: string | null | undefined): readonly StoreEntry[] {
  return key === null || value === null || value === undefined ? [] : [{ key, values: [value] }];
}

class NewRedisContent implements NewContent {
  readonly #client: RedisConnection;
  readonly #place: Place;
  readonly #unfinished: string;
  readonly #repeated = new KeyList();
  #isOver = false;

  constructor(client: RedisConnection, place: Place) {
    this.#client = client;
    this.#place = place;
    const random = randomBytes(6).toString('hex');
    this.#unfinished = place.kind === 'hash' ? `${place.hash}:copy:${random}` : `pmdf:copy:${random}`;
  }

  cannotHold(entry: OneValue): string | null {
    return unusableInStore(entry);
  }

  async add(entries: readonly OneValue[]): Promise<void> {
    if (entries.length === 0) return;
    const { before, after } = this.#place.form;
    const added = await Promise.all(
      entries.map(({ key, value }) => this.#client.hSetNX(this.#unfinished, before + key + after, value)),
    );
    await this.#client.expire(this.#unfinished, unfinishedSeconds);
    for (const [at, { key }] of entries.entries()) if (added[at] === 0) this.#repeated.add(key);
  }

  async seal(): Promise<NamedKeys> {
    return this.#repeated;
  }

  async commit(progress: Progress): Promise<number> {
    const place = this.#place;
    const count = await this.#client.hLen(this.#unfinished);
    if (place.kind === 'strings') {
      await this.#writeStrings(count, progress);
      await this.#deleteOthers(place.form);
      await this.abandon();
    } else if (count === 0) await this.#client.del(place.hash);
    else await this.#client.multi().persist(this.#unfinished).rename(this.#unfinished, place.hash).exec();
    this.#isOver = true;
    return count;
  }

  async abandon(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#client.del(this.#unfinished);
  }

  async #writeStrings(count: number, progress: Progress): Promise<void> {
    let done = 0;
    for await (const batch of this.#client.hScanIterator(this.#unfinished, { COUNT: batchSize })) {
      await Promise.all(batch.map(({ field, value }) => this.#client.set(field, value)));
      await this.#client.expire(this.#unfinished, unfinishedSeconds);
      done += batch.length;
      progress(done, count);
    }
  }

  async #deleteOthers(form: Form): Promise<void> {
    const scan = { MATCH: patternOf(form), COUNT: batchSize, TYPE: 'string' };
    for await (const names of this.#client.scanIterator(scan)) {
      if (names.length === 0) continue;
      const kept = await this.#client.hmGet(this.#unfinished, names);
      const others = names.filter((_, at) => (kept[at] ?? null) === null);
      if (others.length > 0) await this.#client.del(others);
    }
  }
}

class RedisContents implements StoreContents {
  readonly #client: RedisConnection;
  readonly #query: RedisQuery;
  readonly #isWatchError: (error: unknown) => boolean;

  constructor(client: RedisConnection, query: RedisQuery, isWatchError: (error: unknown) => boolean) {
    this.#client = client;
    this.#query = query;
    this.#isWatchError = isWatchError;
  }

  async count(): Promise<number | null> {
    const place = placeOf(this.#query);
    return place.kind === 'hash' ? await this.#client.hLen(place.hash) : null;
  }

  async *entries(): AsyncGenerator<readonly StoreEntry[]> {
    const place = placeOf(this.#query);
    if (place.kind === 'hash') {
      for await (const batch of this.#client.hScanIterator(place.hash, { COUNT: batchSize })) {
        yield batch.flatMap(({ field, value }) => entry(keyOf(field, place.form), value));
      }
      return;
    }
    const scan = { MATCH: patternOf(place.form), COUNT: batchSize, TYPE: 'string' };
    for await (const names of this.#client.scanIterator(scan)) {
      if (names.length === 0) continue;
      const values = await this.#client.mGet(names);
      yield names.flatMap((name, at) => entry(keyOf(name, place.form), values[at]));
    }
  }

  async change(key: string, make: (values: readonly string[]) => string | null): Promise<readonly string[]> {
    const { name, hash } = this.#nameOf(key);
    const client = this.#client;
    for (;;) {
      await client.watch(hash ?? name);
      const kept = hash === null ? await client.get(name) : await client.hGet(hash, name);
      const before = kept === null ? [] : [kept];
      const value = make(before);
      const commands = client.multi();
      if (value === null) hash === null ? commands.del(name) : commands.hDel(hash, name);
      else hash === null ? commands.set(name, value) : commands.hSet(hash, name, value);
      try {
        await commands.exec();
        return before;
      } catch (error) {
        // Another client has changed it meanwhile.
        if (!this.#isWatchError(error)) throw error;
      }
    }
  }

  async replace(): Promise<NewContent> {
    const place = placeOf(this.#query);
    if (place.kind === 'strings' && place.form.before === '' && place.form.after === '') {
      const hint = 'give it a `hash`, or a `key` such as `alias:%s`';
      throw new StoreLacks('its entries are all strings of the server', hint);
    }
    return new NewRedisContent(this.#client, place);
  }

  close(): void {
    if (this.#client.isOpen) this.#client.destroy();
  }

  #nameOf(key: string): { readonly name: string; readonly hash: string | null } {
    const name = expandKeyTemplate(this.#query.key, key);
    const hash = this.#query.hash === null ? null : expandKeyTemplate(this.#query.hash, key);
    if (name !== null && (this.#query.hash === null || hash !== null)) return { name, hash };
    throw new StoreLacks(`\`${key}\` lacks a part that the settings put into the name of the entry`);
  }
}

export const openRedisContents: OpenContents<RedisStore, RedisQuery> = async (
  server,
  { settings, query },
  ends,
) => {
  const { WatchError } = await loadRedis();
  const client = await connectRedis(server, settings, ends);
  return new RedisContents(client, query, (error) => error instanceof WatchError);
};
