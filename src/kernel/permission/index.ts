export { BUILT_IN_ROLES, RIGHT_NAMES, type Right } from '#kernel/config'
export { mayDo, rightsOf } from './permission.ts'
