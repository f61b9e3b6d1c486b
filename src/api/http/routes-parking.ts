import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { InteractionSchema, type InteractionView, ParkSchema, PickUpSchema } from '#api/contract'
import { viewInteraction } from '#api/live'
import type { Interaction } from '#kernel/interaction'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts } from './ports.ts'
import { control, controlSchema } from './routes-call-control.ts'
import { DoneSchema, doneOf, party, viewFor } from './routes-interaction-actions.ts'
import type { Server } from './server-type.ts'
import { askerOf, demand, has, requirePrimary } from './who.ts'

/** Calls that somebody leaves for others to take: parked ones, and those that ring elsewhere. */
export function addParking(api: Server, ports: HttpApiPorts): void {
  const park = controlSchema('Let the call wait where anybody can take it', ParkSchema.nullish())
  api.post('/interactions/:id/park', park, (request) =>
    control(ports, request, {
      command: (interaction) => {
        const { slot, participant } = request.body ?? {}
        return { type: 'Park', ...party(request, interaction, participant), ...(slot === undefined ? {} : { slot }) }
      },
    }),
  )
  const nothing = z.strictObject({}).nullish()
  api.post('/interactions/:id/unpark', controlSchema('Take a parked call: your phone rings', nothing), (request) =>
    control(ports, request, {
      right: 'view-own',
      command: ({ id }) => ({ type: 'Unpark', interaction: id, user: askerOf(request).user.name }),
    }),
  )
  const list = { schema: { summary: 'Calls that are parked', response: { 200: z.array(InteractionSchema) } } }
  api.get('/parked', list, async (request) => {
    const views: InteractionView[] = []
    for (const interaction of ports.centre.state().interactions.values()) {
      const { phase } = interaction
      if (phase.state === 'held' && phase.parked) views.push(viewFor(request, viewInteraction(interaction)))
    }
    return views
  })
  addPickUp(api, ports)
}

function addPickUp(api: Server, ports: HttpApiPorts): void {
  const nothing = z.strictObject({}).nullish()
  const summary = 'Take what rings elsewhere or waits: your phone rings'
  api.post('/interactions/:id/pick-up', controlSchema(summary, nothing), (request) =>
    control(ports, request, {
      right: 'view-own',
      command: (interaction) => {
        demandPickUp(ports, request, interaction)
        return { type: 'PickUp', interaction: interaction.id, user: askerOf(request).user.name }
      },
    }),
  )
  const ringing = {
    schema: { summary: 'Take what rings at a colleague', body: PickUpSchema, response: { 200: DoneSchema } },
  }
  api.post('/pick-up', ringing, async (request) => {
    requirePrimary(ports)
    const { agents, interactions } = ports.centre.state()
    const rings = agents.get(request.body.user)?.work.find((one) => one.state === 'offered')
    const interaction = rings && interactions.get(rings.interaction)
    if (interaction?.phase.state !== 'offered') {
      throw API_ERRORS['api.invalid']({ path: '/user', problem: 'nothing rings there' })
    }
    demandPickUp(ports, request, interaction)
    const user = askerOf(request).user.name
    const { events } = await ports.centre.submit([{ type: 'PickUp', interaction: interaction.id, user }])
    if (events.length === 0) throw API_ERRORS['api.unfitting']({ interaction: interaction.id, state: 'offered' })
    return doneOf(ports, request, interaction.id)
  })
}

/** All may take what rings at somebody of their own group. */
function demandPickUp(ports: HttpApiPorts, request: FastifyRequest, { phase }: Interaction): void {
  if (has(request, 'pick-up')) return
  const { users } = ports.centre.state().configuration
  const own = users.get(askerOf(request).user.name)?.groups ?? []
  const rung = phase.state === 'offered' ? [phase, ...(phase.others ?? [])] : []
  const shared = rung.some(({ user }) => users.get(user)?.groups?.some((group) => own.includes(group)))
  if (!shared) demand(request, 'pick-up')
}
