import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Rate } from '#api/chats'
import {
  IdSchema,
  NewRoomLineSchema,
  NewRoomSchema,
  RoomChangeSchema,
  RoomLinesQuerySchema,
  RoomLinesSchema,
  RoomReadSchema,
  RoomSchema,
  RoomTypingSchema,
} from '#api/contract'
import { RoomFollower, viewLine, viewRoom } from '#api/rooms'
import { newId } from '#base'
import { ROOM_ERRORS, roomFor, roomsOf } from '#kernel/room'
import { API_ERRORS } from './errors.ts'
import { EventStream } from './event-stream.ts'
import type { HttpApiPorts } from './ports.ts'
import type { Server } from './server-type.ts'
import { StreamWatch } from './stream-watch.ts'
import { askAgain, askerOf, requirePrimary } from './who.ts'

const Params = z.object({ id: IdSchema })

/** Nobody types faster; what comes faster is a loop. */
const LINES_MAX = 40
const LINES_WITHIN_MS = 20_000
/** Everybody of a large centre with a page or two. */
const STREAMS_MAX = 10_000
/** History is a few milliseconds behind as a rule; whoever reads what was just written waits for it this long. */
const HISTORY_WAIT_MS = 1_000

/** What colleagues write to each other (UCC-03, UCC-04). A room is its members' alone: nobody else is told that it exists. */
export function addRoomRoutes(api: Server, ports: HttpApiPorts): void {
  addReading(api, ports)
  addOpening(api, ports)
  addWriting(api, ports)
}

const askedBy = (request: FastifyRequest): string => askerOf(request).user.name

/** The room as whoever asks sees it; fails with a 404 for everybody else. */
function roomOf({ centre, typing }: HttpApiPorts, id: string, user: string, after = 0) {
  const { rooms, configuration } = centre.state()
  const room = roomFor(rooms, id, user)
  if (!room) throw ROOM_ERRORS['room.unknown']({ room: id })
  return viewRoom(room, user, { configuration, typing }, after)
}

function addReading(api: Server, ports: HttpApiPorts): void {
  const { centre, history, typing } = ports
  const list = { summary: 'Rooms that you are a member of', response: { 200: z.array(RoomSchema) } }
  api.get('/rooms', { schema: list }, async (request) => {
    const user = askedBy(request)
    const { rooms, configuration } = centre.state()
    return roomsOf(rooms, user).map((room) => viewRoom(room, user, { configuration, typing }, room.written - 1))
  })
  let streams = 0
  const watch = new StreamWatch(centre)
  const summary =
    'Your rooms as they are and as they change: server-sent events, each with the rooms that changed and the lines that are new'
  api.get('/rooms/stream', { schema: { summary } }, async (request, reply) => {
    if (streams >= STREAMS_MAX) throw API_ERRORS['api.too-fast']({ seconds: 5 })
    streams++
    const stream = new EventStream(() => {
      streams--
      unwatch()
      follower.close()
    })
    const unwatch = watch.add({ check: () => askAgain(request, ports), end: () => stream.abort() })
    const follower = new RoomFollower(ports, askedBy(request), (news) => stream.send('rooms', news))
    follower.begin()
    return stream.answer(reply)
  })
  const lines = {
    summary: 'What was written in a room, newest first, also long ago',
    params: Params,
    querystring: RoomLinesQuerySchema,
    response: { 200: RoomLinesSchema },
  }
  api.get('/rooms/:id/lines', { schema: lines }, async (request) => {
    const { id } = request.params
    roomOf(ports, id, askedBy(request))
    await history.reached(centre.sequence(), HISTORY_WAIT_MS)
    return { items: (await history.roomLines({ room: id, ...request.query })).map(viewLine) }
  })
}

function addOpening(api: Server, ports: HttpApiPorts): void {
  const { centre } = ports
  const demandUsers = (users: readonly string[]): void => {
    for (const user of users)
      if (!centre.state().configuration.users.has(user)) throw API_ERRORS['api.no-such']({ what: 'user', name: user })
  }
  const open = { summary: 'Open a room with colleagues', body: NewRoomSchema, response: { 200: RoomSchema } }
  api.post('/rooms', { schema: open }, async (request) => {
    requirePrimary(ports)
    const { with: others, name } = request.body
    const by = askedBy(request)
    demandUsers(others)
    const direct = others.length === 1 && name === undefined
    const room = direct ? directRoom(by, others[0]!) : newId('room')
    await centre.submit([{ type: 'OpenRoom', room, by, others, direct, ...(name !== undefined && { name }) }])
    return roomOf(ports, room, by)
  })
  const change = {
    summary: 'Name a group anew, call colleagues in, let some go, or leave it',
    params: Params,
    body: RoomChangeSchema,
  }
  api.patch('/rooms/:id', { schema: change }, async (request, reply) => {
    requirePrimary(ports)
    const { name, add, remove } = request.body
    demandUsers(add ?? [])
    const what = { ...(name !== undefined && { name }), ...(add && { add }), ...(remove && { remove }) }
    await centre.submit([{ type: 'ChangeRoom', room: request.params.id, by: askedBy(request), ...what }])
    return reply.code(204).send()
  })
}

function addWriting(api: Server, ports: HttpApiPorts): void {
  const { centre, clock } = ports
  const rate = new Rate(clock, LINES_MAX, LINES_WITHIN_MS)
  const write = {
    summary: 'Write a line; the same line again is the one that stands there',
    ...{ params: Params, body: NewRoomLineSchema, response: { 200: RoomSchema } },
  }
  api.post('/rooms/:id/lines', { schema: write }, async (request) => {
    requirePrimary(ports)
    const by = askedBy(request)
    const waitMs = rate.take(by)
    if (waitMs > 0) throw API_ERRORS['api.too-fast']({ seconds: Math.ceil(waitMs / 1_000) })
    const { id: room } = request.params
    const { id: line, text } = request.body
    await centre.submit([{ type: 'WriteInRoom', room, line, by, text }])
    ports.typing.type(room, by, false)
    const view = roomOf(ports, room, by)
    return { ...view, lines: view.lines.filter(({ id }) => id === line) }
  })
  const typing = { summary: 'Say that you are writing, or not any more', params: Params, body: RoomTypingSchema }
  api.post('/rooms/:id/typing', { schema: typing }, async (request, reply) => {
    const { id } = request.params
    const by = askedBy(request)
    roomOf(ports, id, by)
    ports.typing.type(id, by, request.body.typing)
    return reply.code(204).send()
  })
  const read = { summary: 'Say how far you have read', params: Params, body: RoomReadSchema }
  api.post('/rooms/:id/read', { schema: read }, async (request, reply) => {
    requirePrimary(ports)
    const { number } = request.body
    await centre.submit([{ type: 'ReadRoom', room: request.params.id, by: askedBy(request), number }])
    return reply.code(204).send()
  })
}

/** Two people have one room, whoever of them opens it first. */
function directRoom(one: string, other: string): string {
  const pair = [one, other].sort().join('\n')
  return `two-${createHash('sha256').update(pair).digest('hex').slice(0, 24)}`
}
