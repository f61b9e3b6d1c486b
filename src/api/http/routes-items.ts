import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import {
  FILE_BYTES_MAX,
  IdSchema,
  ItemChangeSchema,
  ItemSchema,
  type ItemView,
  MessageFileSchema,
  moment,
} from '#api/contract'
import { viewInteraction } from '#api/live'
import { fileBlobKey, type Interaction, isLive, type WorkItem } from '#kernel/interaction'
import type { Conversations } from './conversations.ts'
import { API_ERRORS } from './errors.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'
import { askerOf, demand, has, requirePrimary } from './who.ts'

const IdParams = z.object({ id: IdSchema })
const FileQuery = z.strictObject({ name: z.string().min(1).max(200) })
const DocumentParams = z.object({ id: IdSchema, hash: z.string().regex(/^[0-9a-f]{64}$/) })

/** What a process says of an item, beside its subject and its place. */
type Said = z.infer<typeof ItemChangeSchema> & { readonly form?: string | undefined }

/** Work items (DIG-14): what they are about, their form as it is filled in, their documents. */
export function addItemRoutes(api: Server, ports: HttpApiPorts, conversations: Conversations): void {
  addDocuments(api, ports, conversations)
  const params = IdParams
  api.get(
    '/interactions/:id/item',
    {
      schema: {
        summary: 'A work item: its form, its documents, when it is due',
        params,
        response: { 200: ItemSchema },
      },
    },
    async (request) => {
      const open = openItem(ports, request.params.id)
      if (!isPartyOf(open, request)) demand(request, 'view-live')
      return viewItem(ports, open)
    },
  )
  api.patch(
    '/interactions/:id/item',
    {
      schema: {
        summary: 'Change a work item, or keep what was filled in so far; what is not said stays as it is',
        ...{ params, body: ItemChangeSchema, response: { 200: ItemSchema } },
      },
    },
    async (request) => {
      requirePrimary(ports)
      const open = openItem(ports, request.params.id)
      const works = open.participants.some(
        (one) => one.user === askerOf(request).user.name && isLive(one) && one.connection === 'connected',
      )
      if (!works) demand(request, 'end-interaction')
      const { subject, dueAt, priority } = request.body
      const { form: _, dueAt: due, ...said } = (await itemOf(conversations, { ...request.body, dueAt })) ?? {}
      await ports.centre.submit([
        {
          ...{ type: 'ChangeItem', interaction: open.id, by: askerOf(request).user.name, ...said },
          ...(subject !== undefined && { subject }),
          ...(priority !== undefined && { priority }),
          ...(dueAt !== undefined && { dueAt: due ?? 0 }),
        },
      ])
      return viewItem(ports, openItem(ports, open.id))
    },
  )
}

function addDocuments(api: Server, ports: HttpApiPorts, conversations: Conversations): void {
  // Files come as they are, here as in conversations, which have said how such a body is read.
  api.post(
    '/documents',
    {
      bodyLimit: FILE_BYTES_MAX,
      schema: {
        summary: 'Upload a document as application/octet-stream, for work items that name it',
        ...{ querystring: FileQuery, response: { 201: MessageFileSchema } },
      },
    },
    async (request, reply) => {
      demand(request, 'create-interaction')
      requirePrimary(ports)
      reply.code(201)
      return conversations.putFile(request.body as Buffer, request.query.name)
    },
  )
  api.get(
    '/interactions/:id/item/documents/:hash',
    { schema: { summary: 'A document of a work item', params: DocumentParams } },
    async (request, reply) => {
      const { id, hash } = request.params
      const open = openItem(ports, id)
      if (!isPartyOf(open, request)) demand(request, 'view-live')
      const file = open.item?.documents?.find((one) => one.hash === hash)
      const found = file && (await ports.blobs.get(fileBlobKey(hash)))
      if (!file || !found) throw API_ERRORS['api.no-such']({ what: 'document', name: hash })
      return reply
        .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`)
        .header('content-security-policy', "default-src 'none'; sandbox")
        .header('content-length', String(found.stat.sizeBytes))
        .type(file.type)
        .send(found.body)
    },
  )
}

/** The interaction of a process's own name for an item. */
export function itemId(id: string): string {
  return `ix-${createHash('sha256').update(`item ${id}`).digest('hex').slice(0, 24)}`
}

/** What the kernel is told of an item; undefined when nothing is said. Fails for a document that was never uploaded. */
export async function itemOf(conversations: Conversations, said: Said): Promise<WorkItem | undefined> {
  const { form, values, dueAt, documents } = said
  const files = documents && (await conversations.filesOf(documents))
  const item = {
    ...(form !== undefined && { form }),
    ...(values && { values }),
    ...(dueAt && { dueAt: Date.parse(dueAt) }),
    ...(files && { documents: files }),
  }
  return Object.keys(item).length === 0 ? undefined : item
}

function openItem({ centre }: HttpApiPorts, id: string): Interaction {
  const open = centre.state().interactions.get(id)
  if (open?.medium !== 'work-item') throw API_ERRORS['api.no-such']({ what: 'open work item', name: id })
  return open
}

function isPartyOf({ participants }: Interaction, request: FastifyRequest): boolean {
  return has(request, 'view-live') || participants.some(({ user }) => user === askerOf(request).user.name)
}

function viewItem({ centre }: HttpApiPorts, interaction: Interaction): ItemView {
  const { id, subject, item = {} } = interaction
  const form = item.form === undefined ? undefined : centre.state().configuration.forms.get(item.form)
  return {
    ...{ id, subject: subject ?? null, values: { ...item.values } },
    form: form
      ? {
          ...{ name: form.name, title: form.title },
          fields: form.fields.map(({ name, title, type, required = false, choices = [] }) => ({
            ...{ name, title, type, required, choices: [...choices] },
          })),
        }
      : null,
    dueAt: item.dueAt === undefined ? null : moment(item.dueAt),
    ...{ overdue: item.isOverdue === true, documents: [...(item.documents ?? [])], outcome: item.outcome ?? null },
    priority: viewInteraction(interaction).priority ?? null,
  }
}
