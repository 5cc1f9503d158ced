/*
 * The forms in which parameters of MAIL and RCPT carry text: xtext for printable ASCII, and for addresses of type `utf-8` the
 * form of RFC 6533, in which `\x{F6}` is one character. Both are printable ASCII without space and `=`.
 * Ref: RFC 3461 4 (xtext), 4.2, 4.4; RFC 6533 3 (utf-8-addr-xtext, utf-8-addr-unitext)
 */

const printable = /^[\x20-\x7e]*$/;

/** Whether a text is printable ASCII, spaces included: all that a report can carry. */
export function isPrintable(text: string): boolean {
  return printable.test(text);
}

/** Whether a text can be the type of an address: an atom. */
export function isAddressType(text: string): boolean {
  return /^[!#-'*+\-/-9=?A-Z^-~]+$/.test(text);
}

/** Writes printable ASCII as xtext. */
export function encodeXtext(text: string): string {
  return text.replace(/[^!-*,-<>-~]/g, (char) => {
    return `+${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

/** Reads xtext; null where it is malformed, or where it encodes anything but printable ASCII. */
export function decodeXtext(xtext: string): string | null {
  if (!/^(?:[!-*,-<>-~]|\+[0-9A-Fa-f]{2})*$/.test(xtext)) return null;
  const text = xtext.replace(/\+(..)/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  return isPrintable(text) ? text : null;
}

const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]/u;

/** Whether an address of type `utf-8` holds no control, no line separator and no half of a pair. */
export function isUtf8Text(text: string): boolean {
  return !controls.test(text);
}

/** Writes an address of type `utf-8` in ASCII, so that it can be sent to any server with DSN. */
export function encodeUtf8Address(text: string): string {
  return text.replace(/[^!-*,-<>-[\]-~]/gu, (char) => {
    return `\\x{${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, '0')}}`;
  });
}

const lastCodePoint = 0x10ffff;

/** Reads an address of type `utf-8`; null where it is malformed, or where it stands for a control. */
export function decodeUtf8Address(written: string): string | null {
  if (!/^(?:[!-*,-<>-[\]-~]|[^\x00-\x7f]|\\x\{[0-9A-Fa-f]{2,6}\})*$/u.test(written)) return null;
  let isBeyond = false;
  const text = written.replace(/\\x\{([0-9A-Fa-f]+)\}/g, (_, digits: string) => {
    const point = Number.parseInt(digits, 16);
    if (point > lastCodePoint) {
      isBeyond = true;
      return '';
    }
    return String.fromCodePoint(point);
  });
  return !isBeyond && isUtf8Text(text) ? text : null;
}
