import { ImapFlow } from 'imapflow'
import type { MailAccount } from '#kernel/config'
import type { AccountLogin, Credentials } from './account-login.ts'
import { IDLE_MS_MAX, POLL_MS, SILENT_MS_MAX } from './limits.ts'

/** How soon after the last command the server is asked to tell by itself what comes. */
const IDLE_AFTER_MS = 50

/** A connection to the account's IMAP server, logged in. Fails when it cannot be. A token that is refused is replaced once. */
export async function connectImap(account: MailAccount, login: AccountLogin): Promise<ImapFlow> {
  const credentials = await login.credentials()
  try {
    return await connectAs(account, credentials)
  } catch (cause) {
    const others = isRefusal(cause) ? await login.others(credentials) : undefined
    if (!others) throw cause
    return connectAs(account, others)
  }
}

function isRefusal(cause: unknown): boolean {
  return (cause as { authenticationFailed?: boolean }).authenticationFailed === true
}

async function connectAs({ imap: server, address }: MailAccount, credentials: Credentials): Promise<ImapFlow> {
  const { host, port, security, user = address } = server
  const imap = new ImapFlow({
    ...{ host, port, secure: security === 'tls', logger: false, emitLogs: false },
    ...(security === 'starttls' && { doSTARTTLS: true }),
    ...(security === 'none' && { doSTARTTLS: false }),
    auth: { user, ...proofOf(credentials) },
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

function proofOf(credentials: Credentials): { readonly accessToken?: string; readonly pass?: string } {
  if (credentials.is === 'token') return { accessToken: credentials.token }
  return credentials.password === undefined ? {} : { pass: credentials.password }
}

/** Where an account's mails come. */
export function inboxOf({ imap }: MailAccount): string {
  return imap.folder ?? 'INBOX'
}

/** Where what an account has sent is kept. */
export function sentFolderOf({ imap }: MailAccount): string {
  return imap.sentFolder ?? 'Sent'
}
