/*
 * Hosts that a site's own files make, as they are on the wire: labels beyond ASCII become A-labels there.
 * Ref: RFC 5890 2.3.2.1; RFC 6531 3.2
 */
import { asciiDomain, foldHost } from '../../address/index.js';
import type { AddressLanguages } from './address-languages.js';
import type { Language } from './language.js';

/** A part of a host. */
export interface HostPiece {
  readonly language: Language;
  /** Null where it is not the same for every address. */
  readonly text: string | null;
  /** Whether it may have characters beyond ASCII; hosts that came over SMTP have none. */
  readonly mayBeWide: boolean;
}

const nonAscii = /[^\x00-\x7f]/;

/** Every text of one character at least in which some label is an A-label. */
function withALabel({ languages, anyHost }: AddressLanguages): Language {
  const before = languages.optional(languages.joined(languages.anyField, languages.text('.')));
  return languages.intersection([
    anyHost,
    languages.joined(before, languages.text('xn--'), languages.anyField),
  ]);
}

/** Makes the languages of the hosts that pieces make together. */
export function hostOfPieces(pieces: readonly HostPiece[], addresses: AddressLanguages): Language {
  const { languages } = addresses;
  const texts = pieces.map(({ text }) => text);
  if (texts.every((text) => text !== null)) {
    const text = texts.join('');
    // A domain with a label that has no wire form stays as it is written, though each label is looked up by itself.
    return languages.union([languages.text(foldHost(text)), languages.text(asciiDomain(text))]);
  }
  const written = languages.joined(...pieces.map(({ language }) => language));
  const isPlain = pieces.every(({ text, mayBeWide }) => (text === null ? !mayBeWide : !nonAscii.test(text)));
  return isPlain ? written : languages.union([written, withALabel(addresses)]);
}
