import { z } from 'zod'

/** What a mail says besides its text, as it stands in a conversation. */
export const MailHeadSchema = z.object({
  subject: z.string(),
  from: z.string(),
  to: z.array(z.string()),
  cc: z.array(z.string()),
  html: z.boolean().describe('whether there is formatted text to be shown'),
  omitted: z.array(z.string()).describe('what was too large or too much, in words'),
  automatic: z.enum(['reply', 'bounce']).nullable().describe('no person wrote it'),
  forwards: z.string().nullable().describe('the mail of this conversation that it passes on, quoted under its text'),
  aside: z.boolean().describe('with somebody whom a mail was passed on to: the customer has not seen it'),
  follows: z.string().nullable().describe('the interaction of the same thread before'),
})
