export { askedTables, namedTables, tablesAskedBy, withoutUnasked } from './asked-tables.js';
export { parseSettings } from './parse-settings.js';
export {
  type EditLines,
  type PolicySources,
  type PolicySyntax,
  parseSources,
  parseSourcesInSlices,
} from './parse-sources.js';
export {
  type AuthSettings,
  type BuiltInSourceRoutes,
  type DatabaseSetting,
  type DatabaseSettings,
  type DeliveryMethod,
  type DeliverySetting,
  defaultSettings,
  type FileSettings,
  type Listeners,
  type NextHop,
  type Settings,
  type SettingsFile,
} from './settings.js';
export { readYaml } from './yaml/read-yaml.js';
export { described, Findings, isNothing, quoted } from './yaml/shape.js';
export type { YamlEntry, YamlMapping, YamlNode } from './yaml/yaml-node.js';
