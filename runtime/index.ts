export { DecisionFailed, type DriveOptions, decide } from './drive.js';
export { makeEnvironment } from './environment.js';
export { type Configuration, loadConfiguration, settingsFile } from './load-configuration.js';
export { ConfigError } from './policy-store.js';
export { World } from './world.js';
