/*
 * Colour for terminals: on a terminal only, and never against the wish of NO_COLOR.
 */

/** Puts text into a colour, or leaves it as it is. */
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

function sequence(code: number): (text: string) => string {
  return (text) => (text === '' ? '' : `\u001b[${code}m${text}\u001b[0m`);
}

const colours: Paint = {
  bold: sequence(1),
  dim: sequence(2),
  good: sequence(32),
  bad: sequence(31),
  doubtful: sequence(33),
};

/** Chooses colour or none for an output; `environment` is that of the process. */
export function paintFor(
  isTerminal: boolean | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Paint {
  const isWanted = (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb';
  return isTerminal === true && isWanted ? colours : noPaint;
}
