/*
 * Which names from a reverse look-up can be host names. The holder of the address range writes them, so they may be
 * anything: control characters, bars, an address literal.
 * Ref: RFC 1123 2.1; RFC 1035 2.3.4
 */

const longestName = 253;
const label = /^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?$/;
const digits = /^[0-9]+$/;

/** A name without its final period, if it can be a host name; else null. */
export function plausibleHostName(written: string): string | null {
  const name = written.endsWith('.') ? written.slice(0, -1) : written;
  if (name === '' || name.length > longestName) return null;
  const labels = name.split('.');
  if (labels.some((one) => one.length > 63 || !label.test(one))) return null;
  // Otherwise `192.0.2.1` would be a name.
  return digits.test(labels.at(-1) ?? '') ? null : name;
}
