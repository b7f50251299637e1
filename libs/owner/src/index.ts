export { OwnerFolder } from './owner-folder.js';
