/*
 * The languages of addresses in wire form, bars held: local parts, hosts, literals. They may have texts that are no addresses,
 * such as over-long ones, and lack none that is one.
 * Ref: RFC 5321 4.1.2, 4.1.3; RFC 6531 3.3
 */
import { heldBar } from '../../address/index.js';
import { bar, characterCount, numberOf, numbersWhere, wide } from './characters.js';
import type { Language, Languages } from './language.js';

const atextMarks = "!#$%&'*+/=?^_`{}~-";

function isAlphanumeric(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90);
}

function numbersIn(characters: string): number[] {
  return Array.from(characters, numberOf);
}

/** The languages of addresses among those that one proof makes. */
export class AddressLanguages {
  readonly languages: Languages;
  readonly localPart: Language;
  /** What is left of local parts without quotes when a host is taken off them, and all that is shorter. */
  readonly unquoted: Language;
  /** The hosts that such a local part, or what is left of one, may have before a bang or after a percent sign. */
  readonly unquotedHost: Language;
  /** Local parts of letters and digits, with one mark or dot between them at a time. */
  readonly wordLocalPart: Language;
  readonly hostName: Language;
  readonly ipv4: Language;
  /** IPv4 addresses, and texts of which some are IPv6 addresses. */
  readonly ip: Language;
  /** A number of up to five digits. */
  readonly portNumber: Language;
  /** A host name or a literal; names of the site's own files and of senders may hold `_`. */
  readonly host: Language;
  /** A host as a recipient may have it that comes over SMTP. */
  readonly strictHost: Language;
  readonly address: Language;
  /** Any text that could be read as a host: not empty, without an at sign. */
  readonly anyHost: Language;
  /** A text of that kind without a dot. */
  readonly anyLabel: Language;

  constructor(languages: Languages) {
    this.languages = languages;
    const quoted = this.#quotedString();
    const atext = this.#one([...numbersWhere(isAlphanumeric), ...numbersIn(atextMarks + heldBar), wide]);
    const atoms = this.#listed(this.#many(atext));
    this.localPart = languages.union([atoms, quoted]);
    const dot = languages.optional(languages.text('.'));
    this.unquotedHost = this.#in(dot, atoms, dot);
    this.unquoted = languages.union([this.unquotedHost, dot]);
    const word = this.#many(this.#one(numbersWhere(isAlphanumeric)));
    const mark = this.#one(numbersIn(`${atextMarks}.`));
    this.wordLocalPart = this.#in(word, languages.repeated(this.#in(mark, word)));
    const hyphens = this.#one([...numbersWhere(isAlphanumeric), ...numbersIn('-_')]);
    this.hostName = this.#listed(this.#label('_'));
    this.ipv4 = this.#ipv4();
    const hex = languages.repeated(this.#one(numbersIn('0123456789ABCDEF:')));
    // Two colons at least, so that it is no IPv4 address.
    const ipv6 = this.#in(hex, languages.text(':'), hex, languages.text(':'), hex);
    this.ip = languages.union([this.ipv4, ipv6]);
    const content = this.#one([
      ...numbersWhere((code) => code > 32 && code <= 126 && code !== 124 && code !== 64),
      wide,
    ]);
    const tagged = this.#in(this.#many(hyphens), languages.text(':'), this.#many(content));
    const literal = languages.union([this.ipv4, this.#in(languages.text('ipv6:'), ipv6), tagged]);
    const bracketed = this.#in(languages.text('['), literal, languages.text(']'));
    this.host = languages.union([this.hostName, bracketed]);
    this.strictHost = languages.union([this.#listed(this.#label('')), bracketed]);
    this.address = this.addressOf(this.localPart, this.host);
    const digit = languages.optional(this.#one(numbersIn('0123456789')));
    this.portNumber = this.#in(this.#one(numbersIn('123456789')), digit, digit, digit, digit);
    const all = Array.from({ length: characterCount }, (_, at) => at);
    this.anyHost = this.#many(languages.oneOf(all, [bar, numberOf('@')]));
    this.anyLabel = this.#many(languages.oneOf(all, [bar, ...numbersIn('@.')]));
  }

  addressOf(localPart: Language, host: Language): Language {
    return this.#in(localPart, this.languages.text('@'), host);
  }

  /**
   * Local parts that the stricter entries let through where these are the hosts inside: without routing, or with signs of one
   * kind and only such hosts at them. Quotes and backslashes may be around a host.
   */
  strictLocalPart(inside: Language): Language {
    const { languages } = this;
    const all = Array.from({ length: characterCount }, (_, at) => at);
    const plain = languages.repeated(languages.oneOf(all, [bar, ...numbersIn('%!@')]));
    const noise = languages.repeated(this.#one(numbersIn('"\\')));
    // A host beyond ASCII is one of them in another spelling, and a literal may lack its last bracket.
    const name = this.#one([...numbersWhere(isAlphanumeric), ...numbersIn('-._')]);
    const international = this.#in(
      languages.repeated(name),
      this.#many(this.#in(this.#one([wide]), languages.repeated(name))),
    );
    const spelled = languages.union([inside, international, languages.before(inside, numberOf(']'))]);
    const host = this.#in(noise, spelled, noise);
    const after = (sign: string) => this.#many(this.#in(languages.text(sign), host));
    const forms = [
      plain,
      this.#in(plain, after('%')),
      this.#in(plain, after('@')),
      this.#in(this.#many(this.#in(host, languages.text('!'))), plain),
    ];
    return languages.intersection([this.localPart, languages.union(forms)]);
  }

  /** The literals of clients, as `literalOf` writes them, and IPv6 addresses that could be written shorter. */
  clientLiteral(): Language {
    const { languages } = this;
    const digit = this.#one(numbersIn('0123456789ABCDEF'));
    const more = languages.optional(digit);
    const group = this.#in(digit, more, more, more);
    const colon = languages.text(':');
    const groups = (count: number): Language =>
      count === 0
        ? languages.emptyText
        : this.#in(group, ...Array.from({ length: count - 1 }, () => this.#in(colon, group)));
    const upTo = (most: number): Language =>
      languages.union(Array.from({ length: most + 1 }, (_, count) => groups(count)));
    const shortened = Array.from({ length: 8 }, (_, left) =>
      this.#in(groups(left), colon, colon, upTo(7 - left)),
    );
    const ipv6 = languages.union([groups(8), ...shortened]);
    const literal = languages.union([this.ipv4, this.#in(languages.text('ipv6:'), ipv6)]);
    return this.#in(languages.text('['), literal, languages.text(']'));
  }

  /** Local parts in which no server reads a host, since they have no routing sign, and nothing that one might hide in. */
  plainLocalPart(): Language {
    const { languages } = this;
    const all = Array.from({ length: characterCount }, (_, at) => at);
    const plain = languages.repeated(languages.oneOf(all, [bar, wide, ...numbersIn('%!@:"\\(')]));
    const encapsulated = this.#in(languages.anyField, languages.text('IMCEASMTP-'), languages.anyField);
    return languages.difference(plain, encapsulated);
  }

  /** Local parts without quotes out of which a host is taken by a percent sign or a bang for certain. Ref: PMDF 2.2.3.1 */
  routedLocalPart(): Language {
    const { languages } = this;
    const all = Array.from({ length: characterCount }, (_, at) => at);
    const without = (signs: string) => languages.oneOf(all, [bar, ...numbersIn(`"\\${signs}`)]);
    const any = languages.repeated(without(''));
    const bang = this.#in(this.#many(without('!')), languages.text('!'), any);
    const percent = this.#in(any, without('%'), languages.text('%'), this.#many(without('%')));
    return languages.union([bang, percent]);
  }

  /**
   * Texts that are a name once quotes and backslashes are taken out, and capitals are made small; any text for a name beyond ASCII.
   * The one letter beyond ASCII that is small within ASCII is the sign for Kelvin.
   */
  spelled(name: string): Language {
    const numbers = numbersIn(name);
    if (numbers.some((number) => number === wide || number === -1)) return this.languages.anyField;
    const noise = this.languages.repeated(this.#one(numbersIn('"\\')));
    const letters = numbers.map((one) => this.#one(one === numberOf('k') ? [one, wide] : [one]));
    return this.#in(noise, ...letters.flatMap((letter) => [letter, noise]));
  }

  #one(characters: readonly number[]): Language {
    return this.languages.oneOf(characters);
  }

  #in(...parts: readonly Language[]): Language {
    return this.languages.joined(...parts);
  }

  #many(of: Language): Language {
    return this.#in(of, this.languages.repeated(of));
  }

  /** A label of a host name of letters, digits, hyphens inside, and these marks. */
  #label(marks: string): Language {
    const outer = this.#one([...numbersWhere(isAlphanumeric), ...numbersIn(marks)]);
    const inner = this.#one([...numbersWhere(isAlphanumeric), ...numbersIn(`-${marks}`)]);
    return this.#in(outer, this.languages.optional(this.#in(this.languages.repeated(inner), outer)));
  }

  /** One or more with dots between them. */
  #listed(of: Language): Language {
    return this.#in(of, this.languages.repeated(this.#in(this.languages.text('.'), of)));
  }

  #quotedString(): Language {
    const printable = [
      ...numbersWhere((code) => code >= 32 && code <= 126 && code !== 124),
      numberOf(heldBar),
    ];
    const plain = this.languages.oneOf([...printable, wide], numbersIn('"\\'));
    const escaped = this.#in(this.languages.text('\\'), this.#one(printable));
    const quote = this.languages.text('"');
    return this.#in(quote, this.languages.repeated(this.languages.union([plain, escaped])), quote);
  }

  #ipv4(): Language {
    const digit = this.#one(numbersIn('0123456789'));
    const octet = this.languages.union([
      digit,
      this.#in(this.#one(numbersIn('123456789')), digit),
      this.#in(this.languages.text('1'), digit, digit),
      this.#in(this.languages.text('2'), this.#one(numbersIn('01234')), digit),
      this.#in(this.languages.text('25'), this.#one(numbersIn('012345'))),
    ]);
    const dotted = this.#in(this.languages.text('.'), octet);
    return this.#in(octet, dotted, dotted, dotted);
  }
}
