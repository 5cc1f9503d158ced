/*
 * Failures that several gateways count together in Redis: for each client a level, which falls by one in a given time. One script
 * reads and changes it, by the clock of the server. Every count expires when it has fallen to nothing, and at most a hundred
 * thousand clients are remembered; the one that failed longest ago goes first.
 */
import type { RedisScripts, ScriptCall } from './redis-scripts.js';

const mostClients = 100_000;
const highestLevel = 2_000;
const indexDays = 7;

const prefix = 'pmdf:auth-failures';

/** KEYS: the client, the index of clients. ARGV: milliseconds for one failure, 1 to add one. */
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local forget = tonumber(ARGV[1])
local level = 0
local kept = redis.call('GET', KEYS[1])
if kept then
  local old, at = string.match(kept, '^(%S+) (%S+)$')
  level = math.max(0, tonumber(old) - (now - tonumber(at)) / forget)
end
if ARGV[2] == '1' then
  level = math.min(level + 1, ${highestLevel})
  redis.call('SET', KEYS[1], string.format('%.6f %.0f', level, now), 'PX', math.ceil(level * forget))
  redis.call('ZADD', KEYS[2], now, KEYS[1])
  redis.call('PEXPIRE', KEYS[2], ${indexDays * 86_400_000})
  while redis.call('ZCARD', KEYS[2]) > ${mostClients} do
    redis.call('DEL', redis.call('ZPOPMIN', KEYS[2])[1])
  end
end
return string.format('%.6f', level)
`;

function callFor(client: string, forgetMs: number, adds: boolean): ScriptCall {
  return { script, keys: [`${prefix}:${client}`, prefix], args: [String(forgetMs), adds ? '1' : '0'] };
}

/** Counts one failure of a client that nobody is, which is forgotten at once. */
export const trialFailure: ScriptCall = callFor('pmdf-check', 1, true);

/** How many failures of a client are not forgotten, or why that is not known. */
export type SharedLevel =
  | { readonly kind: 'level'; readonly level: number }
  | { readonly kind: 'failed'; readonly cause: string };

/** The counts in one store. */
export class SharedCounts {
  readonly #scripts: RedisScripts;

  constructor(scripts: RedisScripts) {
    this.#scripts = scripts;
  }

  /** The level of a client, which falls by one in `forgetMs`. Never rejects. */
  async levelOf(client: string, forgetMs: number): Promise<SharedLevel> {
    return await this.#ask(client, forgetMs, false);
  }

  /** Adds a failure of a client; returns the level with it. Never rejects. */
  async add(client: string, forgetMs: number): Promise<SharedLevel> {
    return await this.#ask(client, forgetMs, true);
  }

  async #ask(client: string, forgetMs: number, adds: boolean): Promise<SharedLevel> {
    const answer = await this.#scripts.run(callFor(client, forgetMs, adds));
    if (answer.kind === 'failed') return answer;
    const level = Number(answer.text);
    if (Number.isFinite(level)) return { kind: 'level', level };
    return { kind: 'failed', cause: 'the store does not answer with a count' };
  }
}
