/**
 * Issue 6: 1,000 chats at once, a line a second each, on one core of a whole system (log in PostgreSQL, history, a backup). Every chat is open in two pages of its
 * visitor: one writes, and told is how long a line takes until the other one shows it. Both sides are in this process, so what it needs of the
 * machine is in the times as well; the peer is the same without the system: an HTTP server in this machine that only hands lines on.
 */
import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { Agent, type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { startSystem } from '../test/kit/system.ts'
import { machine, processCpuMs } from './support-processes.ts'

const CHATS = 1_000
const LINES_PER_S = 1
const SECONDS = 15
const WARM_UP_SECONDS = 5
const P99_MS_MAX = 150
/** A line that is not there by then never comes. */
const LATE_MS = 20_000

const LIMIT =
  'processor: each line is a request, an event in the log, and a message to every open page; load and system share this machine'

/** Where lines are written and read. */
interface Place {
  readonly port: number
  /** A new chat. */
  begin(index: number): Promise<Chat>
}

/** A chat of a visitor behind an address of its own, as a balancer would say. */
interface Chat {
  readonly id: string
  readonly token: string
  readonly address: string
}

export async function run(print: (line: string) => void = console.log): Promise<void> {
  const relay = await startRelay()
  const peer = await measure(relay.place, () => 0)
  relay.close()
  const system = await startSystem({ environment: { TANDEM_TRUSTED_PROXIES: '127.0.0.1' } })
  try {
    const port = Number(new URL(system.http).port)
    const core = system.pid('core')
    const figures = await measure({ port, begin: (index) => beginChat(port, index) }, () => processCpuMs(core))
    const size = { chats: CHATS, linesPerSecond: CHATS * LINES_PER_S, limitP99Ms: P99_MS_MAX }
    print(JSON.stringify({ bench: 'chats.delivery', ...size, ...figures, peer, limit: LIMIT, machine: machine() }))
  } finally {
    await system.stop()
  }
}

async function measure(place: Place, cpuMs: () => number) {
  const writers = new Agent({ keepAlive: true, maxSockets: 64 })
  const sentAt = new Map<string, number>()
  const latencies: number[] = []
  const chats: Chat[] = []
  const streams: IncomingMessage[] = []
  for (let index = 0; index < CHATS; index++) {
    const chat = await place.begin(index)
    chats.push(chat)
    streams.push(
      await follow(place.port, chat, (line) => {
        const at = sentAt.get(line)
        if (at === undefined) return
        sentAt.delete(line)
        latencies.push(performance.now() - at)
      }),
    )
  }
  let refused = 0
  const write = async (seconds: number) => {
    const begun = performance.now()
    const pending: Promise<void>[] = []
    for (let n = 0; n < CHATS * LINES_PER_S * seconds; n++) {
      const early = begun + (n / (CHATS * LINES_PER_S)) * 1_000 - performance.now()
      if (early > 1) await new Promise((resolve) => setTimeout(resolve, early))
      const id = `line-${randomBytes(8).toString('hex')}`
      sentAt.set(id, performance.now())
      pending.push(
        post(
          place.port,
          chats[n % CHATS]!,
          { id, text: 'A line of a usual length, as people write them in a chat.' },
          writers,
        ).then((status) => {
          if (status === 200) return
          refused++
          sentAt.delete(id)
        }),
      )
    }
    await Promise.all(pending)
    const end = performance.now() + LATE_MS
    while (sentAt.size > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await write(WARM_UP_SECONDS)
  latencies.length = 0
  const before = cpuMs()
  await write(SECONDS)
  const spent = cpuMs() - before
  for (const stream of streams) stream.destroy()
  writers.destroy()
  latencies.sort((a, b) => a - b)
  const at = (share: number) => Math.round((latencies[Math.floor(latencies.length * share)] ?? Number.NaN) * 10) / 10
  return {
    figure: at(0.99),
    unit: 'ms from writing a line until another page has it, p99',
    p50Ms: at(0.5),
    delivered: latencies.length,
    lost: sentAt.size,
    refused,
    cpuPercentOfOneCore: Math.round(spent / (SECONDS * 10)),
  }
}

async function beginChat(port: number, index: number): Promise<Chat> {
  const address = addressOf(index)
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/chats`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify({ key: randomBytes(16).toString('hex'), queue: 'support', name: `Visitor ${index}` }),
  })
  if (response.status !== 201)
    throw new Error(`chat ${index} was answered with ${response.status}: ${await response.text()}`)
  return { ...((await response.json()) as { id: string; token: string }), address }
}

function addressOf(index: number): string {
  return `10.0.${index >> 8}.${index & 255}`
}

/** The stream of a chat; tells the ids of the lines that come. */
function follow(port: number, { id, token, address }: Chat, line: (id: string) => void): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request({
      port,
      host: '127.0.0.1',
      path: `/api/v1/chats/${id}/stream`,
      headers: { authorization: `Bearer ${token}`, 'x-forwarded-for': address },
      agent: false,
    })
    asked.on('error', reject)
    asked.on('response', (response) => {
      response.setEncoding('utf8')
      response.on('data', (text: string) => {
        for (const [found] of text.matchAll(/line-[0-9a-f]{16}/g)) line(found)
      })
      response.on('error', () => {})
      resolve(response)
    })
    asked.end()
  })
}

function post(port: number, { id, token, address }: Chat, body: object, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'x-forwarded-for': address,
    }
    const asked = request({
      port,
      host: '127.0.0.1',
      method: 'POST',
      path: `/api/v1/chats/${id}/messages`,
      headers,
      agent,
    })
    asked.on('error', reject)
    asked.on('response', (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
    asked.end(JSON.stringify(body))
  })
}

async function startRelay(): Promise<{ readonly place: Place; close(): void }> {
  const child = fork(join(import.meta.dirname, 'support-line-relay.ts'))
  const port = await new Promise<number>((resolve) => child.once('message', (message) => resolve(Number(message))))
  const begin = async (index: number) => ({ id: `chat-${index}`, token: 'none', address: addressOf(index) })
  return { place: { port, begin }, close: () => void child.kill() }
}
