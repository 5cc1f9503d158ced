/*
 * The processor time that tests take: other programs change it less than the time on the clock.
 */
import { existsSync, readFileSync } from 'node:fs';

/** The unit of times in `/proc`, the same on every Linux. */
const ticksPerSecond = 100;

/**
 * The processor time in seconds of this process and of its descendants that have ended and were waited for; daemons are
 * left out. Undefined without `/proc`.
 */
export function processorSeconds(): number | undefined {
  const file = '/proc/self/stat';
  if (!existsSync(file)) return undefined;
  const stat = readFileSync(file, 'latin1');
  // The name of the program, in parentheses, may contain anything; after it come state, parent and so on.
  const fields = stat.slice(stat.lastIndexOf(')')).split(' ');
  const [ofUser = 0, ofSystem = 0, ofChildrenUser = 0, ofChildrenSystem = 0] = fields
    .slice(12, 16)
    .map(Number);
  return (ofUser + ofSystem + ofChildrenUser + ofChildrenSystem) / ticksPerSecond;
}
