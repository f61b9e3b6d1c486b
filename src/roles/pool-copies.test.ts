import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { BLOB_HEADERS } from '#api/http'
import { silentLogger, VirtualClock } from '#base'
import { MemoryBlobs } from '#seams/blobs'
import { type KnownMember, PROOF_HEADER } from '#seams/members'
import { PoolBlobs } from './pool-blobs.ts'
import { PoolCopies } from './pool-copies.ts'
import { PoolPeers } from './pool-peers.ts'

const PROOF = 'a secret of the pool'
const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

const hashOf = (content: string) => createHash('sha256').update(content).digest('hex')
const keyOf = (content: string) => `files/${hashOf(content).slice(0, 2)}/${hashOf(content)}`

/** How another machine behaves: `lying` takes nothing and says that it did, and gives other content; `mute` never answers; `full` refuses. */
type Manner = 'good' | 'lying' | 'mute' | 'full'

/** Another machine, as its files are seen over HTTP. */
class Machine {
  readonly blobs = new MemoryBlobs(new VirtualClock())
  readonly asked: string[] = []
  manner: Manner = 'good'
  silent = false
  #server: Server | undefined
  readonly name: string

  constructor(name: string) {
    this.name = name
  }

  async start(): Promise<this> {
    const server = createServer(async (request, response) => {
      const key = (request.url ?? '').replace('/blobs/', '').split('?')[0]!
      this.asked.push(`${request.method} ${key}`)
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      if (this.manner === 'mute') return
      if (request.headers[PROOF_HEADER] !== PROOF) return void response.writeHead(404).end()
      if (request.method === 'PUT') return this.#take(key, Buffer.concat(chunks), response)
      const found = await this.blobs.get(key)
      if (!found) return void response.writeHead(404).end()
      const content = this.manner === 'lying' ? Buffer.from('something else') : found.body.read()
      response.writeHead(200, { [BLOB_HEADERS.size]: String(found.stat.sizeBytes) }).end(content)
    })
    this.#server = server
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    open.push({ close: () => this.die() })
    return this
  }

  async #take(
    key: string,
    content: Buffer,
    response: { writeHead(status: number, headers?: object): { end(): unknown } },
  ): Promise<void> {
    if (this.manner === 'full') return void response.writeHead(507).end()
    const sha256 = this.manner === 'lying' ? hashOf('something else') : (await this.blobs.put(key, content)).sha256
    response.writeHead(204, { [BLOB_HEADERS.sha256]: sha256 }).end()
  }

  die(): void {
    this.#server?.close()
    this.#server?.closeAllConnections()
  }

  core(): KnownMember {
    const { port } = (this.#server?.address() ?? { port: 1 }) as AddressInfo
    const pulse = { life: this.name, beat: 1, release: '1', startedAt: 0, silent: this.silent }
    return { name: `${this.name}-core`, node: this.name, role: 'core', http: `http://127.0.0.1:${port}`, ...pulse }
  }
}

/** One machine's own files and copies in a pool with those others. */
function centre(...others: Machine[]) {
  const clock = new VirtualClock()
  const own = new MemoryBlobs(clock)
  const members = [...others]
  let changed = (): void => {}
  // Addresses are those that machines had when they were met: one that died is still listed.
  const known = new Map(others.map((machine) => [machine, machine.core()]))
  const cores = () => members.map((machine) => ({ ...known.get(machine)!, silent: machine.silent }))
  const peers = new PoolPeers({ node: 'own', cores, proof: PROOF, logger: silentLogger })
  const copies = new PoolCopies({
    ...{ own, peers, clock, logger: silentLogger },
    onChanged: (listener) => {
      changed = listener
      return () => {}
    },
  })
  const blobs = new PoolBlobs({ own, peers, copies, logger: silentLogger })
  /** Lets that much time pass, in steps between which what is asked over the network may be answered. */
  const until = async (holds: () => boolean | Promise<boolean>, stepMs = 50): Promise<void> => {
    while (!(await holds())) {
      clock.advance(stepMs)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }
  const close = async () => {
    let over = false
    void copies.close().then(() => {
      over = true
    })
    await until(() => over)
  }
  open.push({ close })
  const join = (machine: Machine) => {
    known.set(machine, machine.core())
    members.push(machine)
    changed()
  }
  return { clock, own, blobs, copies, until, join, changed: () => changed() }
}

const has = async (machine: Machine, content: string) => (await machine.blobs.stat(keyOf(content))) !== undefined

async function textOf(blobs: PoolBlobs, content: string): Promise<string | undefined> {
  const found = await blobs.get(keyOf(content))
  return found && Buffer.concat(await found.body.toArray()).toString()
}

/** A machine that runs all tests may stand still for longer than an answer may take: then it is asked again. */
async function readSometime(blobs: PoolBlobs, content: string): Promise<string> {
  for (;;) {
    const text = await textOf(blobs, content)
    if (text !== undefined) return text
  }
}

describe('copies of files', () => {
  it('lie on another machine before who sent the file is told so (IR-17)', async () => {
    const other = await new Machine('other').start()
    const { blobs, copies } = centre(other)
    await blobs.put(keyOf('a letter'), Buffer.from('a letter'))
    expect(await has(other, 'a letter')).toBe(true)
    expect(copies.lacking).toBe(0)
  })

  it('are on one machine of several, and are found there', async () => {
    const machines = await Promise.all(['one', 'two', 'three'].map((name) => new Machine(name).start()))
    const { blobs, own } = centre(...machines)
    for (let n = 0; n < 12; n++) await blobs.put(keyOf(`letter ${n}`), Buffer.from(`letter ${n}`))
    const counts = await Promise.all(machines.map(async (one) => (await one.blobs.list('files/')).length))
    expect(counts.reduce((sum, count) => sum + count)).toBe(12)
    expect(Math.max(...counts)).toBeLessThan(12)
    await own.remove(keyOf('letter 7'))
    expect(await readSometime(blobs, 'letter 7')).toBe('letter 7')
  })

  it('are made of nothing whose name does not say its content', async () => {
    const other = await new Machine('other').start()
    const { blobs, copies } = centre(other)
    await blobs.put('recordings/r1.wav', Buffer.from('a long talk'))
    await blobs.put(`files/00/${hashOf('a letter')}`, Buffer.from('a letter'))
    expect([other.asked, copies.lacking]).toEqual([[], 0])
  })

  it('are taken by the next machine when one is dead, silent or full', async () => {
    for (const trouble of ['dead', 'silent', 'full'] as const) {
      const [first, second] = await Promise.all(['first', 'second'].map((name) => new Machine(name).start()))
      const { blobs, copies } = centre(first!, second!)
      if (trouble === 'dead') first!.die()
      if (trouble === 'silent') first!.silent = true
      if (trouble === 'full') first!.manner = 'full'
      for (let n = 0; n < 8; n++) await blobs.put(keyOf(`letter ${n}`), Buffer.from(`letter ${n}`))
      expect([trouble, (await second!.blobs.list('files/')).length]).toEqual([trouble, 8])
      expect(copies.lacking).toBe(0)
    }
  })

  it('are waited for no longer than a moment, and of others not at all while one is late', async () => {
    const other = await new Machine('other').start()
    const { blobs, clock, until } = centre(other)
    other.manner = 'mute'
    let told = false
    void blobs.put(keyOf('first'), Buffer.from('first')).then(() => {
      told = true
    })
    while (other.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    clock.advance(1_400)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(told).toBe(false)
    await until(() => told)
    const before = clock.monotonic()
    told = false
    void blobs.put(keyOf('second'), Buffer.from('second')).then(() => {
      told = true
    })
    await until(() => told)
    expect(clock.monotonic() - before).toBeLessThan(1_500)
  })

  it('that nobody took are made up for, whatever was wrong', async () => {
    for (const manner of ['full', 'lying'] as const) {
      const other = await new Machine('other').start()
      const { blobs, copies, until } = centre(other)
      other.manner = manner
      await blobs.put(keyOf('a letter'), Buffer.from('a letter'))
      expect([manner, copies.lacking]).toEqual([manner, 1])
      other.manner = 'good'
      await until(() => has(other, 'a letter'), 1_000)
      await until(() => copies.lacking === 0)
    }
  })

  it('are made at the start and for a machine that joins, of each file that has none', async () => {
    const [holds, joins] = await Promise.all(['holds', 'joins'].map((name) => new Machine(name).start()))
    const { own, copies, until, join } = centre(holds!)
    for (const content of ['held', 'not held']) await own.put(keyOf(content), Buffer.from(content))
    await holds!.blobs.put(keyOf('held'), Buffer.from('held'))
    holds!.manner = 'full'
    copies.start()
    await until(() => copies.lacking === 1)
    join(joins!)
    await until(() => has(joins!, 'not held'))
    await until(() => copies.lacking === 0)
    expect(await has(joins!, 'held')).toBe(false)
    expect(holds!.asked).not.toContain(`PUT ${keyOf('held')}`)
  })

  it('are made anew some minutes after the machine that had them went', async () => {
    const [gone, stays] = await Promise.all(['gone', 'stays'].map((name) => new Machine(name).start()))
    const { own, clock, copies, until, changed } = centre(gone!, stays!)
    await own.put(keyOf('a letter'), Buffer.from('a letter'))
    await gone!.blobs.put(keyOf('a letter'), Buffer.from('a letter'))
    copies.start()
    await until(() => gone!.asked.length + stays!.asked.length > 0)
    const before = clock.monotonic()
    gone!.silent = true
    gone!.die()
    changed()
    await until(() => has(stays!, 'a letter'), 5_000)
    expect(clock.monotonic() - before).toBeGreaterThan(9 * 60_000)
  })

  it('are counted as lacking while there is no other machine', async () => {
    const { own, blobs, copies, until } = centre()
    await own.put(keyOf('old'), Buffer.from('old'))
    await blobs.put(keyOf('new'), Buffer.from('new'))
    copies.start()
    await until(() => copies.lacking === 2)
  })

  it('are not made of a file that this disk has spoilt, nor of one that is too large', async () => {
    const other = await new Machine('other').start()
    const { own, copies, until } = centre(other)
    await own.put(keyOf('a letter'), Buffer.from('a lettre'))
    const large = Buffer.alloc(32 * 1024 * 1024 + 1)
    const hash = createHash('sha256').update(large).digest('hex')
    await own.put(`files/${hash.slice(0, 2)}/${hash}`, large)
    copies.start()
    await until(() => copies.lacking === 2)
    expect(other.asked.filter((asked) => asked.startsWith('PUT'))).toEqual([])
  })

  it('are not sent to who refuses them all, again and again', async () => {
    const other = await new Machine('other').start()
    const { own, copies, until } = centre(other)
    for (let n = 0; n < 30; n++) await own.put(keyOf(`letter ${n}`), Buffer.from(`letter ${n}`))
    other.manner = 'full'
    copies.start()
    await until(() => copies.lacking === 30)
    expect(other.asked.filter((asked) => asked.startsWith('PUT'))).toHaveLength(5)
  })

  it('that are not what their name says are not read: the next machine is asked', async () => {
    const [liar, honest] = await Promise.all(['liar', 'honest'].map((name) => new Machine(name).start()))
    const { blobs } = centre(liar!, honest!)
    const contents = Array.from({ length: 8 }, (_, n) => `letter ${n}`)
    liar!.manner = 'lying'
    for (const machine of [liar!, honest!])
      for (const content of contents) await machine.blobs.put(keyOf(content), Buffer.from(content))
    for (const content of contents) expect(await readSometime(blobs, content)).toBe(content)
    expect(liar!.asked.length).toBeGreaterThan(0)
    honest!.die()
    expect(await textOf(blobs, contents[0]!)).toBeUndefined()
  })
})
