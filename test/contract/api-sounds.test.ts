import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SOUND_FILE_BYTES_MAX } from '#api/contract'
import { BUILT_IN_PROMPTS } from '#kernel/config'
import { g711WavHeader, pcm16Wave } from '#protocols/audio'
import { type Answer, Asker, TestCentre } from './api-kit.ts'

let centre: TestCentre
let admin: Asker
let agent: Asker

beforeAll(async () => {
  centre = await TestCentre.start()
  admin = await Asker.as(centre.base, 'admin')
  agent = await Asker.as(centre.base, 'agent1')
})
afterAll(() => centre?.close())

/** A second of a tone, another one for each pitch. */
function tone(pitch = 3): Buffer {
  return pcm16Wave(Int16Array.from({ length: 8_000 }, (_, at) => Math.round(9_000 * Math.sin(at / pitch))))
}

async function upload(file: Buffer, asker = admin, type = 'audio/wav'): Promise<Pick<Answer, 'status' | 'body'>> {
  const response = await fetch(`${centre.base}/api/v1/sounds`, {
    method: 'POST',
    headers: { authorization: `Bearer ${asker.token}`, 'content-type': type },
    body: Uint8Array.from(file),
  })
  return { status: response.status, body: await response.json() }
}

async function bytes(path: string): Promise<Buffer> {
  const response = await fetch(`${centre.base}/api/v1${path}`, { headers: { authorization: `Bearer ${admin.token}` } })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('audio/wav')
  return Buffer.from(await response.arrayBuffer())
}

const versionNow = async (): Promise<number> => (await admin.ask('GET', '/configuration')).body.version
const publish = async (...changes: readonly object[]) =>
  admin.ask('POST', '/configuration/publish', { changes, basedOn: await versionNow() })
const promptOf = async (name: string) =>
  (await admin.ask('GET', '/prompts')).body.items.find((one: { name: string }) => one.name === name)

describe('a prompt with a sound of its own', () => {
  it('is uploaded, heard, played in a queue, replaced, and removed once nothing plays it (CFG-01, MED-08)', async () => {
    const taken = await upload(tone())
    expect(taken).toEqual({ status: 201, body: { sound: expect.stringMatching(/^[0-9a-f]{64}$/), durationMs: 1_000 } })
    expect(await bytes(`/sounds/${taken.body.sound}/audio`)).toEqual(tone())

    const value = { name: 'team/welcome', ...taken.body, says: 'Welcome' }
    expect((await publish({ kind: 'prompt', name: 'team/welcome', value })).status).toBe(200)
    const { support } = (await admin.ask('GET', '/configuration/document')).body.queues
    const queue = { ...support, name: 'support', welcomePrompts: ['team/welcome'] }
    expect((await publish({ kind: 'queue', name: 'support', value: queue })).status).toBe(200)
    expect(await promptOf('team/welcome')).toEqual({
      ...{ name: 'team/welcome', builtIn: false, usedBy: ['queues.support.welcomePrompts.0'] },
      own: { ...taken.body, says: 'Welcome', missing: false },
    })
    expect(await bytes('/prompts/team%2Fwelcome/audio')).toEqual(tone())

    const removed = await admin.ask('DELETE', `/configuration/prompts/team%2Fwelcome?basedOn=${await versionNow()}`)
    expect(removed.status).toBe(422)
    expect(removed.body.detail).toContain('queues.support.welcomePrompts.0: there is no prompt "team/welcome"')

    const other = await upload(tone(5))
    const put = { ...other.body, basedOn: await versionNow() }
    expect((await admin.ask('PUT', '/configuration/prompts/team%2Fwelcome', put)).status).toBe(200)
    expect(await bytes('/prompts/team%2Fwelcome/audio')).toEqual(tone(5))
    // The way back to the version before finds the sound of that time.
    expect(await bytes(`/sounds/${taken.body.sound}/audio`)).toEqual(tone())

    await publish({ kind: 'queue', name: 'support', value: { ...support, name: 'support' } })
    const gone = await admin.ask('DELETE', `/configuration/prompts/team%2Fwelcome?basedOn=${await versionNow()}`)
    expect(gone.status).toBe(200)
    expect(await promptOf('team/welcome')).toBeUndefined()
  })

  it('is told to callers’ phones in place of a built-in one of its name, which is there again when it goes', async () => {
    const { body } = await upload(tone(7))
    expect(await promptOf('greeting')).toMatchObject({ builtIn: true, own: null })
    await publish({ kind: 'prompt', name: 'greeting', value: { name: 'greeting', ...body } })
    expect(await promptOf('greeting')).toMatchObject({ builtIn: true, own: { sound: body.sound } })
    expect((await bytes('/prompts/greeting/audio')).equals(tone(7))).toBe(true)
    expect((await bytes('/prompts/greeting/audio?builtIn=true')).equals(tone(7))).toBe(false)
    expect((await publish({ kind: 'prompt', name: 'greeting' })).status).toBe(200)
    expect(await promptOf('greeting')).toMatchObject({ own: null })
  })

  it('must be there where it is named', async () => {
    const { support } = (await admin.ask('GET', '/configuration/document')).body.queues
    const told = await publish({
      kind: 'queue',
      name: 'support',
      value: { ...support, name: 'support', musicPrompt: 'musik' },
    })
    expect(told.status).toBe(422)
    expect(told.body.detail).toContain('queues.support.musicPrompt: there is no prompt "musik"')
  })

  it('is carried by an export, and an import says which sounds are missing (CFG-22, RPL-08)', async () => {
    const { body } = await upload(tone(9))
    await publish({ kind: 'prompt', name: 'closed', value: { name: 'closed', ...body } })
    const document = (await admin.ask('GET', '/configuration/document')).body
    expect(document.prompts.closed).toEqual(body)
    document.prompts.elsewhere = { sound: 'e'.repeat(64), durationMs: 500 }
    const checked = await admin.ask('POST', '/configuration/check', { document })
    const silent = { path: 'prompts.elsewhere.sound', problem: 'the sound is not here: upload it again' }
    expect(checked.body).toMatchObject({ faults: [], warnings: [silent] })
  })

  it('is needed by whatever plays it: nothing is published that callers would not hear (RPL-08)', async () => {
    const { body } = await upload(tone(11))
    const gone = { name: 'team/gone', sound: 'a'.repeat(64), durationMs: 500 }
    const flow = (prompt: string) => ({
      start: 'say',
      steps: { say: { type: 'play', prompts: [prompt], next: 'end' }, end: { type: 'hang-up' } },
    })
    const both = [
      { kind: 'prompt', name: gone.name, value: gone },
      { kind: 'flow', name: 'notice', value: { name: 'notice', ...flow(gone.name) } },
    ]
    const fault = { path: 'prompts.team/gone.sound', problem: 'the sound is not here: upload it again' }
    const basedOn = await versionNow()
    const checked = await admin.ask('POST', '/configuration/check', { basedOn, changes: both })
    expect(checked.body).toMatchObject({ faults: [fault], warnings: [] })
    const refused = await publish(...both)
    expect(refused.status).toBe(422)
    expect(refused.body.detail).toContain('prompts.team/gone.sound: the sound is not here')
    const document = (await admin.ask('GET', '/configuration/document')).body
    const { name: _, ...entry } = gone
    Object.assign(document.prompts, { 'team/gone': entry })
    Object.assign(document.flows, { notice: flow(gone.name) })
    expect((await admin.ask('POST', '/configuration/publish', { basedOn, document })).status).toBe(422)
    // A prompt alone may be there before its sound; then the flow may not.
    expect((await publish(both[0]!)).status).toBe(200)
    const put = async () =>
      admin.ask('PUT', '/configuration/flows/notice', { ...flow(gone.name), basedOn: await versionNow() })
    expect((await put()).status).toBe(422)
    expect(await versionNow()).toBe(basedOn + 1)
    expect((await publish({ kind: 'prompt', name: gone.name, value: { ...gone, ...body } })).status).toBe(200)
    expect((await put()).status).toBe(200)
    // Whatever is changed elsewhere is no matter of a sound that was lost since.
    expect((await publish({ kind: 'flow', name: 'notice' }, { kind: 'prompt', name: gone.name })).status).toBe(200)
  })

  it('can be what somebody said into a phone, without the silence around it', async () => {
    const quiet = Buffer.alloc(16_000, 0xff)
    const loud = Buffer.from(Uint8Array.from({ length: 8_000 }, (_, at) => (at % 16 < 8 ? 0x10 : 0x90)))
    const sound = Buffer.concat([quiet, loud, quiet])
    await centre.blobs.put('recordings/said.wav', Buffer.concat([g711WavHeader('PCMU', 1, sound.length), sound]))
    await centre.recordings.upsert({
      ...{
        id: 'said',
        interaction: 'i1',
        startedAt: 0,
        durationMs: 5_000,
        channels: 1,
        codec: 'PCMU',
        state: 'stored',
      },
      ...{ blobKey: 'recordings/said.wav', attributes: {} },
    })
    const made = await admin.ask('POST', '/sounds/recorded', { recording: 'said' })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    expect(made.body.durationMs).toBeGreaterThan(1_200)
    expect(made.body.durationMs).toBeLessThan(1_400)
    expect((await admin.ask('POST', '/sounds/recorded', { recording: 'unknown' })).status).toBe(404)
  })
})

describe('what is no sound', () => {
  it('is refused with what to do, whatever it calls itself', async () => {
    const mp3 = await upload(Buffer.from('ID3 and so on'), admin, 'application/octet-stream')
    expect(mp3).toMatchObject({ status: 415, body: { detail: expect.stringContaining('save the sound as WAV') } })
    expect((await upload(Buffer.alloc(0))).status).toBe(415)
    expect((await admin.ask('POST', '/sounds', { sound: 'x' })).status).toBe(422)
    expect((await upload(tone(), admin, 'audio/mpeg')).status).toBe(415)
  })

  it('is not even read when it is too large', async () => {
    const response = await fetch(`${centre.base}/api/v1/sounds`, {
      method: 'POST',
      headers: {
        ...{ authorization: `Bearer ${admin.token}`, 'content-type': 'audio/wav' },
      },
      body: new Uint8Array(SOUND_FILE_BYTES_MAX + 1),
    }).then(
      ({ status }) => status,
      // The server may hang up before all of it is sent.
      () => 413,
    )
    expect(response).toBe(413)
  })
})

describe('sounds', () => {
  it('are for administrators', async () => {
    expect((await upload(tone(), agent)).status).toBe(403)
    for (const path of ['/prompts', '/prompts/greeting/audio', `/sounds/${'a'.repeat(64)}/audio`])
      expect((await agent.ask('GET', path)).status, path).toBe(403)
    expect((await agent.ask('POST', '/sounds/recorded', { recording: 'said' })).status).toBe(403)
    expect((await admin.ask('GET', `/sounds/${'a'.repeat(64)}/audio`)).status).toBe(404)
    expect((await admin.ask('GET', '/sounds/..%2F..%2Fetc/audio')).status).toBe(422)
    expect((await admin.ask('GET', '/prompts/..%2F..%2Fetc%2Fpasswd/audio')).status).toBe(404)
  })
})

describe('the prompts that a release brings', () => {
  it('are those of its folder', () => {
    const folder = fileURLToPath(new URL('../../assets/prompts', import.meta.url))
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.wav'))
    expect(files.map((file) => file.slice(0, -'.wav'.length)).sort()).toEqual([...BUILT_IN_PROMPTS].sort())
  })
})
