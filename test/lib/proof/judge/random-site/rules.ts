/*
 * Rewrite rules of random sites: the usual ones, and ones put together from any elements of the language.
 */
import type { Random } from '../random.js';

const patterns = [
  ...['d', 'd', '.d', '.d', 'i', 'p', '.q', '.q', '*.q', 'q', 'ü', '.ü', '.'],
  ...['*', '*.*', '*.*.q', '[9.]', '[]', '[IPv6:]', '$*', '$%', '$!', 't|.', 't|d', 't|q', 't|.d', 't|i'],
] as const;

const localParts = [
  ...['$U', '$U', '$U', '$U', '$U', '$U', '$0U', '$1U', '$U$%$H', '$H!$U', '"$U$@$H"', 'a', '$U+x'],
  ...['$($U)', '$($U@$H$D)', '${T,$U}', '$\\$U', '$^$U', '$U$%$D', '$U.$&0', '$(x$U)'],
] as const;

const hosts = [
  ...['$H$D', '$H$D', '$H$D', '$H$D', '$H', '$H', '$D', '$1H', '$1D', '$&0', '$!0', '$*0', '$#0', '$L'],
  ...['[$L]', '[9.$L]', 'd', 'd', 'i', 'p', 'q', 'ü', '$H.d', '$H.q', '$($H)', '${T,$H}', '$H..z', ''],
] as const;

const routes = [
  ...['', '', '', '@TCP-DAEMON', '@TCP-DAEMON', '@TCP-INTERNAL', '@TCP-INTERNAL', '@TCP-OUT'],
  ...['@PROCESS-DAEMON', '@d', '@$H', '@i@TCP-INTERNAL', '@TLS-DAEMON'],
] as const;

const tests = ['$E', '$F', '$R', '$F', '$R', '$B', '$S', '$A', '$P', '$X', '$A$P'] as const;
/** Controls with a name, which a test after them would be part of. */
const named = [
  ...['$Tt|', '$T', '$Mtcp_local', '$Ntcp_local', '$Mprocess', '$Nprocess', '$Qtcp_local', '$Ctcp_local'],
  ...['$Qtcp_internal', '$Cl'],
] as const;

/** A rule of any pattern, template and controls. */
export function composedRule(random: Random): string {
  const made: string[] = [];
  if (random.chance(15)) made.push(random.pick(tests));
  if (random.chance(6)) made.push(random.pick(['$?closed', '$U@$H$D', '$U@$H$D@TCP-INTERNAL']));
  else made.push(random.pick(localParts), '%', random.pick(hosts), random.pick(routes));
  while (random.chance(20)) made.push(random.pick(tests));
  while (random.chance(15)) made.push(random.pick(named));
  return `${random.pick(patterns)} ${made.join('')}`;
}

const tcpLocal = ['TCP-DAEMON', 'TCP-DAEMON', 'TCP-DAEMON', 'TCP-INTERNAL', 'TCP-OUT'] as const;

/** The rules of an ordinary site, each more or less likely. */
export function usualRules(random: Random): string[] {
  const rules: string[] = [];
  const add = (percent: number, ...lines: readonly [string, ...string[]]): void => {
    if (random.chance(percent)) rules.push(random.pick(lines));
  };
  add(
    35,
    'd $($U)$E$F',
    'd $($U@d)$E$F',
    'd $(x$U)$E$F',
    'd $U%$($U)@TCP-DAEMON$E$F',
    'd $($U)$E$F$Mtcp_local',
  );
  add(12, 'd ${T,$U}$U%i', 'd $U%${T,$U}@PROCESS-DAEMON', 'd ${T,$U}$U%d@TCP-INTERNAL');
  add(95, 'd $U@d', 'd $U@d', 'd $U@d', 'd $U%d@TCP-INTERNAL', 'd $U%i', 'd $0U@d');
  add(
    80,
    '.d $U%$H$D@TCP-INTERNAL',
    '.d $U%$H$D@TCP-INTERNAL',
    '.d $U%d',
    '.d $U%$H',
    '*.d $U%$&0@TCP-INTERNAL',
    '.d $U%$H@TCP-DAEMON',
  );
  add(
    50,
    'i $U%i@TCP-INTERNAL',
    'i $U%i@TCP-INTERNAL',
    'i $U%d',
    'i $U%$H$D@TCP-INTERNAL$Mtcp_local',
    'i $U%i$Tt|',
    'i $U%p@TCP-INTERNAL',
  );
  add(15, 'i $U%i@TCP-INTERNAL$Nprocess', 'i $U@TCP-INTERNAL$P', 'i $U%p@TCP-DAEMON$A');
  add(
    30,
    'p $U%p@TCP-DAEMON',
    'p $U%p@TCP-OUT',
    'p $U%p@TCP-DAEMON$Mtcp_local',
    'p $U%p@TCP-DAEMON$Nprocess',
    'p $U%d',
    'p $U%p$Tt|',
    'p $?closed',
  );
  add(10, 't|p $U%p@TCP-DAEMON', 't|. $U%$H@TCP-DAEMON', 't|i $U%i@TCP-INTERNAL', 't|i $U%d');
  add(12, '$* $E$F$S$U%$H@TCP-INTERNAL', '$* $A$E$F$U%$H$V$H@d', '$* $U%d$X', '$* $U%d$P');
  add(
    15,
    '[9.] $U%[9.$L]@TCP-INTERNAL',
    '[] $U%[$L]@TCP-DAEMON',
    '[] $U%d',
    '[9.9.9.9] $U%[9.9.9.9]@TCP-OUT',
  );
  add(15, '$% $U%$H@TCP-DAEMON', '$! $U%$H@TCP-DAEMON', '$% $U%d', '$! $U$%$H@d');
  add(10, '* $U%$H@TCP-OUT', '* $U%$H.d', '* $U%$H@TCP-INTERNAL');
  if (random.chance(90))
    rules.push(`. ${random.pick(['$U%$H@', '$U%$H@', '$U%$H@', '$U@$H@'])}${random.pick(tcpLocal)}`);
  else add(40, '. $U%d', '. $($H)$E$F', '. $U%$H@PROCESS-DAEMON', '. $U@$H@d');
  return rules;
}
