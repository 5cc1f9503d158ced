/*
 * Colour for a terminal, unless NO_COLOR is set.
 */
import { styleText } from 'node:util';

/** Colours text, or leaves it as it is. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly doubtful: (text: string) => string;
}

const same = (text: string): string => text;

/** No colour at all. */
export const noPaint: Paint = { bold: same, dim: same, good: same, bad: same, doubtful: same };

function style(format: Parameters<typeof styleText>[0]): (text: string) => string {
  // Whether there is colour at all is decided below, not by styleText.
  return (text) => (text === '' ? '' : styleText(format, text, { validateStream: false }));
}

const colours: Paint = {
  bold: style('bold'),
  dim: style('dim'),
  good: style('green'),
  bad: style('red'),
  doubtful: style('yellow'),
};

/** Chooses colour or none for an output; `environment` is that of the process. */
export function paintFor(
  isTerminal: boolean | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Paint {
  const isWanted = (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb';
  return isTerminal === true && isWanted ? colours : noPaint;
}
