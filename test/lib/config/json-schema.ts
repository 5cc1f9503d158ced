/*
 * The part of JSON Schema 2020-12 that config/pmdf.schema.json uses; an unknown keyword is an error.
 */
import assert from 'node:assert/strict';

type Schema = Readonly<Record<string, unknown>>;

/** Reads a JSON object. */
export function objectOf(value: unknown): Schema {
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value));
  return { ...value };
}

function listOf(value: unknown): readonly unknown[] {
  assert.ok(Array.isArray(value));
  return value;
}

const annotations = new Set(['$schema', '$defs', 'title', 'description', 'default']);

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}

function hasType(value: unknown, type: unknown): boolean {
  return type === 'integer' ? Number.isInteger(value) : typeOf(value) === type;
}

/** Follows `#/$defs/name`. */
export function referred(root: Schema, reference: unknown): Schema {
  const name = /^#\/\$defs\/(\w+)$/.exec(String(reference))?.[1];
  assert.ok(name !== undefined, `no reference: ${reference}`);
  return objectOf(objectOf(root['$defs'])[name]);
}

function fitsMember(root: Schema, schema: Schema, key: string, value: unknown): boolean {
  const named = objectOf(schema['properties'] ?? {});
  const byPattern = Object.entries(objectOf(schema['patternProperties'] ?? {})).filter(([pattern]) =>
    new RegExp(pattern, 'u').test(key),
  );
  const schemas = [...(Object.hasOwn(named, key) ? [named[key]] : []), ...byPattern.map(([, one]) => one)];
  if (schemas.length === 0) return schema['additionalProperties'] !== false;
  return schemas.every((one) => fits(root, objectOf(one), value));
}

function fitsKeyword(root: Schema, schema: Schema, keyword: string, value: unknown): boolean {
  const rule = schema[keyword];
  switch (keyword) {
    case '$ref':
      return fits(root, referred(root, rule), value);
    case 'type':
      return (Array.isArray(rule) ? rule : [rule]).some((type) => hasType(value, type));
    case 'enum':
      return listOf(rule).includes(value);
    case 'const':
      return rule === value;
    case 'oneOf':
      return listOf(rule).filter((one) => fits(root, objectOf(one), value)).length === 1;
    case 'minimum':
      return typeof value !== 'number' || value >= Number(rule);
    case 'maximum':
      return typeof value !== 'number' || value <= Number(rule);
    case 'pattern':
      return typeof value !== 'string' || new RegExp(String(rule), 'u').test(value);
    case 'maxLength':
      return typeof value !== 'string' || Array.from(value).length <= Number(rule);
    case 'minItems':
      return !Array.isArray(value) || value.length >= Number(rule);
    case 'maxItems':
      return !Array.isArray(value) || value.length <= Number(rule);
    case 'items':
      return !Array.isArray(value) || value.every((item) => fits(root, objectOf(rule), item));
    case 'prefixItems':
      return (
        !Array.isArray(value) ||
        listOf(rule).every((one, index) => index >= value.length || fits(root, objectOf(one), value[index]))
      );
    case 'required':
      return (
        typeOf(value) !== 'object' || listOf(rule).every((key) => Object.hasOwn(objectOf(value), String(key)))
      );
    case 'properties':
    case 'patternProperties':
    case 'additionalProperties':
      return (
        typeOf(value) !== 'object' ||
        Object.entries(objectOf(value)).every(([key, one]) => fitsMember(root, schema, key, one))
      );
    default:
      assert.ok(annotations.has(keyword), `unknown keyword ${keyword}`);
      return true;
  }
}

/** Tells whether a value fits a schema. */
export function fits(root: Schema, schema: Schema, value: unknown): boolean {
  return Object.keys(schema).every((keyword) => fitsKeyword(root, schema, keyword, value));
}
