/*
 * Aliases, FORWARD, REVERSE and databases of random sites.
 */
import type { DatabaseName } from '../../../../../lib/engine/lookup.js';
import type { Random } from '../random.js';
import { entryLine } from './access-entries.js';
import type { Part } from './part.js';

const aliases = [
  ...[
    'a: k',
    'a: b@p',
    'a: b@d',
    'k: a',
    'a: b%p@d',
    'a: a, b@p',
    'a: "b@p"@d',
    'a@d: b@p',
    'k: b+*@p',
    'a: b@i',
  ],
  ...['a: b@process-daemon', 'a@ü: b@p', 'b: b@p', 'a@z.q: k', 'a+*: b@p', 'k: b@q, a'],
] as const;

const forwardPatterns = [
  ...['*@d', '*@d', 'a@d', '*@*.d', '*$%*@d', '"*"@d', '*!*@d', '*@i', '*', '$D*@d', '*@*'],
  ...['*@ü', '*@*.q', '*+*@d', '%@d', '$_*k*@*'],
] as const;
const forwardTemplates = [
  ...['$Y$Db@p', '$Y$D$0@p', '$Y$D$0', '$Yb@p', '$Y$D$0@$1', '$Y$D${$0}', '$D$Y$|T;$0|', '$Y$Hb@d', '$N'],
  ...[
    '$Y$G$0',
    '$Y$0@p',
    '$C$:T$Y$Db@p$E',
    '$Y$D$0@ü',
    '$Y$D$0%p@d',
    '$C$|T;$0|$Y$D$E',
    '$C$0@i$L',
    '$Y$Ib@p',
  ],
] as const;

const reversePatterns = ['*@d', '*@*', '*', 'a@*', '*@*.q', '*$%*@*'] as const;
const reverseTemplates = ['$Y$0@p', '$Yb@p', '$N', '$Y$0', '$Y$D$0', '$Y$0@d', '$C$:R$Yb@i$E'] as const;

const generalKeys = ['a', 'k', '*', 'xa', 'a@d', 'p', 'a@p'] as const;
const generalValues = [
  ...['b%p@PROCESS-DAEMON', 'b%d', 'b@p', '$U%p@PROCESS-DAEMON', '$U%d', 'b%i', '$U%$H@PROCESS-DAEMON'],
  ...['b%p@TCP-DAEMON', '$0U%p', 'p', 'd', 'i'],
] as const;
const oddKeys = ['q', 'z', 'ü', 'a@ü', 'a%p', 'i', 'd', 'z.q', 'A+A', 'b'] as const;
const oddValues = [
  'q',
  'ü',
  '$U%$H',
  '$H',
  'b$Tt|%d',
  '$U%$H$Tt|',
  'z.d',
  'b%p$Mtcp_local',
  '$U%q',
  '',
  'b..c',
] as const;

type Words = readonly [string, ...string[]];

/** Everything by which the site forwards mail, and the databases that rules and tables ask. */
export function forwarding(random: Random): Part[] {
  const found: Part[] = [];
  const fill = (table: string, patterns: Words, templates: Words): void => {
    const line = entryLine(random.pick(patterns), random.pick(templates));
    found.push({ kind: 'entry', table, line });
  };
  const value = (database: DatabaseName, key: string, text: string): void =>
    void found.push({ kind: 'value', database, key, value: text });
  if (random.chance(25)) found.push({ kind: 'alias', line: random.pick(aliases) });
  if (random.chance(8)) found.push({ kind: 'alias', line: random.pick(aliases) });
  if (random.chance(20)) {
    for (let left = 1 + random.below(2); left > 0; left -= 1)
      fill('FORWARD', forwardPatterns, forwardTemplates);
  }
  if (random.chance(6)) fill('REVERSE', reversePatterns, reverseTemplates);
  if (random.chance(55)) {
    for (const key of generalKeys) if (random.chance(30)) value('general', key, random.pick(generalValues));
    if (random.chance(30))
      value('general', random.pick(oddKeys), random.pick([...generalValues, ...oddValues]));
    if (random.chance(15)) value('general', random.pick(generalKeys), random.pick(oddValues));
  }
  if (random.chance(10))
    value('forward', random.pick(['a@d', 'k@d', 'a@i', 'a@ü']), random.pick(['b@p', 'b@d', 'b%p@d', 'b@q']));
  if (random.chance(10))
    value('alias', random.pick(['a', 'k', 'a@d']), random.pick(['b@p', 'b@d', 'b+*@p', 'k']));
  if (random.chance(4)) value('reverse', random.pick(['a@p', 'a@d']), random.pick(['b@p', 'b@d']));
  return found;
}
