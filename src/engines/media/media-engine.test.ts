import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, connect as dial, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger, type TandemError } from '#base'
import { dtmfTone, encodeG711, g711WavHeader, readWav } from '#protocols/audio'
import {
  type ChannelAddress,
  type ChannelClient,
  createChannelClient,
  type MediaAnswer,
  type MediaEvent,
  type MediaGreeting,
  type MediaRequest,
  type MediaSpec,
  parseRecordingSidecar,
} from '#protocols/control'
import { sequenceDelta } from '#protocols/rtp'
import { FakeParty, numberedPayload } from './fake-party.ts'
import { createMediaEngine, type MediaEngine } from './media-engine.ts'

const SECRET = 'the secret of this test'
const ULAW = { name: 'PCMU', payloadType: 0, ptimeMs: 20 } as const
const HOUR_MS = 3_600_000

let folder = ''
const closers: (() => unknown)[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tandem-media-'))
  await mkdir(join(folder, 'prompts/digits'), { recursive: true })
  const sound = Uint8Array.from({ length: 1600 }, (_, i) => i % 251)
  await writeFile(join(folder, 'prompts/digits/7.wav'), Buffer.concat([g711WavHeader('PCMU', 1, 1600), sound]))
})

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
  await rm(folder, { recursive: true, force: true })
})

const ports = { from: 42_000, to: 42_999 }
const spool = () => join(folder, 'spool')

async function engine(): Promise<MediaEngine> {
  const made = await createMediaEngine({
    name: 'media-a',
    listen: '127.0.0.1',
    rtpPorts: ports,
    control: { host: '127.0.0.1', port: 0 },
    secret: SECRET,
    prompts: join(folder, 'prompts'),
    sounds: join(folder, 'sounds'),
    spool: spool(),
    logger: silentLogger,
  })
  closers.push(() => made.close())
  return made
}

/** A core with what it was told: events in the order of their arrival. */
class FakeCore {
  readonly events: MediaEvent[] = []
  greetings: MediaGreeting[] = []
  client!: ChannelClient
  refusal: TandemError | undefined
  readonly #waiting = new Set<() => void>()

  static async connect(control: ChannelAddress, term = 1, core = 'core-a'): Promise<FakeCore> {
    const made = new FakeCore()
    const connected = Promise.withResolvers<void>()
    made.client = createChannelClient({
      address: control,
      secret: SECRET,
      core,
      term,
      logger: silentLogger,
      connected: (greeting) => {
        made.greetings.push(greeting as MediaGreeting)
        connected.resolve()
        made.#check()
      },
      refused: (error) => {
        made.refusal = error
        made.#check()
      },
      notice: (notice) => {
        made.events.push(notice as MediaEvent)
        made.#check()
      },
    })
    closers.push(() => made.client.close())
    await connected.promise
    return made
  }

  #check(): void {
    for (const check of this.#waiting) check()
  }

  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!condition()) return
        this.#waiting.delete(check)
        resolve()
      }
      this.#waiting.add(check)
      check()
    })
  }

  async ask<R extends MediaRequest>(request: R): Promise<MediaAnswer<R['type']>> {
    return (await this.client.request(request)) as MediaAnswer<R['type']>
  }

  async join(session: string, who: FakeParty, spec: Partial<MediaSpec> = {}): Promise<void> {
    const full: MediaSpec = {
      remote: who.address,
      codec: ULAW,
      sends: true,
      receives: true,
      hears: { type: 'silence' },
      ...spec,
    }
    who.target = (await this.ask({ type: 'set', session, spec: full })).local.port
  }
}

async function party(ssrc?: number): Promise<FakeParty> {
  const made = await FakeParty.open(ssrc === undefined ? {} : { ssrc })
  closers.push(() => made.close())
  return made
}

/** Sends numbered packets every 20 ms, on time however late the timer is. */
function speak(who: FakeParty, stream: number, count: number): Promise<void> {
  return new Promise((resolve) => {
    const start = performance.now()
    let sent = 0
    const turn = () => {
      while (sent < count && performance.now() - start >= sent * 20) who.send(numberedPayload(stream, sent++))
      if (sent < count) setTimeout(turn, 5)
      else resolve()
    }
    turn()
  })
}

/** A wire between a core and the process that can be cut and mended. */
async function cuttable(to: ChannelAddress): Promise<{ address: ChannelAddress; cut(): void; mend(): void }> {
  const sockets = new Set<Socket>()
  let whole = true
  const server: Server = createServer((near) => {
    if (!whole) {
      near.destroy()
      return
    }
    const far = dial(to.port, to.host)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far).pipe(near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as { port: number }
  return {
    address: { host: '127.0.0.1', port },
    cut: () => {
      whole = false
      for (const socket of sockets) socket.destroy()
    },
    mend: () => {
      whole = true
    },
  }
}

describe('media engine', () => {
  it('MED-08 plays a prompt of its folder, and tells the end and a digit in numbered events', async () => {
    const core = await FakeCore.connect((await engine()).control)
    expect(core.greetings[0]).toMatchObject({ role: 'media', name: 'media-a' })
    const caller = await party()
    await core.join('a', caller, {
      hears: { type: 'program', program: 'p', items: [{ type: 'prompt', prompt: 'digits/7' }], repeat: false },
    })
    await core.until(() => core.events.length >= 1)
    expect(core.events[0]).toMatchObject({ number: 1, type: 'program-ended', session: 'a', program: 'p' })
    await caller.until((heard) => heard.length >= 10)
    const played = Buffer.concat(caller.heard.slice(0, 10).map((p) => p.payload))
    expect([...played]).toEqual(Array.from({ length: 1600 }, (_, i) => i % 251))
    const tone = Buffer.from(encodeG711('PCMU', dtmfTone('5', 100)))
    for (let i = 0; i < 5; i++) caller.send(tone.subarray(160 * i, 160 * i + 160))
    for (let i = 0; i < 3; i++) caller.send(Buffer.alloc(160, 0xff))
    await core.until(() => core.events.length >= 2)
    expect(core.events[1]).toMatchObject({ number: 2, type: 'digit', digit: '5' })
  })

  it('MED-08 plays the sound that a prompt was given, one that comes late too, and the library’s without it', async () => {
    const core = await FakeCore.connect((await engine()).control)
    await mkdir(join(folder, 'sounds'))
    const heardOf = async (sound: string, meanwhile = async () => {}) => {
      const caller = await party()
      const item = { type: 'prompt', prompt: 'digits/7', sound } as const
      await core.join(sound, caller, { hears: { type: 'program', program: sound, items: [item], repeat: false } })
      await meanwhile()
      await core.until(() => core.events.some((event) => 'program' in event && event.program === sound))
      await core.ask({ type: 'remove', session: sound })
      return new Set(caller.heard.flatMap(({ payload }) => [...payload]))
    }
    const write = (sound: string, octet: number) =>
      writeFile(
        join(folder, 'sounds', `${sound}.wav`),
        Buffer.concat([g711WavHeader('PCMU', 1, 1600), Buffer.alloc(1600, octet)]),
      )
    const [there, late, never] = ['a', 'b', 'c'].map((one) => one.repeat(64)) as [string, string, string]
    await write(there, 0x3a)
    expect(await heardOf(there)).toContain(0x3a)
    expect(await heardOf(late, () => write(late, 0x3b))).toContain(0x3b)
    // What the library has under the name: octets of 0 to 250.
    expect((await heardOf(never)).size).toBeGreaterThan(200)
  })

  it('answers a request that does not fit with its path, and goes on', async () => {
    const core = await FakeCore.connect((await engine()).control)
    const bad = { type: 'set', session: 'a', spec: { sends: 'yes', receives: true, hears: { type: 'echo' } } }
    await expect(core.client.request(bad)).rejects.toMatchObject({
      code: 'media.request-invalid',
      fields: { path: 'spec.sends' },
    })
    for (const request of [null, {}, { type: 'explode' }, { type: 'record', recording: '../x', spec: {} }]) {
      await expect(core.client.request(request)).rejects.toMatchObject({ code: 'media.request-invalid' })
    }
    expect((await core.ask({ type: 'statistics' })).load).toMatchObject({ sessions: 0, sessionsMax: 500 })
  })

  it('SW-07 does what the newest core says: claims for it, refuses the older one, and never stops the music', async () => {
    const { control } = await engine()
    const old = await FakeCore.connect(control, 1)
    const caller = await party()
    const other = await party()
    const music = {
      hears: { type: 'program', program: 'm', items: [{ type: 'prompt', prompt: 'digits/7' }], repeat: true },
    } as const
    await old.join('a', caller, music)
    await old.join('b', other, music)
    await caller.hears(3)
    const next = await FakeCore.connect(control, 2, 'core-b')
    await old.until(() => old.refusal !== undefined)
    expect(old.refusal).toMatchObject({ code: 'channel.fenced' })
    expect(await next.ask({ type: 'claim', sessions: ['a'], recordings: [] })).toEqual({ sessions: ['a'] })
    await next.join('a', caller, music)
    await caller.hears(5)
    const sound = Buffer.concat(caller.heard.map((p) => p.payload))
    for (let i = 0; i < sound.length; i++) expect(sound[i]).toBe((i % 1600) % 251)
    await expect(next.ask({ type: 'statistics', session: 'b' })).rejects.toMatchObject({
      code: 'media.session-unknown',
    })
  })

  it('MED-01 carries packets and keeps events while the control connection is cut, and tells each once afterwards', async () => {
    const wire = await cuttable((await engine()).control)
    const core = await FakeCore.connect(wire.address)
    const a = await party(1)
    const b = await party(2)
    await core.join('a', a, { telephoneEvent: 101, hears: { type: 'session', session: 'b' } })
    await core.join('b', b, { hears: { type: 'session', session: 'a' } })
    await core.join('c', await party(), {
      hears: { type: 'program', program: 'p', items: [{ type: 'pause', durationMs: 100 }], repeat: false },
    })
    wire.cut()
    for (let i = 0; i < 20; i++) a.send(numberedPayload(1, i))
    await b.until((heard) => heard.length >= 20)
    for (const end of [0x0a, 0x8a, 0x8a]) a.send(Uint8Array.of(11, end, 3, 32), { payloadType: 101, timestamp: 9999 })
    wire.mend()
    await core.until(() => core.events.length >= 2)
    expect(core.greetings).toHaveLength(2)
    expect(core.greetings[1]).toEqual(core.greetings[0])
    expect(core.events.map((event) => event.type).sort()).toEqual(['digit', 'program-ended'])
    expect(core.events.find((event) => event.type === 'digit')).toMatchObject({ digit: '#', durationMs: 100 })
    await core.ask({ type: 'confirm', event: 2 })
    wire.cut()
    wire.mend()
    await core.until(() => core.greetings.length >= 3)
    await core.ask({ type: 'statistics' })
    expect(core.events).toHaveLength(2)
  })

  it('MED-05 REC-01 records two parties side by side: right channel, right place, as long as the call', async () => {
    const core = await FakeCore.connect((await engine()).control)
    const a = await party(1)
    const b = await party(2)
    await core.join('a', a, { hears: { type: 'session', session: 'b' } })
    await core.join('b', b, { hears: { type: 'session', session: 'a' } })
    const spec = { sessions: ['a', 'b'], interaction: 'ix-1', durationMsMax: HOUR_MS } as const
    const asked = performance.now()
    await core.ask({ type: 'record', recording: 'r1', spec })
    const started = performance.now()
    await core.ask({ type: 'record', recording: 'r1', spec })
    await Promise.all([speak(a, 1, 40), speak(b, 2, 20)])
    const sealing = core.ask({ type: 'seal', recording: 'r1' })
    const elapsedMs = performance.now() - started
    const sealed = await sealing
    // It begins between question and answer, and ends so too: on a busy machine these are far apart.
    expect(sealed.durationMs).toBeGreaterThan(elapsedMs - 40)
    expect(sealed.durationMs).toBeLessThan(performance.now() - asked + 40)

    const file = await readFile(join(spool(), 'r1.wav'))
    expect(sealed.bytes).toBe(file.length)
    expect(sealed.sha256).toBe(createHash('sha256').update(file).digest('hex'))
    const sound = readWav(file)!
    expect(sound).toMatchObject({ format: 'PCMU', channels: 2 })
    const left = sound.data.filter((_, i) => i % 2 === 0)
    const right = sound.data.filter((_, i) => i % 2 === 1)
    expectStream(Buffer.from(left), 1, 40)
    expectStream(Buffer.from(right), 2, 20)
    expect(right.subarray(-1600)).toEqual(Buffer.alloc(1600, 0xff))

    expect(await core.ask({ type: 'seal', recording: 'r1' })).toEqual(sealed)
    await expect(core.ask({ type: 'record', recording: 'r1', spec })).rejects.toMatchObject({
      code: 'media.recording-sealed',
    })
    await core.until(() => core.events.some((event) => event.type === 'recording-sealed'))
    expect(core.events.filter((event) => event.type === 'recording-sealed')).toEqual([
      expect.objectContaining({ ...sealed }),
    ])
    const sidecar = parseRecordingSidecar(await readFile(join(spool(), 'r1.json'), 'utf8'))
    expect(sidecar).toMatchObject({ interaction: 'ix-1', sessions: ['a', 'b'], codec: 'PCMU' })
    expect(sidecar?.sealed).toMatchObject({ sha256: sealed.sha256, recovered: false })
  })

  it('plays back what it has recorded, and seals by itself at the greatest length', async () => {
    const core = await FakeCore.connect((await engine()).control)
    const caller = await party(1)
    await core.join('a', caller)
    // Five times as long as what is looked for in it: a busy machine speaks late.
    await core.ask({
      type: 'record',
      recording: 'r2',
      spec: { sessions: ['a'], interaction: 'ix-2', durationMsMax: 1_200 },
    })
    await speak(caller, 1, 30)
    await core.until(() => core.events.some((event) => event.type === 'recording-sealed'))
    expect(core.events[0]).toMatchObject({ recording: 'r2', durationMs: 1_200 })
    await core.join('a', caller, {
      hears: { type: 'program', program: 'back', items: [{ type: 'recording', recording: 'r2' }], repeat: false },
    })
    await core.until(() => core.events.some((event) => event.type === 'program-ended'))
    const heard = Buffer.concat(caller.heard.map((p) => p.payload))
    expectStream(heard, 1, 12)
    await core.join('a', caller, {
      hears: { type: 'program', program: 'none', items: [{ type: 'recording', recording: 'r9' }], repeat: false },
    })
    await core.until(() => core.events.some((event) => event.type === 'program-failed'))
    await expect(core.ask({ type: 'seal', recording: 'r9' })).rejects.toMatchObject({ code: 'media.recording-unknown' })
  })

  it('REC-18 finishes what a killed process had recorded', async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', CHILD], {
      env: { ...process.env, MEDIA_OPTIONS: JSON.stringify({ folder, secret: SECRET, ports }) },
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: new URL('../../..', import.meta.url),
    })
    closers.push(() => child.kill('SIGKILL'))
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const core = await FakeCore.connect({ host: '127.0.0.1', port: Number(line.toString()) })
    const caller = await party(1)
    await core.join('a', caller)
    await core.ask({
      type: 'record',
      recording: 'killed',
      spec: { sessions: ['a'], interaction: 'ix-3', durationMsMax: HOUR_MS },
    })
    await speak(caller, 1, 75)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(execFileSync('ls', [spool()], { encoding: 'utf8' })).toContain('killed.part')

    const reborn = await FakeCore.connect((await engine()).control, 1)
    await reborn.until(() => reborn.events.length >= 1)
    expect(reborn.events[0]).toMatchObject({ number: 1, type: 'recording-sealed', recording: 'killed' })
    const sealed = await reborn.ask({ type: 'seal', recording: 'killed' })
    expect(sealed.durationMs).toBeGreaterThan(900)
    const sound = readWav(await readFile(join(spool(), 'killed.wav')))!
    expect(sound.channels).toBe(1)
    expectStream(sound.data, 1, 40)
    expect(parseRecordingSidecar(await readFile(join(spool(), 'killed.json'), 'utf8'))?.sealed?.recovered).toBe(true)
  })

  it('keeps one stream for a party whatever the core does with it', async () => {
    const core = await FakeCore.connect((await engine()).control)
    const caller = await party(1)
    const digit = { type: 'program', items: [{ type: 'prompt', prompt: 'digits/7' }], repeat: true } as const
    await core.join('a', caller, { hears: { ...digit, program: 'one' } })
    await caller.hears(2)
    await core.join('a', caller, { hears: { type: 'silence' } })
    await caller.hears(2)
    await core.join('a', caller, { hears: { ...digit, program: 'two' } })
    await caller.hears(2)
    for (let i = 1; i < caller.heard.length; i++) {
      const [before, after] = [caller.heard[i - 1]!, caller.heard[i]!]
      expect(after.ssrc).toBe(before.ssrc)
      expect(sequenceDelta(after.sequence, before.sequence)).toBe(1)
      expect((after.timestamp - before.timestamp) | 0).toBe(160)
    }
  })
})

/**
 * The packets of a stream, in order, in the sound, and none of the other stream. A machine that stalls may cost some, which is
 * recording-tap.test.ts's subject, so nine of ten are asked for.
 */
function expectStream(sound: Buffer, stream: number, count: number): void {
  let at = 0
  let found = 0
  for (let i = 0; i < count; i++) {
    const next = sound.indexOf(numberedPayload(stream, i), at)
    if (next < 0) continue
    found++
    at = next + 160
  }
  expect(found).toBeGreaterThanOrEqual(0.9 * count)
  for (let i = 0; i < count; i++) expect(sound.indexOf(numberedPayload(3 - stream, i))).toBe(-1)
}

/** A media process that can be killed: prints its control port. */
const CHILD = `
import { createMediaEngine } from '#engines/media'
import { silentLogger } from '#base'
const { folder, secret, ports } = JSON.parse(process.env.MEDIA_OPTIONS)
const engine = await createMediaEngine({
  name: 'media-a', listen: '127.0.0.1', rtpPorts: ports, control: { host: '127.0.0.1', port: 0 }, secret,
  prompts: folder + '/prompts', spool: folder + '/spool', logger: silentLogger,
})
console.log(engine.control.port)
`
