/*
 * One stored password: `$scrypt$ln=15,r=8,p=1$SALT$KEY`, salt and key in base64 without padding. ln is the
 * binary logarithm of the cost, r the block size, p the parallelization; each hash has its own, so that they can
 * be raised later.
 * Ref: RFC 7914; RFC 8265 4 (how passwords are compared)
 */
import { randomBytes, type ScryptOptions, scrypt, scryptSync, timingSafeEqual } from 'node:crypto';

/** The cost of a key. */
export interface Cost {
  /** Binary logarithm of N, 10 to 20. */
  readonly ln: number;
  /** 1 to 32. */
  readonly r: number;
  /** 1 to 16. */
  readonly p: number;
}

export interface PasswordHash {
  readonly cost: Cost;
  readonly salt: Buffer;
  readonly key: Buffer;
}

/** Derives a key of `length` octets. */
export type Derive = (password: Buffer, salt: Buffer, cost: Cost, length: number) => Promise<Buffer>;

/** The cost of new hashes: 32 MB, about a tenth of a second. */
export const presentCost: Cost = { ln: 15, r: 8, p: 1 };

const saltLength = 16;
const keyLength = 32;
const mostMemory = 256 * 1024 * 1024;

/** The longest password, in octets. */
export const longestPassword = 1024;

function memoryOf({ ln, r }: Cost): number {
  return 128 * 2 ** ln * r;
}

function scryptOptions(cost: Cost): ScryptOptions {
  const { ln, r, p } = cost;
  // OpenSSL needs some blocks beside the table.
  return { N: 2 ** ln, r, p, maxmem: memoryOf(cost) + 128 * r * p + 1024 * 1024 };
}

/** Derives with the system's scrypt, in a thread of Node's pool. */
export const deriveKey: Derive = (password, salt, cost, length) =>
  new Promise((resolve, reject) => {
    scrypt(password, salt, length, scryptOptions(cost), (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });

/** Derives in the calling thread. */
export function deriveKeySync(password: Uint8Array, salt: Uint8Array, cost: Cost, length: number): Buffer {
  return scryptSync(password, salt, length, scryptOptions(cost));
}

/** The octets of a password, in composed characters, so that different keyboards give the same. */
function octetsOf(password: string): Buffer {
  return Buffer.from(password.normalize('NFC'), 'utf8');
}

/** What is wrong with a new password; null if nothing is. */
export function objectionTo(password: string): string | null {
  if (password === '') return 'the password is empty';
  if (octetsOf(password).length > longestPassword)
    return `the password is longer than ${longestPassword} octets`;
  // AUTH cannot carry NUL, and a terminal cannot type the others.
  if (/[\u0000-\u001f\u007f]/.test(password)) return 'the password contains a control character';
  return /[\uFEFF\uFFFD]/.test(password)
    ? 'the password contains a byte order mark or a replacement character'
    : null;
}

/** Hashes a new password with a salt of its own. */
export async function hashPassword(password: string, derive = deriveKey): Promise<PasswordHash> {
  const salt = randomBytes(saltLength);
  const key = await derive(octetsOf(password), salt, presentCost, keyLength);
  return { cost: presentCost, salt, key };
}

/** A hash that no password has, for users that do not exist. */
export function impossibleHash(cost: Cost): PasswordHash {
  return { cost, salt: randomBytes(saltLength), key: randomBytes(keyLength) };
}

/** Whether a hash is that of a password, in a time that depends on the cost alone. */
export async function isPassword(hash: PasswordHash, password: string, derive = deriveKey): Promise<boolean> {
  const { cost, salt, key } = hash;
  return timingSafeEqual(await derive(octetsOf(password), salt, cost, key.length), key);
}

function plain(octets: Buffer): string {
  return octets.toString('base64').replace(/=+$/, '');
}

/** Prints a hash for the file. */
export function printHash({ cost, salt, key }: PasswordHash): string {
  const { ln, r, p } = cost;
  return `$scrypt$ln=${ln},r=${r},p=${p}$${plain(salt)}$${plain(key)}`;
}

const form =
  /^\$scrypt\$ln=([0-9]{1,2}),r=([0-9]{1,2}),p=([0-9]{1,2})\$([A-Za-z0-9+/]{11,88})\$([A-Za-z0-9+/]{22,88})$/;

/** Parses a hash; null for anything else, or an unreasonable cost. */
export function parseHash(text: string): PasswordHash | null {
  const [, ln, r, p, salt, key] = form.exec(text) ?? [];
  if (salt === undefined || key === undefined) return null;
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  const isReasonable =
    cost.ln >= 10 && cost.ln <= 20 && cost.r >= 1 && cost.r <= 32 && cost.p >= 1 && cost.p <= 16;
  if (!isReasonable || memoryOf(cost) > mostMemory) return null;
  const hash = { cost, salt: Buffer.from(salt, 'base64'), key: Buffer.from(key, 'base64') };
  return printHash(hash) === text ? hash : null;
}
