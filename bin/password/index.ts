export { passwordDelete, passwordSet, passwordShow, passwordTest } from '../password.js';
