/** The case in which something is put in. */
export type Letters = 'lower' | 'upper' | 'original';

export function inLetters(text: string, letters: Letters): string {
  switch (letters) {
    case 'original':
      return text;
    case 'lower':
      return text.toLowerCase();
    case 'upper':
      return text.toUpperCase();
  }
}
