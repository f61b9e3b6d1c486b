import type { z } from 'zod'
import { ChangePrioritySchema, MoveSchema } from '#api/contract'
import type { CentreCommand } from '#kernel/centre'
import type { Interaction } from '#kernel/interaction'
import type { HttpApiPorts } from './ports.ts'
import { control, controlSchema } from './routes-call-control.ts'
import type { Server } from './server-type.ts'
import { askerOf } from './who.ts'

/** Whoever runs the shift brings what waits or talks elsewhere, or lets it be served sooner or later where it is. */
export function addMove(api: Server, ports: HttpApiPorts): void {
  const summary = 'Move what waits or talks to another queue or to a person'
  api.post('/interactions/:id/move', controlSchema(summary, MoveSchema), (request) =>
    control(ports, request, {
      right: 'end-interaction',
      command: (interaction) => {
        const { to, expects, note } = request.body
        if (isThere(interaction, to)) return undefined
        return {
          ...{ type: 'Move', interaction: interaction.id, by: askerOf(request).user.name, to: targetOf(to) },
          ...(expects !== undefined && { expects }),
          ...(note !== undefined && { note }),
        }
      },
    }),
  )
  const prioritise = controlSchema('Give what waits in a queue another priority', ChangePrioritySchema)
  api.post('/interactions/:id/priority', prioritise, (request) =>
    control(ports, request, {
      right: 'end-interaction',
      command: (interaction) => {
        const { priority, note } = request.body
        if (hasPriority(interaction, priority)) return undefined
        return {
          ...{ type: 'ChangePriority', interaction: interaction.id, by: askerOf(request).user.name, priority },
          ...(note !== undefined && { note }),
        }
      },
    }),
  )
}

/** Asked for twice, it has it already. */
function hasPriority({ phase }: Interaction, priority: number): boolean {
  const isWaiting = phase.state === 'queued' || phase.state === 'offered'
  return isWaiting && phase.queue !== undefined && phase.priority === priority
}

type Target = z.infer<typeof MoveSchema>['to']

/** Asked for twice, it has arrived already. */
function isThere({ phase }: Interaction, to: Target): boolean {
  return 'queue' in to && to.place !== 'front' && phase.state === 'queued' && phase.queue === to.queue
}

function targetOf(to: Target): Extract<CentreCommand, { type: 'Move' }>['to'] {
  return 'queue' in to ? { type: 'queue', ...to } : { type: 'user', ...to }
}
