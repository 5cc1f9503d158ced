export { pmdfMapping } from './mapping/pmdf-mapping.js';
export { testMapping } from './mapping/test-mapping.js';
