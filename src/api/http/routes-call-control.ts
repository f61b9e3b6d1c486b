import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import {
  ConsultSchema,
  InviteSchema,
  JoinSchema,
  KeypadSchema,
  MuteSchema,
  PartySchema,
  SuperviseSchema,
} from '#api/contract'
import { newId } from '#base'
import type { CentreCommand } from '#kernel/centre'
import { isSupervisionAnnounced } from '#kernel/config'
import { type Interaction, isLive, participantOf } from '#kernel/interaction'
import type { Right } from '#kernel/permission'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts } from './ports.ts'
import { DoneSchema, demandNumber, doneOf, IdParams, isParty, openOf, party } from './routes-interaction-actions.ts'
import type { Server } from './server-type.ts'
import { askerOf, demand, requirePrimary } from './who.ts'

type Asked = FastifyRequest<{ Params: { id: string } }>

/** One thing that a person does with a call. */
export interface Control {
  /** What it is about; undefined when it holds already, so that there is nothing to do. */
  command(interaction: Interaction): CentreCommand | undefined
  /** Who may do it; its parties, and those who may act for others, unless told. */
  readonly right?: Right
  /** The interaction that the answer shows, when it is another one. */
  readonly shows?: string
}

/** The schema of a route that does something with one call. */
export function controlSchema<B extends z.ZodType>(summary: string, body: B) {
  return { schema: { summary, params: IdParams, body, response: { 200: DoneSchema } } }
}

/** Does something with one call, and shows how it stands then. */
export async function control(ports: HttpApiPorts, request: Asked, { command, right, shows }: Control) {
  requirePrimary(ports)
  const { id } = request.params
  const interaction = await openOf(ports, id)
  if (right !== undefined) demand(request, right)
  else if (!isParty(request, interaction)) demand(request, 'end-interaction')
  const wanted = command(interaction)
  if (wanted) {
    const { events } = await ports.centre.submit([wanted])
    if (events.length === 0) throw API_ERRORS['api.unfitting']({ interaction: id, state: interaction.phase.state })
  }
  return doneOf(ports, request, shows ?? id)
}

/** What is done with a call while it lasts, by those who lead it and by those who supervise it. */
export function addCallControl(api: Server, ports: HttpApiPorts): void {
  addTalkControl(api, ports)
  addConsulting(api, ports)
  addSupervision(api, ports)
}

function addTalkControl(api: Server, ports: HttpApiPorts): void {
  api.post('/interactions/:id/mute', controlSchema('Let nobody hear you, or again', MuteSchema.nullish()), (request) =>
    control(ports, request, {
      command: (interaction) => {
        const { participant: named, muted = true } = request.body ?? {}
        const who = party(request, interaction, named)
        const is = participantOf(interaction, who.participant)?.muted ?? false
        return is === muted ? undefined : { type: 'Mute', ...who, muted }
      },
    }),
  )
  api.post('/interactions/:id/release', controlSchema('Let one party go', PartySchema.nullish()), (request) =>
    control(ports, request, {
      command: (interaction) => {
        const named = request.body?.participant
        if (named === undefined) return { type: 'Release', ...party(request, interaction, undefined) }
        const found = participantOf(interaction, named)
        if (!found)
          throw API_ERRORS['api.invalid']({ path: '/participant', problem: 'is no party of this interaction' })
        // Who listens is let go by nobody who is not to know.
        if (found.supervises && found.user !== askerOf(request).user.name) demand(request, 'monitor')
        return isLive(found) ? { type: 'Release', interaction: interaction.id, participant: named } : undefined
      },
    }),
  )
  api.post('/interactions/:id/keypad', controlSchema('Key digits in to the others', KeypadSchema), (request) =>
    keyIn(ports, request, request.body),
  )
  const invite = controlSchema('Call one more into the conversation', InviteSchema)
  api.post('/interactions/:id/invite', invite, (request) => {
    const { to, participant } = request.body
    demandNumber(ports, request, to)
    return control(ports, request, {
      command: (interaction) => ({ type: 'Invite', ...party(request, interaction, participant), to }),
    })
  })
}

/** Digits go to a flow of ours as if the phone had sent them, else to the other parties; never into the log. */
async function keyIn(ports: HttpApiPorts, request: Asked, { digits, id: key, participant }: Keypad) {
  requirePrimary(ports)
  const interaction = await openOf(ports, request.params.id)
  if (!isParty(request, interaction)) demand(request, 'end-interaction')
  const who = party(request, interaction, participant)
  if (interaction.phase.state === 'in-flow' || interaction.phase.state === 'queued') {
    await ports.centre.submit([...digits].map((digit) => ({ type: 'PressDigit', ...who, digit })))
    return doneOf(ports, request, interaction.id)
  }
  const { events } = await ports.centre.submit([{ type: 'SendDigits', ...who, count: digits.length }])
  const { state } = interaction.phase
  if (events.length === 0) throw API_ERRORS['api.unfitting']({ interaction: interaction.id, state })
  await ports.calls?.()?.sendDigits({ ...who, id: key ?? newId('k'), digits })
  return doneOf(ports, request, interaction.id)
}

type Keypad = z.infer<typeof KeypadSchema>

function addConsulting(api: Server, ports: HttpApiPorts): void {
  const summary = 'Call somebody while the others are on hold; the answer shows the consultation'
  api.post('/interactions/:id/consult', controlSchema(summary, ConsultSchema), (request) => {
    const { to, id: consultation = newId('ix'), participant: named } = request.body
    demandNumber(ports, request, to)
    return control(ports, request, {
      shows: consultation,
      command: (interaction) => {
        const known = ports.centre.state().interactions.get(consultation)
        if (known?.consults === interaction.id) return undefined
        if (known) throw API_ERRORS['api.invalid']({ path: '/id', problem: 'this id is taken' })
        return { type: 'Consult', ...party(request, interaction, named), consultation, to }
      },
    })
  })
  const back = controlSchema('End the consultation and go back to those on hold', PartySchema.nullish())
  api.post('/interactions/:id/reconnect', back, (request) =>
    control(ports, request, {
      command: (interaction) => ({ type: 'Reconnect', ...party(request, interaction, request.body?.participant) }),
    }),
  )
  const joins = [
    ['transfer/complete', 'Join', 'Leave, and let the others and the consulted talk'],
    ['conference', 'Conference', 'Make one conversation of the call and its consultation'],
  ] as const
  for (const [path, type, what] of joins) {
    api.post(`/interactions/:id/${path}`, controlSchema(what, JoinSchema.nullish()), (request) =>
      control(ports, request, {
        command: (interaction) => {
          const { consulted, participant } = request.body ?? {}
          const first = party(request, interaction, participant)
          return { type, ...first, ...consultedBy(ports, interaction, { ...first, consulted }) }
        },
      }),
    )
  }
}

/** The other conversation of a party, and its part in it: the one that it consults by unless it is named. */
function consultedBy(
  ports: HttpApiPorts,
  interaction: Interaction,
  { participant, consulted }: { readonly participant: string; readonly consulted: string | undefined },
): { readonly consulted: string; readonly consultedParticipant: string } {
  const { interactions, agents } = ports.centre.state()
  const user = participantOf(interaction, participant)?.user
  const works = user === undefined ? [] : (agents.get(user)?.work ?? [])
  for (const { interaction: id, participant: own } of works) {
    const other = interactions.get(id)
    if (!other || id === interaction.id || (consulted !== undefined && id !== consulted)) continue
    if (consulted === undefined && other.consults !== interaction.id) continue
    return { consulted: id, consultedParticipant: own }
  }
  throw API_ERRORS['api.invalid']({ path: '/consulted', problem: 'there is no such consultation' })
}

const RIGHT_OF = { listen: 'monitor', coach: 'coach', join: 'barge', 'take-over': 'take-over' } as const

function addSupervision(api: Server, ports: HttpApiPorts): void {
  const summary = 'Listen, coach, join or take over: your phone rings unless you are there'
  api.post('/interactions/:id/supervise', controlSchema(summary, SuperviseSchema), (request) => {
    const { mode } = request.body
    return control(ports, request, {
      right: RIGHT_OF[mode],
      command: (interaction) => {
        const user = askerOf(request).user.name
        const own = interaction.participants.find((one) => one.user === user && one.kind === 'supervisor')
        if (own && isLive(own) && (own.supervises?.mode ?? 'join') === mode) return undefined
        const announced = isSupervisionAnnounced(ports.centre.state().configuration.parameters)
        return { type: 'Supervise', interaction: interaction.id, user, mode, announced }
      },
    })
  })
}
