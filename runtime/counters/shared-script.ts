/*
 * The script that counts in Redis, as the counters of a process do. One call takes one step in one table: it reads the key, changes
 * it and says when it expires. Time is that of the server. If that was set back, a span begins anew with what was counted in it.
 * Each table has an index of its keys; beyond the most that it may have, the key that was seen longest ago is deleted. Both
 * expire by themselves.
 */
import type { ScriptCall } from '../stores/index.js';
import { mostNumber } from './counter-limits.js';

/**
 * KEYS: the counter, the index of its table. ARGV: the kind of step, the most keys, and what the step needs.
 * The answer is `found VALUE`, `absent` or `failed CAUSE`.
 */
export const counterScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local action, most = ARGV[1], tonumber(ARGV[2])
local kept = redis.call('GET', KEYS[1])

local function keep(value, life)
  life = math.max(1, math.ceil(life))
  redis.call('SET', KEYS[1], value, 'PX', life)
  redis.call('ZADD', KEYS[2], now, KEYS[1])
  if redis.call('PTTL', KEYS[2]) < life then redis.call('PEXPIRE', KEYS[2], life) end
  while redis.call('ZCARD', KEYS[2]) > most do
    redis.call('DEL', redis.call('ZPOPMIN', KEYS[2])[1])
  end
end

if action == 'throttle' then
  local limit, span, penalizes = tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5] == '1'
  local begun, count = now, 0
  if kept then
    local at, old = string.match(kept, '^(%d+) (%d+)$')
    begun, count = math.min(now, tonumber(at)), tonumber(old)
    local spans = math.floor((now - begun) / span)
    if spans > 0 then
      count = penalizes and math.max(0, count - spans * limit) or 0
      begun = begun + spans * span
    end
  end
  count = count + 1
  local spans = penalizes and math.ceil(count / limit) or 1
  keep(string.format('%.0f %.0f', begun, count), begun + spans * span - now)
  return count > limit and 'found ' or 'absent'
end

if action == 'greylisting' then
  local block, resubmit, inactivity = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
  local first, last, known = now, now, false
  if kept then
    local one, two, three = string.match(kept, '^(%d+) (%d+) (%d)$')
    one, two = math.min(now, tonumber(one)), math.min(now, tonumber(two))
    if three == '1' then
      if now - two <= inactivity then first, known = one, true end
    elseif now - one <= resubmit then
      first, known = one, now - one >= block
    end
  end
  local life = known and inactivity or first + resubmit - now
  keep(string.format('%.0f %.0f %d', first, last, known and 1 or 0), life + 1)
  return known and 'absent' or 'found '
end

if action == 'fetch' then return kept and 'found ' .. kept or 'absent' end

if action == 'remove' then
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', KEYS[2], KEYS[1])
  return 'found '
end

local value = ARGV[4]
if action == 'adjust' then
  local old = kept or '0'
  if not string.match(old, '^%-?%d+$') or #string.gsub(old, '^%-', '') > 15 then return 'failed the value is not a number' end
  local sum = tonumber(old) + tonumber(ARGV[4])
  value = string.format('%.0f', math.max(-${mostNumber}, math.min(${mostNumber}, sum)))
end
keep(value, tonumber(ARGV[3]))
return 'found ' .. value
`;

export const counterPrefix = 'pmdf:counters';

/** A call for a key of a table. */
export function counterCall(table: string, key: string, args: readonly (string | number)[]): ScriptCall {
  const index = `${counterPrefix}:${table}`;
  return { script: counterScript, keys: [`${index}:${key}`, index], args: args.map(String) };
}

/** Counts one attempt of a client that nobody is, in a table of its own; it is forgotten at once. */
export const trialCount: ScriptCall = counterCall('check', 'pmdf-check', ['throttle', 1, 1, 1, 0]);
