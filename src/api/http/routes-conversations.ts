import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { IdSchema, ResponseSchema } from '#api/contract'
import { fillResponse, responsesFor } from '#kernel/config'
import { queueOf } from '#kernel/interaction'
import { addConversationSide } from './conversation-side.ts'
import type { Conversations } from './conversations.ts'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'
import { askerOf, demand } from './who.ts'

/** The side of the agents: those who take part write; who may see the work of others reads. */
export function addConversationRoutes(api: Server, ports: HttpApiPorts, conversations: Conversations): void {
  addResponses(api, ports)
  addConversationSide(api, ports, conversations, {
    path: '/interactions/:id/conversation',
    reader: 'agents',
    may: (request, id) => mayReadConversation(ports, request, id),
    userOf: (request) => askerOf(request).user.name,
  })
}

/** What agents may put into what they write (DIG-06), with who and what it is about filled in. */
function addResponses(api: Server, ports: HttpApiPorts): void {
  const schema = {
    summary: 'What you may say in this work without typing it',
    params: z.object({ id: IdSchema }),
    response: { 200: z.object({ items: z.array(ResponseSchema) }) },
  }
  api.get('/interactions/:id/responses', { schema }, async (request) => {
    const { id } = request.params
    await mayReadConversation(ports, request, id)
    const { configuration, interactions } = ports.centre.state()
    const open = interactions.get(id)
    if (!open) throw API_ERRORS['api.no-such']({ what: 'open interaction', name: id })
    const queue = queueOf(open)
    const values = { customer: open.from, agent: askerOf(request).user.displayName, ...(queue && { queue }) }
    const found = responsesFor(configuration.responses.values(), queue)
    return { items: found.map(({ name, title, text }) => ({ name, title, text: fillResponse(text, values) })) }
  })
}

/** A party reads its own; for the others' one must be allowed to see them. */
export async function mayReadConversation(
  { centre, history }: HttpApiPorts,
  request: FastifyRequest,
  id: string,
): Promise<void> {
  const own = askerOf(request).user.name
  const open = centre.state().interactions.get(id)
  const participants = open?.participants ?? (await history.interaction(id))?.participants ?? []
  if (!participants.some(({ user }) => user === own)) demand(request, open ? 'view-live' : 'view-history')
}
