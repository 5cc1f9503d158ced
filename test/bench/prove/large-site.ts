/*
 * Sites of ordinary shape and any size, for the proof: internal networks and domains as rewrite rules; blocked clients, senders and
 * recipients, and what internal domains and partners may, as entries; forwarded addresses and hosts in the general database.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cnfWith, networkRule } from '../policy-fixture.js';

/** How large a site is, and whether strangers can relay by the last thing in it. */
export interface LargeSite {
  readonly rules: number;
  readonly entries: number;
  /** Forwarded addresses. */
  readonly addresses: number;
  readonly hole: 'none' | 'entry' | 'database';
}

function rule(index: number): string {
  switch (index % 4) {
    case 0:
      return networkRule(index);
    case 1:
      return `dept${index}.domain.com $U%dept${index}.domain.com@TCP-INTERNAL`;
    case 2:
      return `.dept${index}.domain.com $U%$H$D@TCP-INTERNAL`;
    default:
      return `customer${index}.example $U%customer${index}.example@TCP-INTERNAL`;
  }
}

export function cnf({ rules }: LargeSite): string {
  return cnfWith([
    '.hosts.domain.com $($H)$E$F',
    '.domain.com $U%$H$D@TCP-INTERNAL',
    ...Array.from({ length: rules }, (_, index) => rule(index)),
  ]);
}

/** An entry of ORIG_SEND_ACCESS. */
function sendEntry(index: number): string {
  switch (index % 5) {
    case 0:
      return `  tcp_local|*@spam${index}.example|*|*   $NMail$ blocked`;
    case 1:
      return `  tcp_local|user${index}@mail.example|*|*   $NMail$ blocked`;
    case 2:
      return `  tcp_local|*|*|former${index}@domain.com   $NNo$ such$ user`;
    case 3:
      return `  tcp_internal|*@dept${index}.domain.com|tcp_local|*   $Y`;
    default:
      return `  tcp_local|*@partner${index}.example|tcp_internal|*   $Y`;
  }
}

export function mappings({ entries, hole }: LargeSite): string {
  const networks = Math.floor(entries / 10);
  const blocked = Array.from({ length: networks }, (_, index) => {
    const [high, low] = [(index >> 8) & 255, index & 255];
    return `  TCP|*|25|$(198.${high}.${low}.0/24)|*   $N554$ blocked`;
  });
  return [
    'PORT_ACCESS',
    '',
    ...blocked,
    '  *   $Y',
    '',
    'ORIG_SEND_ACCESS',
    '',
    ...Array.from({ length: entries - networks }, (_, index) => sendEntry(index)),
    ...(hole === 'entry' ? ['  tcp_local|*@hole.example|tcp_local|*   $Y'] : []),
    '  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted',
    '',
  ].join('\n');
}

function general({ addresses, hole }: LargeSite): string {
  const lines = Array.from(
    { length: addresses },
    (_, index) => `user${index} user${index}%other.com@PROCESS-DAEMON`,
  );
  if (hole === 'database') lines.push('gate $U%other.example@PROCESS-DAEMON');
  return lines.map((line) => `${line}\n`).join('');
}

/** Writes a site into a folder, which then has `pmdf`. */
export function writeSite(folder: string, site: LargeSite): void {
  const pmdf = join(folder, 'pmdf');
  mkdirSync(pmdf, { recursive: true });
  writeFileSync(join(pmdf, 'pmdf.cnf'), cnf(site));
  writeFileSync(join(pmdf, 'mappings'), mappings(site));
  writeFileSync(join(pmdf, 'general.txt'), general(site));
  writeFileSync(
    join(pmdf, 'pmdf.yaml'),
    'switch_lookup: literal\ndatabases: { general: { file: general.txt, required: true } }\n',
  );
}
