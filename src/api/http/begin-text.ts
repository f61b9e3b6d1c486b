import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { Rate } from '#api/chats'
import type { NewInteractionSchema } from '#api/contract'
import { agentOf } from '#api/live'
import type { Clock } from '#base'
import { queueOf } from '#kernel/interaction'
import { PARTS_OUT_MAX, partyKey, SMS_ERRORS, type SmsParty, textParts } from '#kernel/sms'
import { API_ERRORS } from './errors.ts'
import { slow } from './open-routes.ts'
import type { HttpApiPorts, SmsPort } from './ports.ts'
import { askerOf, demand } from './who.ts'

/** Nobody looks up a number and types to it faster; what begins more is a script, and each text costs money. */
const BEGUN_MAX = 10
const BEGUN_WITHIN_MS = 60_000

/** How often each user may begin a conversation. */
export function beginningRate(clock: Clock): Rate {
  return new Rate(clock, BEGUN_MAX, BEGUN_WITHIN_MS)
}

type NewText = Extract<z.infer<typeof NewInteractionSchema>, { type: 'text' }>

/**
 * An agent writes to a number first: the contact, its first line, the thread of the number and the text that leaves are one append. A number with
 * which a conversation goes on is not written to beside it.
 */
export async function beginText(
  ports: Pick<HttpApiPorts, 'centre'> & { readonly sms: SmsPort },
  request: FastifyRequest,
  { account: name, to: number, text }: NewText,
  begun: { readonly interaction: string; readonly rate: Rate },
): Promise<void> {
  const { centre, sms } = ports
  const { interaction } = begun
  const user = askerOf(request).user.name
  demand(request, 'write-outside')
  const account = centre.state().configuration['sms-accounts'].get(name)
  if (!account) throw API_ERRORS['api.invalid']({ path: '/account', problem: 'there is no such account' })
  const { parts } = textParts(text)
  if (parts.length > PARTS_OUT_MAX) throw SMS_ERRORS['sms.too-long']({ parts: parts.length, most: PARTS_OUT_MAX })
  const party = { account: name, number }
  const after = demandNoneOpen(ports, party)
  slow(begun.rate, user)
  const message = `begun-${interaction}`
  await sms.submit([
    {
      machine: 'centre',
      command: {
        ...{ type: 'BeginContact', interaction, medium: 'sms', user },
        ...{ from: account.address, to: number, queue: account.queue },
      },
    },
    { machine: 'centre', command: { type: 'SendMessage', interaction, message, user, text } },
    { machine: 'sms', command: { type: 'BeginThread', party, interaction, ...(after !== undefined && { after }) } },
    {
      machine: 'sms',
      command: {
        type: 'WriteText',
        // A provider that is reached by HTTP divides texts itself.
        text: { ...party, id: message, interaction, user, parts: account.smpp ? parts : [text] },
      },
    },
  ])
}

/** The last conversation with the number; fails when it goes on. */
function demandNoneOpen(
  { centre, sms }: Pick<HttpApiPorts, 'centre'> & { readonly sms: SmsPort },
  party: SmsParty,
): string | undefined {
  const last = sms.state().threads.get(partyKey(party))
  const open = last === undefined ? undefined : centre.state().interactions.get(last)
  if (open && open.phase.state !== 'wrapping-up') {
    const whom = agentOf(open) ?? queueOf(open) ?? ''
    throw SMS_ERRORS['sms.open']({ number: party.number, interaction: open.id, whom })
  }
  return last
}
