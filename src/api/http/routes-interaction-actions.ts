import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import {
  ActorSchema,
  AttemptOutcomeSchema,
  CompleteSchema,
  ExtendWrapUpSchema,
  IdSchema,
  InteractionSchema,
  type InteractionView,
  PartySchema,
  TransferSchema,
  WrapUpSchema,
} from '#api/contract'
import { viewInteraction, withoutHidden } from '#api/live'
import { type CentreCommand, calledBy, dialledBy } from '#kernel/centre'
import { trunksFor } from '#kernel/config'
import { type Interaction, isLive } from '#kernel/interaction'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'
import { askerOf, demand, has, requirePrimary } from './who.ts'

export const IdParams = z.object({ id: IdSchema })

/** Whether a number is called by a user, or what is there already is handed on to it. */
type NumberUse = 'call' | 'hand-on'

/** Fails, at the place where it stands, for a number that leads nowhere, and for one outside where the asking user may not call. */
export function demandNumber(
  ports: HttpApiPorts,
  request: FastifyRequest,
  to: string,
  use: NumberUse = 'hand-on',
): void {
  const { configuration } = ports.centre.state()
  const leads = use === 'call' ? calledBy : dialledBy
  if (leads(configuration, askerOf(request).user.name, to)) return
  if (trunksFor(configuration, to).length > 0) demand(request, 'call-outside')
  throw API_ERRORS['api.invalid']({ path: '/to', problem: 'this number leads nowhere' })
}

/** Either how it stands afterwards, or that it is closed now. */
export const DoneSchema = z.object({ id: z.string(), state: z.string(), interaction: InteractionSchema.nullable() })

/** What is to be done to an open interaction, by a party of it or by somebody who may act for others. */
export function addInteractionActions(api: Server, ports: HttpApiPorts): void {
  const schema = <B extends z.ZodType>(summary: string, body: B) => ({
    schema: { summary, params: IdParams, body, response: { 200: DoneSchema } },
  })
  const Party = PartySchema.nullish()
  api.post('/interactions/:id/end', schema('End an interaction', z.strictObject({}).nullish()), (request) =>
    act(ports, request, (interaction) => ({
      type: 'End',
      interaction: interaction.id,
      by: askerOf(request).user.name,
    })),
  )
  api.post('/interactions/:id/hold', schema('Put the other party on hold', Party), (request) =>
    act(ports, request, (interaction) => ({ type: 'Hold', ...party(request, interaction, request.body?.participant) })),
  )
  api.post('/interactions/:id/retrieve', schema('Take the other party back from hold', Party), (request) =>
    act(ports, request, (interaction) => ({
      type: 'Retrieve',
      ...party(request, interaction, request.body?.participant),
    })),
  )
  api.post('/interactions/:id/transfer', schema('Transfer to a number, unannounced', TransferSchema), (request) =>
    act(ports, request, (interaction) => {
      const { to, mailbox, participant } = request.body
      demandNumber(ports, request, to)
      return { type: 'Transfer', ...party(request, interaction, participant), to, ...(mailbox && { mailbox }) }
    }),
  )
  addWorkActions(api, ports)
  api.post(
    '/interactions/:id/wrap-up',
    schema('End the work after an interaction', WrapUpSchema.nullish()),
    (request) =>
      act(ports, request, (interaction) => {
        const { code, user } = request.body ?? {}
        return {
          type: 'EndWrapUp',
          interaction: interaction.id,
          user: user ?? askerOf(request).user.name,
          ...(code === undefined ? {} : { code }),
        }
      }),
  )
}

/** What an agent does with an offer and with work that needs no phone. */
function addWorkActions(api: Server, ports: HttpApiPorts): void {
  const actions = [
    ['accept', 'Accept', 'Take what you are offered; a call is taken by phone'],
    ['decline', 'Decline', 'Refuse what you are offered'],
  ] as const
  for (const [path, type, summary] of actions) {
    const body = ActorSchema.nullish()
    const schema = { summary, params: IdParams, body, response: { 200: DoneSchema } }
    api.post(`/interactions/:id/${path}`, { schema }, (request) =>
      act(ports, request, ({ id }) => ({ type, interaction: id, user: actorOf(request, request.body?.user) })),
    )
  }
  const complete = {
    summary: 'Say that the work is done; a call ends by phone',
    params: IdParams,
    body: CompleteSchema.nullish(),
    response: { 200: DoneSchema },
  }
  api.post('/interactions/:id/complete', { schema: complete }, (request) =>
    act(ports, request, ({ id }) => {
      const { user, outcome } = request.body ?? {}
      const did = { type: 'Complete', interaction: id, user: actorOf(request, user) } as const
      return outcome === undefined ? did : { ...did, outcome }
    }),
  )
  const outcome = { params: IdParams, body: AttemptOutcomeSchema, response: { 200: DoneSchema } }
  const summary = 'Say how the call to the customer of a callback ended'
  api.post('/interactions/:id/outcome', { schema: { summary, ...outcome } }, (request) =>
    act(ports, request, ({ id }) => {
      const { user, outcome } = request.body
      return { type: 'SettleAttempt', interaction: id, user: actorOf(request, user), outcome }
    }),
  )
  const extend = {
    summary: 'Ask for more time for the work after an interaction',
    params: IdParams,
    body: ExtendWrapUpSchema,
    response: { 200: DoneSchema },
  }
  api.post('/interactions/:id/wrap-up/extend', { schema: extend }, (request) =>
    act(ports, request, ({ id }) => {
      const { user, byMs } = request.body
      return { type: 'ExtendWrapUp', interaction: id, user: actorOf(request, user), byMs }
    }),
  )
}

/** Naming another is acting for them. */
function actorOf(request: FastifyRequest, named: string | undefined): string {
  const own = askerOf(request).user.name
  if (named !== undefined && named !== own) demand(request, 'end-interaction')
  return named ?? own
}

async function act(
  ports: HttpApiPorts,
  request: FastifyRequest<{ Params: { id: string } }>,
  commandOf: (interaction: Interaction) => CentreCommand,
): Promise<z.infer<typeof DoneSchema>> {
  requirePrimary(ports)
  const { id } = request.params
  const interaction = await openOf(ports, id)
  if (!isParty(request, interaction)) demand(request, 'end-interaction')
  const command = commandOf(interaction)
  if (command.type === 'EndWrapUp' && command.user !== askerOf(request).user.name) demand(request, 'end-interaction')
  const { events } = await ports.centre.submit([command])
  if (events.length === 0) throw API_ERRORS['api.unfitting']({ interaction: id, state: interaction.phase.state })
  return doneOf(ports, request, id)
}

/** How an interaction stands now, as the asking user may see it. */
export function doneOf(ports: HttpApiPorts, request: FastifyRequest, id: string): z.infer<typeof DoneSchema> {
  const after = ports.centre.state().interactions.get(id)
  return {
    id,
    state: after?.phase.state ?? 'closed',
    interaction: after ? viewFor(request, viewInteraction(after)) : null,
  }
}

/** A view for the asking user: with those who listen unannounced for who may listen as well. */
export function viewFor<V extends Pick<InteractionView, 'participants'>>(request: FastifyRequest, view: V): V {
  return has(request, 'monitor') ? view : withoutHidden(view, askerOf(request).user.name)
}

export async function openOf({ centre, history }: HttpApiPorts, id: string): Promise<Interaction> {
  const interaction = centre.state().interactions.get(id)
  if (interaction) return interaction
  const known = await history.interaction(id)
  throw known
    ? API_ERRORS['api.over']({ interaction: id })
    : API_ERRORS['api.no-such']({ what: 'interaction', name: id })
}

export function isParty(request: FastifyRequest, interaction: Interaction): boolean {
  return interaction.participants.some(
    (one) => one.user === askerOf(request).user.name && (isLive(one) || one.wrapUp !== undefined),
  )
}

export function party(request: FastifyRequest, interaction: Interaction, named: string | undefined) {
  const found = interaction.participants.find((one) =>
    named === undefined ? one.user === askerOf(request).user.name && isLive(one) : one.id === named,
  )
  if (!found) throw API_ERRORS['api.not-a-party']({ interaction: interaction.id })
  // Naming another's part is acting for them.
  if (found.user !== askerOf(request).user.name) demand(request, 'end-interaction')
  return { interaction: interaction.id, participant: found.id }
}
