/*
 * Which names from a reverse look-up may be believed to be host names at all. Whoever holds an address range
 * writes them, so they may hold anything: controls, bars, or an address literal in disguise.
 * Ref: RFC 1123 2.1; RFC 1035 2.3.4
 */

const longestName = 253;
const label = /^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?$/;
const digits = /^[0-9]+$/;

/** Gives a name without its final period if it can be a host name; null for anything else. */
export function plausibleHostName(written: string): string | null {
  const name = written.endsWith('.') ? written.slice(0, -1) : written;
  if (name === '' || name.length > longestName) return null;
  const labels = name.split('.');
  if (labels.some((one) => one.length > 63 || !label.test(one))) return null;
  // A last label of digits would make `192.0.2.1` a name.
  return digits.test(labels.at(-1) ?? '') ? null : name;
}
