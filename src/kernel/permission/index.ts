export { mayDo, RIGHTS, type Right } from './permission.ts'
