/*
 * config/pmdf.schema.json, made from the shape of pmdf.yaml.
 */
import { settingsShape } from '../../lib/config/parse-settings.js';

/** The schema of pmdf.yaml. */
export const settingsSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'pmdf.yaml',
  description: 'Settings of haraka-plugin-pmdf. A setting that is left out has its default.',
  ...settingsShape.schema,
};

/** The text of config/pmdf.schema.json. */
export function settingsSchemaFile(): string {
  return `${JSON.stringify(settingsSchema, null, 2)}\n`;
}
