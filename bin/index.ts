export { defaultSource, directionOption, knownChannel, runRewrite } from './test-rewrite.js';
