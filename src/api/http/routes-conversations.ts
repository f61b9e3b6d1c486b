import type { FastifyRequest } from 'fastify'
import { addConversationSide } from './conversation-side.ts'
import type { Conversations } from './conversations.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'
import { askerOf, demand } from './who.ts'

/** The side of the agents: those who take part write; who may see the work of others reads. */
export function addConversationRoutes(api: Server, ports: HttpApiPorts, conversations: Conversations): void {
  addConversationSide(api, ports, conversations, {
    path: '/interactions/:id/conversation',
    reader: 'agents',
    may: (request, id) => mayRead(ports, request, id),
    userOf: (request) => askerOf(request).user.name,
  })
}

/** A party reads its own; for the others' one must be allowed to see them. */
async function mayRead({ centre, history }: HttpApiPorts, request: FastifyRequest, id: string): Promise<void> {
  const own = askerOf(request).user.name
  const open = centre.state().interactions.get(id)
  const participants = open?.participants ?? (await history.interaction(id))?.participants ?? []
  if (!participants.some(({ user }) => user === own)) demand(request, open ? 'view-live' : 'view-history')
}
