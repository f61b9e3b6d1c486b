import { z } from 'zod'
import { MomentSchema } from './fields.ts'

/** What a page's softphone registers with: SIP over WebSocket (RFC 7118). The secret is no password, and ends with the log-in. */
export const SoftphoneSchema = z.object({
  /** Where the phone connects to. */
  url: z.string(),
  /** Whose phone it is. */
  uri: z.string(),
  /** The name and secret of digest authentication. */
  user: z.string(),
  secret: z.string(),
  /** Fetch another one in good time before. */
  expiresAt: MomentSchema,
})

/** What a page's softphone registers with. */
export type SoftphoneAccount = z.infer<typeof SoftphoneSchema>

/** Whether the page has a call that was given to it anew. */
export const CalledAnewSchema = z.object({ calledAnew: z.boolean() })

/** Whether the page has a call that was given to it anew. */
export type CalledAnew = z.infer<typeof CalledAnewSchema>

/** What a visitor's page calls with, who is nobody's phone. */
export const VisitorPhoneSchema = z.object({
  url: z.string(),
  uri: z.string(),
  /** What it calls. */
  number: z.string(),
})

/** What a visitor's page calls with. */
export type VisitorPhone = z.infer<typeof VisitorPhoneSchema>
