/*
 * Parses the inside of a sequence file substitution, `file|radix|width|modulus`; all but the file may be left out or empty.
 * Ref: PMDF 5.3.2
 */

/** Which number to take and how to write it; width 0 writes it as it is. */
export interface Sequence {
  readonly file: string;
  readonly radix: number;
  readonly width: number;
  readonly modulus: number | null;
}

function numberIn(text: string | undefined, least: number, most: number): number | null | undefined {
  if (text === undefined || text === '') return null;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}

function unquote(text: string): string {
  let plain = '';
  for (let at = 0; at < text.length; at += 1) {
    if (text.charAt(at) === '$' && at + 1 < text.length) at += 1;
    plain += text.charAt(at);
  }
  return plain;
}

/** Parses a sequence; a string says what is wrong with it. */
export function parseSequence(inside: string): Sequence | string {
  const [name = '', radixText, widthText, modulusText, ...more] = inside.split('|');
  const file = unquote(name);
  if (file === '') return 'the sequence names no file';
  if (/[\r\n]/.test(file)) return 'the name of a sequence file cannot hold a line end';
  if (more.length > 0) return 'the sequence has more than four parts';
  const radix = numberIn(radixText, 2, 36);
  if (radix === undefined) return `\`${radixText}\` is not a radix from 2 to 36`;
  const width = numberIn(widthText, 0, 64);
  if (width === undefined) return `\`${widthText}\` is not a width from 0 to 64`;
  const modulus = numberIn(modulusText, 1, Number.MAX_SAFE_INTEGER);
  if (modulus === undefined) return `\`${modulusText}\` is not a modulus above 0`;
  return { file, radix: radix ?? 10, width: width ?? 0, modulus };
}
