import type { Attachment, ParsedMail } from 'mailparser'

/** What a mail's head says of how it came to be. */
export interface AutomaticSigns {
  /** No person wrote it. `bounce`: it says that a mail was not delivered. */
  readonly automatic?: 'reply' | 'bounce'
  /** The Message-ID of the mail that was not delivered, and why. */
  readonly bounced?: { readonly messageId: string; readonly reason: string }
  readonly spam: boolean
}

/** Heads that programs put on what they send by themselves (RFC 3834, RFC 2369, RFC 2919, and what is usual). */
const LISTED = ['list', 'list-id', 'list-unsubscribe', 'x-autoreply', 'x-autorespond', 'x-loop', 'feedback-id']
const BULK = /^\s*(bulk|list|junk|auto_reply)\b/i
const MACHINES = /^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|notifications?)([+-].*)?@/i
const REASON_CHARS_MAX = 300

/** Whether an answer by a machine would begin a loop, whether it is a bounce and of what, and whether the mail server takes it for spam. */
export function signsOf(parsed: ParsedMail): AutomaticSigns {
  const bounced = bouncedBy(parsed)
  const report = reportType(parsed)
  const isBounce = bounced !== undefined || report === 'delivery-status'
  const automatic = isBounce ? 'bounce' : isAutomatic(parsed) ? 'reply' : undefined
  return {
    ...(automatic !== undefined && { automatic }),
    ...(bounced && { bounced }),
    spam: /^\s*yes\b/i.test(said(parsed, 'x-spam-flag')) || /^\s*yes\b/i.test(said(parsed, 'x-spam-status')),
  }
}

function isAutomatic(parsed: ParsedMail): boolean {
  const { headers, from } = parsed
  const submitted = said(parsed, 'auto-submitted').trim().toLowerCase()
  if (submitted !== '' && !submitted.startsWith('no')) return true
  if (LISTED.some((name) => headers.has(name)) || BULK.test(said(parsed, 'precedence'))) return true
  if (/\b(all|oof|autoreply)\b/i.test(said(parsed, 'x-auto-response-suppress'))) return true
  // Without a way back nobody waits for an answer.
  const returnPath = parsed.headerLines.find(({ key }) => key === 'return-path')?.line ?? ''
  if (/^return-path:\s*<>/i.test(returnPath)) return true
  return MACHINES.test(from?.value[0]?.address ?? '')
}

function reportType({ headers }: ParsedMail): string | undefined {
  const type = headers.get('content-type') as { value?: string; params?: Record<string, string> } | undefined
  return type?.value === 'multipart/report' ? type.params?.['report-type']?.toLowerCase() : undefined
}

/** What RFC 3464 says of the failure: only `failed`, as what is late comes yet. */
function bouncedBy({ attachments }: ParsedMail): AutomaticSigns['bounced'] {
  const status = textOf(attachments.find(({ contentType }) => contentType === 'message/delivery-status'))
  if (!/^action:\s*failed/im.test(status)) return undefined
  const original = textOf(
    attachments.find(({ contentType }) => contentType === 'message/rfc822' || contentType === 'text/rfc822-headers'),
  )
  const messageId = /^message-id:\s*(<[^<>\s]{1,248}>)/im.exec(original)?.[1]
  if (messageId === undefined) return undefined
  const diagnostic = /^diagnostic-code:\s*(.*)$/im.exec(status)?.[1] ?? /^status:\s*(.*)$/im.exec(status)?.[1]
  return { messageId, reason: (diagnostic ?? 'not delivered').trim().slice(0, REASON_CHARS_MAX) }
}

/** The beginning is enough: heads stand there. */
function textOf(attachment: Attachment | undefined): string {
  return attachment?.content.toString('latin1', 0, 65_536) ?? ''
}

function said({ headers }: ParsedMail, name: string): string {
  const value = headers.get(name)
  return typeof value === 'string' ? value : Array.isArray(value) ? String(value[0]) : ''
}
