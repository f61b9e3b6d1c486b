export { cleanHtml } from './clean-html.ts'
export type { MailCounters, MailSequencer } from './context.ts'
export { type MailAccountStatus, MailAdapter, type MailAdapterOptions } from './mail-adapter.ts'
export { type ReadMail, readMail } from './read-mail.ts'
