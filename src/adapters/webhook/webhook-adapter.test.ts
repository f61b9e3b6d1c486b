import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Clock, silentLogger, systemClock } from '#base'
import type { CentreEvent } from '#kernel/centre'
import { type Configuration, initialConfiguration, type Webhook } from '#kernel/config'
import { MemoryLease } from '#seams/lease'
import { MemoryLog } from '#seams/log'
import { MemoryWebhookPositions } from '#seams/store'
import { eventTypeOf, isWanted } from './event-type.ts'
import { TargetGate } from './target-gate.ts'
import { type CommittedPart, WebhookAdapter } from './webhook-adapter.ts'

const SECRET = 'a secret of enough characters'
const BEFORE = 'the secret before that one'
const SECRETS = new Map([
  ['crm', SECRET],
  ['crm-old', BEFORE],
])

/** Delays are a hundredth of what they are, so that a test need not wait for a backoff; answers are waited for in real time. */
const hasty: Clock = { ...systemClock, after: (delayMs, call) => systemClock.after(delayMs / 100, call) }

interface Got {
  readonly id: string
  readonly type: string
  readonly sequence: number
  readonly body: string
  readonly headers: IncomingMessage['headers']
}

const open: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

/** A receiver that answers each request as it is told to; what it took (2xx) stands in `got`. */
async function receiver(answer: (event: Got, response: ServerResponse, tries: number) => void) {
  const got: Got[] = []
  const tried: Got[] = []
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    const { id, type, sequence } = JSON.parse(body)
    const event = { id, type, sequence: Number(sequence), body, headers: request.headers }
    tried.push(event)
    response.on('finish', () => response.statusCode < 300 && got.push(event))
    answer(event, response, tried.filter((one) => one.id === id).length)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push({
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  })
  const { port } = server.address() as AddressInfo
  return { got, tried, server, url: `http://127.0.0.1:${port}/in` }
}

const take = (_: Got, response: ServerResponse) => response.writeHead(204).end()

/** A log with what cores make of it: each core has its own adapter on the same log and positions. */
async function installation(webhook: Partial<Webhook> & { readonly url: string }, answerMsMax = 30_000) {
  const lease = new MemoryLease(systemClock)
  const log = new MemoryLog(lease)
  const positions = new MemoryWebhookPositions()
  const full: Webhook = { name: 'crm', events: ['tandem.interaction.*'], secret: 'crm', ...webhook }
  let version = 1
  let configured: readonly Webhook[] = [full]
  const listeners = new Set<(part: CommittedPart) => void>()
  const { term } = (await lease.acquire('core1', 3_600_000))!
  let life = 0
  const configuration = (): Configuration => ({
    ...initialConfiguration().configuration,
    version,
    webhooks: new Map(configured.map((one) => [one.name, one])),
  })
  /** A core that is primary in the next term. What it keeps after it was killed is kept nowhere. */
  const core = (allowed = ['127.0.0.1']) => {
    life++
    const own = { dead: false }
    const untilDeath: typeof positions.save = (position, of) =>
      own.dead ? new Promise(() => {}) : positions.save(position, of)
    const adapter = new WebhookAdapter({
      ...{ configuration, log, term: life, clock: hasty, logger: silentLogger },
      positions: {
        list: () => positions.list(),
        claim: (...of) => positions.claim(...of),
        remove: (...of) => positions.remove(...of),
        save: untilDeath,
      },
      lastChange: () => ({ version, at: 0 }),
      follow: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      decode: ({ body }) => JSON.parse(body),
      gate: new TargetGate(allowed),
      secretOf: async (name) => SECRETS.get(name),
      answerMsMax,
    })
    adapter.start()
    open.push({ close: async () => (own.dead ? undefined : adapter.close()) })
    return Object.assign(adapter, {
      kill() {
        own.dead = true
        void adapter.close()
      },
    })
  }
  return {
    ...{ log, positions, core },
    webhook: full,
    async append(...events: CentreEvent[]) {
      const after = await log.head()
      const at = systemClock.now()
      await log.append({ term, after, records: events.map((event) => ({ at, body: JSON.stringify(event) })) })
      const placed = events.map((event, index) => ({ sequence: after + 1 + index, term, at, event }))
      for (const listener of listeners) listener({ from: after + 1, to: after + events.length, events: placed })
    },
    change(next: readonly Webhook[]) {
      version++
      configured = next
      for (const listener of listeners) listener({ from: 1, to: 0, events: [] })
    },
  }
}

const queued = (interaction: string): CentreEvent => ({
  ...{ type: 'Queued', interaction, queue: 'sales', priority: 1, enteredAt: 0, visit: 1, prompts: [] },
})
const chosen: CentreEvent = { type: 'StatusChosen', user: 'agent1', status: 'ready' }

describe('webhooks', () => {
  it('are told what they ask for, in order and once, signed by every secret that is in use', async () => {
    const { got, url } = await receiver(take)
    const world = await installation({ url, secretBefore: 'crm-old' })
    await world.append(queued('a'), chosen, queued('b'))
    world.core()
    await vi.waitFor(() => expect(got).toHaveLength(2), 60_000)
    await world.append(chosen)
    await world.append(queued('c'))
    await vi.waitFor(() => expect(got).toHaveLength(3), 60_000)
    expect(got.map(({ sequence }) => sequence)).toEqual([1, 3, 5])
    const event = JSON.parse(got[0]!.body)
    expect(event).toMatchObject({ specversion: '1.0', type: 'tandem.interaction.queued', subject: 'a' })
    expect(event.data).toMatchObject({ interaction: 'a', queue: 'sales' })
    const { headers, body } = got[0]!
    expect(headers['content-type']).toMatch(/^application\/cloudevents\+json/)
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
    const of = (secret: string) => `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`
    expect(headers['webhook-signature']).toBe(`${of(SECRET)} ${of(BEFORE)}`)
    expect(JSON.stringify(got)).not.toContain(SECRET)
  })

  it('repeat what is not taken, with the same id and before what follows: errors, redirects, silence, a lie about the size', async () => {
    const answers: ((response: ServerResponse) => void)[] = [
      (response) => response.writeHead(500).end(),
      (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      (response) => response.writeHead(404).end('no'),
      (response) => response.destroy(),
      () => {},
    ]
    const { got, tried, url } = await receiver((event, response, tries) => {
      const answer = event.sequence === 1 ? answers[tries - 1] : undefined
      if (answer) answer(response)
      else take(event, response)
    })
    // Silence is one of the answers: long enough that no other answer of a busy machine is taken for it.
    const world = await installation({ url }, 3_000)
    const core = world.core()
    await world.append(queued('a'), queued('b'))
    // The receiver has it before the sender knows.
    await vi.waitFor(() => expect(core.positions()).toMatchObject([{ sequence: 2, failures: 0 }]), 60_000)
    expect(got).toHaveLength(2)
    expect(tried.map(({ sequence }) => sequence)).toEqual([1, 1, 1, 1, 1, 1, 2])
    expect(new Set(tried.slice(0, 6).map(({ id }) => id)).size).toBe(1)
    expect(core.positions()[0]).not.toHaveProperty('problem')
  })

  it('take the status of an answer whose body never ends as it says', async () => {
    const { tried, url } = await receiver((_, response) => {
      response.writeHead(200, { 'content-length': '1000000000' })
      response.write('x'.repeat(200_000))
    })
    const world = await installation({ url })
    const core = world.core()
    await world.append(queued('a'), queued('b'))
    await vi.waitFor(() => expect(core.positions()).toMatchObject([{ sequence: 2 }]), 60_000)
    expect(tried).toHaveLength(2)
  })

  it('stop at a receiver that is gone (410) until they are changed, and then lose nothing', async () => {
    let gone = true
    const { got, tried, url } = await receiver((_, response) => response.writeHead(gone ? 410 : 200).end())
    const world = await installation({ url })
    const core = world.core()
    await world.append(queued('a'))
    await vi.waitFor(async () => expect(await world.positions.list()).toMatchObject([{ goneVersion: 1 }]), 60_000)
    await world.append(queued('b'), chosen)
    expect(core.positions()).toMatchObject([{ sequence: 0, problem: expect.stringContaining('410') }])
    gone = false
    world.change([{ ...world.webhook, url: `${url}/2` }])
    await vi.waitFor(() => expect(got).toHaveLength(2), 60_000)
    expect(tried.map(({ sequence }) => sequence)).toEqual([1, 1, 2])
  })

  it('go on where they were when their core is killed, before an answer or after: one comes twice, none is lost', async () => {
    const killed = new Set<number>()
    let core: { kill(): void } | undefined
    const next = (sequence: number) => {
      killed.add(sequence)
      core?.kill()
      core = world.core()
    }
    const { got, tried, url } = await receiver((event, response) => {
      const isTime = event.sequence % 5 === 0 && !killed.has(event.sequence)
      if (isTime && event.sequence % 2 === 0) next(event.sequence)
      else if (isTime) response.on('finish', () => next(event.sequence))
      take(event, response)
    })
    const world = await installation({ url })
    const events = 40
    await world.append(...Array.from({ length: events }, (_, n) => queued(`i${n}`)))
    core = world.core()
    await vi.waitFor(() => expect(got.some(({ sequence }) => sequence === events)).toBe(true), 60_000)
    expect(killed.size).toBe(8)
    const firsts = tried.filter((one, index) => tried.findIndex(({ id }) => id === one.id) === index)
    expect(firsts.map(({ sequence }) => sequence)).toEqual(Array.from({ length: events }, (_, n) => n + 1))
    const repeated = tried.filter((one, index) => tried.findIndex(({ id }) => id === one.id) !== index)
    expect(repeated.every(({ sequence }) => killed.has(sequence))).toBe(true)
    expect(repeated.length).toBeLessThanOrEqual(killed.size)
  })

  it('are not sent by a core whose term is over', async () => {
    const { tried, url } = await receiver(take)
    const world = await installation({ url })
    const late = world.core()
    await vi.waitFor(() => expect(late.positions()).toHaveLength(1), 60_000)
    await world.positions.claim('crm', 99, 0)
    await world.append(queued('a'), queued('b'))
    await vi.waitFor(() => expect(tried).toHaveLength(1), 60_000)
    await world.append(queued('c'))
    await late.close()
    expect(tried).toHaveLength(1)
    expect(await world.positions.list()).toMatchObject([{ sequence: 0 }])
  })

  it('are not sent without a good secret, nor into networks that nobody allowed; both are said in words', async () => {
    const { tried, url } = await receiver(take)
    const world = await installation({ url, secret: 'missing' })
    const core = world.core()
    await world.append(queued('a'))
    await vi.waitFor(
      () => expect(core.positions()).toMatchObject([{ problem: expect.stringContaining('secrets/missing') }]),
      60_000,
    )
    await core.close()
    const strict = await installation({ url })
    expect(await strict.core([]).test(strict.webhook)).toMatchObject({
      is: 'failed',
      problem: expect.stringContaining('127.0.0.1'),
    })
    expect(tried).toHaveLength(0)
  })

  it('can be tried with an event that stands in no log', async () => {
    const { got, url } = await receiver(take)
    const world = await installation({ url })
    expect(await world.core().test(world.webhook)).toEqual({ is: 'taken', status: 204 })
    expect(got).toMatchObject([{ type: 'tandem.webhook.test' }])
  })

  it('are forgotten when they are removed, and begin at their own time when they come again', async () => {
    const { url } = await receiver(take)
    const world = await installation({ url, paused: true })
    const core = world.core()
    await vi.waitFor(async () => expect(await world.positions.list()).toHaveLength(1), 60_000)
    expect(core.positions()).toEqual([])
    world.change([])
    await vi.waitFor(async () => expect(await world.positions.list()).toEqual([]), 60_000)
  })
})

describe('names of events outside', () => {
  it('are made of their own names', () => {
    expect(eventTypeOf(queued('a'))).toBe('tandem.interaction.queued')
    expect(eventTypeOf({ type: 'InteractionClosed', interaction: 'a', reason: 'ended' })).toBe(
      'tandem.interaction.closed',
    )
    expect(eventTypeOf(chosen)).toBe('tandem.agent.status-chosen')
    expect(eventTypeOf({ type: 'ConfigurationChanged', version: 1, by: 'a', changes: [] })).toBe(
      'tandem.configuration.changed',
    )
    expect(eventTypeOf({ type: 'AlertRaised', queue: 'a' } as never)).toBe('tandem.alert.raised')
  })

  it('is never what colleagues write to each other, whatever is asked for', () => {
    const line = { type: 'RoomWritten', room: 'r1', line: 'l1', number: 1, from: 'ada', text: 'between us' } as const
    for (const wanted of ['tandem.*', `${eventTypeOf(line)}`]) expect(isWanted(line, [wanted])).toBe(false)
    expect(isWanted(queued('a'), ['tandem.*'])).toBe(true)
  })
})
