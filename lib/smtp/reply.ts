/*
 * An SMTP reply: code, enhanced code, text. CR, LF and other controls are taken out where a text comes in.
 * Ref: RFC 5321 4.2; RFC 3463
 */

/** A reply as the client sees it: `550 5.7.1 text`. */
export interface Reply {
  readonly code: number;
  /** `class.subject.detail`; the empty string for a reply without one. */
  readonly enhanced: string;
  readonly text: string;
}

const longestText = 400;

/** Makes text safe for one reply or log line: controls become spaces, at most 400 characters. */
export function oneLine(text: string): string {
  const plain = text.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, ' ').trim();
  return plain.length > longestText ? `${plain.slice(0, longestText)}...` : plain;
}

/** A reply on one line, as the client sees it. */
export function replyLine({ code, enhanced, text }: Reply): string {
  return [String(code), enhanced, text].filter((part) => part !== '').join(' ');
}

/** Makes a reply whose text is safe to send. */
export function reply(code: number, enhanced: string, text: string): Reply {
  return { code, enhanced, text: oneLine(text) };
}
