import { ImapFlow } from 'imapflow'
import type { MailAccount } from '#kernel/config'
import type { MailContext } from './context.ts'
import { IDLE_MS_MAX, POLL_MS, SILENT_MS_MAX } from './limits.ts'

/** How soon after the last command the server is asked to tell by itself what comes. */
const IDLE_AFTER_MS = 50

/** A connection to the account's IMAP server, logged in. Fails when it cannot be. */
export async function connectImap(account: MailAccount, context: MailContext): Promise<ImapFlow> {
  const { host, port, security, user } = account.imap
  const pass = account.secret === undefined ? undefined : await context.password(account.secret)
  const imap = new ImapFlow({
    ...{ host, port, secure: security === 'tls', logger: false, emitLogs: false },
    ...(security === 'starttls' && { doSTARTTLS: true }),
    ...(security === 'none' && { doSTARTTLS: false }),
    auth: { user: user ?? account.address, ...(pass !== undefined && { pass }) },
    autoIdleDelay: IDLE_AFTER_MS,
    // It also says how often a server without IDLE is asked.
    maxIdleTime: Math.min(POLL_MS, IDLE_MS_MAX),
    ...{ connectionTimeout: SILENT_MS_MAX, greetingTimeout: SILENT_MS_MAX, socketTimeout: SILENT_MS_MAX * 2 },
  } as ConstructorParameters<typeof ImapFlow>[0])
  // An error is told by whatever is under way; without a listener it would end the process.
  imap.on('error', () => imap.close())
  await imap.connect()
  return imap
}

/** Where an account's mails come. */
export function inboxOf({ imap }: MailAccount): string {
  return imap.folder ?? 'INBOX'
}

/** Where what an account has sent is kept. */
export function sentFolderOf({ imap }: MailAccount): string {
  return imap.sentFolder ?? 'Sent'
}
