export * from './alert-watch.ts'
export * from './view-alert.ts'
