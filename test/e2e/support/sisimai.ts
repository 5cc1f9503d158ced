/*
 * What Sisimai, which reads the bounces of many mail systems, makes of a report.
 */
import { execFileSync } from 'node:child_process';

/** What Sisimai finds about one recipient. */
export interface SisimaiFinding {
  readonly recipient: string;
  readonly deliverystatus: string;
  readonly reason: string;
  readonly diagnosticcode: string;
}

const program = `
use Sisimai;
local $/;
my $text = <STDIN>;
print Sisimai->dump(\\$text) // '[]';
`;

function isFinding(value: unknown): value is SisimaiFinding {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['recipient', 'deliverystatus', 'reason', 'diagnosticcode'].every(
      (name) => typeof Reflect.get(value, name) === 'string',
    )
  );
}

/** Has Sisimai read a report; empty where it sees no bounce. */
export function readBySisimai(report: Uint8Array): readonly SisimaiFinding[] {
  const printed = execFileSync('perl', ['-e', program], { input: report, encoding: 'utf8' });
  const found: unknown = JSON.parse(printed);
  if (!Array.isArray(found)) return [];
  // It takes the octets of an address for characters.
  return found
    .filter(isFinding)
    .map((one) => ({ ...one, recipient: Buffer.from(one.recipient, 'latin1').toString() }));
}
