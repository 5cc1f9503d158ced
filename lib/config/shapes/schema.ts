/*
 * The part of JSON Schema that shapes use, and the keys that a schema names.
 * Ref: JSON Schema 2020-12
 */
type JsonType = 'string' | 'number' | 'integer' | 'boolean' | 'null' | 'array' | 'object';

/** A JSON Schema. */
export interface Schema {
  readonly deprecated?: boolean;
  readonly description?: string;
  readonly type?: JsonType | readonly JsonType[];
  readonly enum?: readonly string[];
  readonly const?: boolean | string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly prefixItems?: readonly Schema[];
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
  readonly properties?: { readonly [key: string]: Schema };
  readonly patternProperties?: { readonly [pattern: string]: Schema };
  readonly anyOf?: readonly Schema[];
  readonly default?: unknown;
}

/** Keys by name, each with the keys below it. */
export type KeyTree = ReadonlyMap<string, KeyTree>;

/** The schemas of what a value of this schema may consist of, or be. */
function partsOf({ items, prefixItems = [], anyOf = [], patternProperties = {} }: Schema): readonly Schema[] {
  return [
    ...(items === undefined ? [] : [items]),
    ...prefixItems,
    ...anyOf,
    ...Object.values(patternProperties),
  ];
}

/** The keys that a schema names. Keys that the site chooses (ports, channels, tables) are not among them. */
export function keyTree(schema: Schema): KeyTree {
  const keys = new Map<string, KeyTree>();
  for (const part of partsOf(schema)) {
    for (const [key, below] of keyTree(part)) keys.set(key, below);
  }
  for (const [key, below] of Object.entries(schema.properties ?? {})) keys.set(key, keyTree(below));
  return keys;
}
