export type { MailCounters, MailSequencer } from './context.ts'
export { type MailAccountStatus, MailAdapter, type MailAdapterOptions } from './mail-adapter.ts'
