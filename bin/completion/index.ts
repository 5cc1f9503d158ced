export { completionOf } from '../completion.js';
