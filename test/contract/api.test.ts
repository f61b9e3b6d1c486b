import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { InteractionDetailSchema, ProblemSchema } from '#api/contract'
import { silentLogger, VirtualClock } from '#base'
import { type Answer, Asker, TestCentre } from './api-kit.ts'

let centre: TestCentre
let admin: Asker
let supervisor: Asker
let agent1: Asker
const warnings: { fields: Readonly<Record<string, unknown>>; message: string }[] = []

/** Stands still: a second of the wait after wrong passwords would be over before a busy machine asks again. */
const throttleClock = new VirtualClock()

beforeAll(async () => {
  centre = await TestCentre.start({
    throttleClock,
    logger: { ...silentLogger, warn: (fields, message) => void warnings.push({ fields, message }) },
  })
  admin = await Asker.as(centre.base, 'admin')
  supervisor = await Asker.as(centre.base, 'supervisor')
  agent1 = await Asker.as(centre.base, 'agent1')
})
afterAll(() => centre?.close())

function expectProblem(answer: Answer, status: number, path?: string): void {
  expect(answer.status, JSON.stringify(answer.body)).toBe(status)
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  const problem = ProblemSchema.parse(answer.body)
  expect(problem.status).toBe(status)
  expect(problem.title).not.toBe('')
  if (path !== undefined) expect(problem.errors?.map((error) => error.path)).toContain(path)
}

describe('sessions', () => {
  it('SEC-05 are opened with the right password only, and ended', async () => {
    const nobody = new Asker(centre.base)
    expectProblem(await nobody.ask('POST', '/sessions', { user: 'agent2', password: 'wrong' }), 401)
    expectProblem(await nobody.ask('POST', '/sessions', { user: 'nobody', password: 'wrong' }), 401)
    expectProblem(await nobody.ask('GET', '/agents/live'), 401)
    expectProblem(await new Asker(centre.base, 'no.token').ask('GET', '/agents/live'), 401)
    const agent2 = await Asker.as(centre.base, 'agent2')
    expect((await agent2.ask('GET', '/sessions/current')).body).toMatchObject({ user: 'agent2', role: 'agent' })
    expect((await agent2.ask('DELETE', '/sessions')).status).toBe(204)
    expectProblem(await agent2.ask('GET', '/sessions/current'), 401)
  })

  it('SEC-05 wrong passwords are slowed and logged, and the right one must wait too', async () => {
    const nobody = new Asker(centre.base)
    for (let i = 0; i < 3; i++) await nobody.ask('POST', '/sessions', { user: 'attendant', password: `wrong${i}` })
    const logged = warnings.filter(({ message }) => message === 'wrong password')
    expect(logged).toMatchObject([{ fields: { failures: 3, pii: { user: 'attendant' } } }])
    expect(JSON.stringify(logged)).not.toContain('wrong2')
    const slowed = await nobody.ask('POST', '/sessions', { user: 'attendant', password: 'demo-attendant' })
    expectProblem(slowed, 429)
    const waitSeconds = Number(slowed.headers.get('retry-after'))
    expect(waitSeconds).toBeGreaterThan(0)
    throttleClock.advance(1_000 * waitSeconds)
    expect((await nobody.ask('POST', '/sessions', { user: 'attendant', password: 'demo-attendant' })).status).toBe(201)
    expect((await nobody.ask('POST', '/sessions', { user: 'agent1', password: 'demo-agent1' })).status).toBe(201)
  })

  it('outlive the core that made them', async () => {
    await centre.restart()
    expect((await agent1.ask('GET', '/sessions/current')).status).toBe(200)
  })
})

describe('bad input', () => {
  it('is told by path (422)', async () => {
    expectProblem(await supervisor.ask('POST', '/sessions', { user: 'x' }), 422, '/password')
    expectProblem(await agent1.ask('POST', '/agents/agent1/status', { status: 'lazy' }), 422, '/status')
    expectProblem(await agent1.ask('POST', '/agents/agent1/status', { status: 'ready', extra: 1 }), 422, '/extra')
    expectProblem(await supervisor.ask('GET', '/interactions?limit=100000'), 422, '?limit')
    expectProblem(await supervisor.ask('GET', '/interactions?after=abc'), 422, '?after')
    expectProblem(await supervisor.ask('GET', '/interactions?colour=red'), 422, '?colour')
    expectProblem(await supervisor.ask('GET', '/interactions/%00'), 422, '{id}')
    expectProblem(
      await supervisor.ask('POST', '/interactions', { type: 'callback', number: '1', queue: 'nowhere' }),
      422,
      '/queue',
    )
    expectProblem(await supervisor.ask('POST', '/interactions', { type: 'call', to: '4711' }), 422, '/to')
  })

  it('of other kinds has its own status', async () => {
    expectProblem(await supervisor.ask('POST', '/interactions', '{"type":'), 400)
    expectProblem(await supervisor.ask('POST', '/interactions', 'x'.repeat(2_000_000)), 413)
    expectProblem(await supervisor.ask('POST', '/interactions', 'a=b', { 'content-type': 'text/csv' }), 415)
    expectProblem(await supervisor.ask('GET', '/interactions/ix-none'), 404)
    expectProblem(await supervisor.ask('GET', '/queues/none/live'), 404)
    expectProblem(await supervisor.ask('GET', '/nothing'), 404)
    expectProblem(await supervisor.ask('DELETE', '/queues/support/live'), 405)
    expectProblem(await supervisor.ask('GET', `${centre.base}/nothing`), 404)
  })
})

describe('an interaction', () => {
  it('promise 4: is seen live, then in history, with its timeline and why', async () => {
    await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: true })
    const id = await centre.call('ix-why', '1001')
    const live = await supervisor.ask('GET', `/interactions/${id}`)
    expect(live.body).toMatchObject({
      id,
      state: 'offered',
      queue: 'support',
      agent: 'agent1',
      seqno: 0,
      timelineComplete: true,
    })
    await centre.answer(id)
    expect((await supervisor.ask('GET', '/queues/support/live')).body).toMatchObject({
      connected: 1,
      waiting: 0,
      agents: { busy: 1 },
    })
    expect((await agent1.ask('GET', '/agents/live')).body).toMatchObject([
      { user: 'agent1', status: 'busy', work: [{ interaction: id }] },
    ])
    expect((await agent1.ask('POST', `/interactions/${id}/hold`, {})).body).toMatchObject({ state: 'held' })
    expect((await agent1.ask('POST', `/interactions/${id}/retrieve`, {})).body).toMatchObject({ state: 'connected' })
    expectProblem(await agent1.ask('POST', `/interactions/${id}/retrieve`, {}), 409)
    expect((await agent1.ask('POST', `/interactions/${id}/end`)).status).toBe(200)
    await agent1.ask('POST', `/interactions/${id}/wrap-up`, { code: 'Order placed' })
    const { body } = await supervisor.ask('GET', `/interactions/${id}`)
    const detail = InteractionDetailSchema.parse(body)
    expect(detail).toMatchObject({ state: 'closed', outcome: 'answered', agent: 'agent1', interactionIdKey: id })
    const offered = detail.timeline.find((entry) => entry.type === 'Offered')!
    expect(offered.why).toMatchObject({ strategy: 'longest-idle', chosen: 'agent1', candidatesCount: 1 })
    expect(offered.why!.text).toContain('agent1')
    expect(offered.at).toMatch(/\.\d{3}Z$/)
    const { totalMs, ...parts } = detail.durations!
    expect(Object.values(parts).reduce((sum, ms) => sum + ms, 0)).toBe(totalMs)
    expect(detail.wrapUpCodes).toEqual(['Order placed'])
    expectProblem(await agent1.ask('POST', `/interactions/${id}/end`), 409)
  })

  it('is listed by page, open and closed together, newest first', async () => {
    for (let i = 0; i < 5; i++) {
      const id = await centre.call(`ix-list-${i}`, '1009')
      if (i % 2 === 0)
        await centre.submit({ type: 'ReportCleared', interaction: id, participant: `${id}.p1`, reason: 'hung-up' })
    }
    const whole = (await supervisor.ask('GET', '/interactions?limit=200')).body
    const ids = whole.items.map((item: { id: string }) => item.id)
    expect(ids).toEqual(expect.arrayContaining(['ix-list-0', 'ix-list-1', 'ix-list-4', 'ix-why']))
    const paged: string[] = []
    for (let after = ''; ; ) {
      const page = (await supervisor.ask('GET', `/interactions?limit=2${after && `&after=${after}`}`)).body
      paged.push(...page.items.map((item: { id: string }) => item.id))
      if (page.next === null) break
      after = page.next
    }
    expect(paged).toEqual(ids)
    expect((await supervisor.ask('GET', '/interactions?state=open')).body.items).toHaveLength(2)
    expect((await supervisor.ask('GET', '/interactions?state=closed&queue=support')).body.items).toHaveLength(1)
  })

  it('SEC-07 of others is not an agent’s to see or to touch', async () => {
    const agent3 = await Asker.as(centre.base, 'agent3')
    expectProblem(await agent3.ask('GET', '/interactions/ix-why'), 403)
    expectProblem(await agent3.ask('POST', '/interactions/ix-list-1/end'), 403)
    expect((await agent1.ask('GET', '/interactions/ix-why')).status).toBe(200)
    expect((await agent3.ask('GET', '/interactions')).body.items).toEqual([])
    expect((await agent1.ask('GET', '/interactions')).body.items.map((item: { id: string }) => item.id)).toEqual([
      'ix-why',
    ])
    expectProblem(await agent1.ask('GET', '/interactions?agent=agent2'), 403)
    expect((await supervisor.ask('POST', '/interactions/ix-list-1/end')).status).toBe(200)
  })

  it('is made through the API', async () => {
    const callback = await supervisor.ask('POST', '/interactions', {
      type: 'callback',
      number: '+4930555',
      queue: 'sales',
    })
    expect(callback.status).toBe(201)
    expect((await supervisor.ask('GET', `/interactions/${callback.body.id}`)).body).toMatchObject({
      medium: 'callback',
      queue: 'sales',
    })
    const item = await supervisor.ask('POST', '/interactions', {
      type: 'work-item',
      subject: 'a letter',
      queue: 'support',
    })
    expect((await supervisor.ask('GET', `/interactions/${item.body.id}`)).body).toMatchObject({
      medium: 'work-item',
      state: 'offered',
      agent: 'agent1',
    })
    const path = `/interactions/${item.body.id}`
    expectProblem(await (await Asker.as(centre.base, 'agent3')).ask('POST', `${path}/accept`, { user: 'agent1' }), 403)
    expect((await agent1.ask('POST', `${path}/accept`)).body).toMatchObject({ state: 'connected' })
    expectProblem(await agent1.ask('POST', `${path}/accept`), 409)
    expect((await agent1.ask('GET', '/agents/agent1/live')).body.work).toMatchObject([{ medium: 'work-item' }])
    expect((await agent1.ask('POST', `${path}/complete`)).status).toBe(200)
    await agent1.ask('POST', `${path}/wrap-up`)
    expectProblem(await agent1.ask('POST', '/interactions', { type: 'call', to: '2002', user: 'agent2' }), 403)
    const call = await agent1.ask('POST', '/interactions', { type: 'call', to: '2002' })
    expect(call.status).toBe(201)
    expect((await agent1.ask('GET', `/interactions/${call.body.id}`)).body).toMatchObject({ medium: 'voice' })
    await agent1.ask('POST', `/interactions/${call.body.id}/end`)
  })
})

describe('roles', () => {
  it('SEC-07 an agent sees and sets only themselves', async () => {
    expect((await agent1.ask('GET', '/agents/live')).body.map((one: { user: string }) => one.user)).toEqual(['agent1'])
    expect((await supervisor.ask('GET', '/agents/live')).body).toHaveLength(203)
    expectProblem(await agent1.ask('GET', '/agents/agent2/live'), 403)
    expect(
      (await agent1.ask('POST', '/agents/agent1/status', { status: 'not-ready', reason: 'lunch' })).body,
    ).toMatchObject({
      status: 'not-ready',
      reason: 'lunch',
    })
    expectProblem(await agent1.ask('POST', '/agents/agent2/status', { status: 'ready' }), 403)
    expect((await supervisor.ask('POST', '/agents/agent1/status', { status: 'ready' })).status).toBe(200)
    expectProblem(await supervisor.ask('POST', '/agents/nobody/status', { status: 'ready' }), 404)
    expect((await agent1.ask('GET', '/queues/live')).body.map((one: { name: string }) => one.name)).toEqual(['support'])
    expectProblem(await agent1.ask('GET', '/queues/sales/live'), 403)
  })

  it('SEC-07 what is for supervisors and administrators is theirs', async () => {
    const span = 'from=2026-01-01T00:00:00.000Z&to=2026-01-01T08:00:00.000Z'
    for (const path of ['/cluster', `/reports/queues?${span}`, '/recordings/r1', '/users', '/configuration']) {
      expectProblem(await agent1.ask('GET', path), 403)
    }
    expect((await supervisor.ask('GET', '/cluster')).body).toMatchObject({ primary: 'core' })
    expectProblem(await supervisor.ask('GET', '/users'), 403)
  })
})

describe('users', () => {
  it('CFG are changed by whoever saw the newest version; another is told who, when and what', async () => {
    const first = await admin.ask('GET', '/users/agent7')
    const etag = first.headers.get('etag')!
    const body = { displayName: 'Agent Seven', extension: '2007', skills: { support: 70 } }
    expectProblem(await admin.ask('PUT', '/users/agent7', body), 428)
    expect((await admin.ask('PUT', '/users/agent7', body, { 'if-match': etag })).status).toBe(200)
    const collision = await admin.ask('PUT', '/users/agent7', { ...body, displayName: 'Other' }, { 'if-match': etag })
    expectProblem(collision, 409)
    expect(collision.body).toMatchObject({ by: 'admin', kind: 'user' })
    expect(Date.parse(collision.body.at)).toBeGreaterThan(0)
    expectProblem(await admin.ask('PUT', '/users/agent7', { ...body, basedOn: 1 }), 409)
  })

  it('are made with a password that opens page and phone, and are gone when removed', async () => {
    const body = { displayName: 'New', extension: '7001', password: 'first word' }
    expect((await admin.ask('PUT', '/users/newcomer', body)).status).toBe(200)
    const session = await new Asker(centre.base).ask('POST', '/sessions', { user: 'newcomer', password: 'first word' })
    expect(session.status).toBe(201)
    expectProblem(await admin.ask('PUT', '/users/clash', { displayName: 'Clash', extension: '7001' }), 422)
    const { headers } = await admin.ask('GET', '/users')
    expect((await admin.ask('DELETE', '/users/newcomer', undefined, { 'if-match': headers.get('etag')! })).status).toBe(
      200,
    )
    expectProblem(await new Asker(centre.base, session.body.token).ask('GET', '/agents/live'), 401)
    expect(await centre.credentials.get('newcomer')).toBeUndefined()
  })

  it('are made in bulk, all or none, and saying the same again changes nothing', async () => {
    const users = Array.from({ length: 300 }, (_, i) => ({
      name: `sim${i}`,
      displayName: `Sim ${i}`,
      extension: `${60_000 + i}`,
      skills: { support: 50 },
      initialStatus: 'ready',
      password: `demo-sim${i}`,
    }))
    const first = await admin.ask('POST', '/users/bulk', { users, phoneOnly: true })
    expect(first.status).toBe(200)
    const again = await admin.ask('POST', '/users/bulk', { users, phoneOnly: true })
    expect(again.body.version).toBe(first.body.version)
    expect((await centre.credentials.get('sim299'))?.ha1Md5).toMatch(/^[0-9a-f]{32}$/)
    expectProblem(
      await admin.ask('POST', '/users/bulk', { users: [{ ...users[0], name: 'x', extension: 'abc' }] }),
      422,
      '/users/0/extension',
    )
    expectProblem(await admin.ask('POST', '/users/bulk', { users: [{ ...users[0], displayName: 'Other' }] }), 428)
  })
})

describe('flows', () => {
  it('CFG with a dangling step are refused with its path', async () => {
    const flow = { start: 'hello', steps: { hello: { type: 'play', prompts: ['greeting'], next: 'nowhere' } } }
    expectProblem(await admin.ask('PUT', '/configuration/flows/new', flow), 422, '/steps/hello/next')
    const strange = { start: 'a', steps: { a: { type: 'dance' } } }
    expectProblem(await admin.ask('PUT', '/configuration/flows/new', strange), 422)
    const good = {
      start: 'hello',
      steps: { hello: { type: 'play', prompts: ['greeting'], next: 'end' }, end: { type: 'hang-up' } },
    }
    expect((await admin.ask('PUT', '/configuration/flows/new', good)).status).toBe(200)
    const { flows } = (await admin.ask('GET', '/configuration')).body
    expect(flows.map((one: { name: string }) => one.name)).toContain('new')
  })
})

describe('queues and numbers', () => {
  it('CFG are made, changed by whoever saw the last version, and removed when nothing refers to them', async () => {
    const made = await admin.ask('PUT', '/configuration/queues/billing', { skills: { billing: 1 } })
    expect(made.status).toBe(200)
    expect((await admin.ask('PUT', '/configuration/numbers/1042', { type: 'queue', queue: 'billing' })).status).toBe(
      200,
    )
    const { queues, numbers } = (await admin.ask('GET', '/configuration')).body
    expect(queues.find((one: { name: string }) => one.name === 'billing')).toMatchObject({ wrapUpMs: 30_000 })
    expect(numbers).toContainEqual({ number: '1042', destination: { type: 'queue', queue: 'billing' } })
    expectProblem(await admin.ask('PUT', '/configuration/queues/billing', { wrapUpMs: 1 }), 428)
    expectProblem(await admin.ask('DELETE', `/configuration/queues/billing`), 428)
    expectProblem(await agent1.ask('PUT', '/configuration/queues/other', {}), 403)
    const { version } = (await admin.ask('GET', '/configuration')).body
    expectProblem(
      await admin.ask('DELETE', `/configuration/queues/billing?basedOn=${version}`),
      422,
      'numbers.1042.queue',
    )
    expect((await admin.ask('DELETE', `/configuration/numbers/1042?basedOn=${version}`)).status).toBe(200)
    expectProblem(await admin.ask('DELETE', `/configuration/numbers/1042?basedOn=${version}`), 404)
  })

  it('settings of the pool are listed with what holds and what they take, set, refused with the range, and unset (SW-46)', async () => {
    const path = `/configuration/parameters/${encodeURIComponent('Switchover Max TS Failures')}`
    const one = async () =>
      (await admin.ask('GET', '/configuration/parameters')).body.parameters.find(
        ({ name }: { name: string }) => name === 'Switchover Max TS Failures',
      )
    expect(await one()).toMatchObject({ value: '2', set: false, default: '2', takes: 'whole numbers from 1 to 1000' })
    expect((await admin.ask('PUT', path, { value: '3' })).status).toBe(200)
    expect(await one()).toMatchObject({ value: '3', set: true })
    const { version } = (await admin.ask('GET', '/configuration/parameters')).body
    const refused = await admin.ask('PUT', path, { value: '0', basedOn: version })
    expectProblem(refused, 422)
    expect(refused.body.detail).toContain('it takes whole numbers from 1 to 1000')
    expectProblem(await admin.ask('PUT', path, { value: '4', basedOn: version - 1 }), 409)
    expectProblem(await supervisor.ask('PUT', path, { value: '4', basedOn: version }), 403)
    expectProblem(await admin.ask('PUT', '/configuration/parameters/Colour', { value: 'red' }), 422)
    expect((await admin.ask('DELETE', `${path}?basedOn=${version}`)).status).toBe(200)
    expect(await one()).toMatchObject({ value: '2', set: false })
  })

  it('CFG that do not fit are refused with the path', async () => {
    expectProblem(await admin.ask('PUT', '/configuration/queues/odd', { ringTimeoutMs: 1 }), 422, '/ringTimeoutMs')
    expectProblem(await admin.ask('PUT', '/configuration/queues/odd', { colour: 'red' }), 422)
    expectProblem(
      await admin.ask('PUT', '/configuration/numbers/1043', { type: 'queue', queue: 'nowhere' }),
      422,
      '/queue',
    )
  })
})

describe('recordings', () => {
  it('SEC-08 are heard by those only who may, whole, in parts and as linear sound', async () => {
    const samples = Buffer.from(Array.from({ length: 200 }, (_, i) => i))
    const header = Buffer.alloc(44)
    header.write('RIFF', 0)
    header.write('WAVEfmt ', 8)
    header.writeUInt32LE(16, 16)
    header.writeUInt16LE(7, 20)
    header.writeUInt16LE(2, 22)
    header.writeUInt32LE(8000, 24)
    header.write('data', 36)
    header.writeUInt32LE(samples.length, 40)
    const file = Buffer.concat([header, samples])
    await centre.blobs.put('recordings/a.wav', file)
    await centre.recordings.upsert({
      ...{ id: 'ix-why.r1', interaction: 'ix-why', startedAt: 1, durationMs: 25, channels: 2, codec: 'pcmu' },
      ...{ state: 'stored', blobKey: 'recordings/a.wav', sizeBytes: file.length, attributes: {} },
    })
    expectProblem(await agent1.ask('GET', '/recordings/ix-why.r1/audio'), 403)
    expect((await supervisor.ask('GET', '/recordings/ix-why.r1')).body).toMatchObject({
      state: 'stored',
      codec: 'pcmu',
    })
    const audio = async (query: string, range?: string): Promise<[Response, Buffer]> => {
      const response = await fetch(`${centre.base}/api/v1/recordings/ix-why.r1/audio${query}`, {
        headers: { authorization: `Bearer ${supervisor.token}`, ...(range ? { range } : {}) },
      })
      return [response, Buffer.from(await response.arrayBuffer())]
    }
    expect((await audio(''))[1].equals(file)).toBe(true)
    const [part, bytes] = await audio('', 'bytes=44-53')
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 44-53/${file.length}`])
    expect(bytes.equals(samples.subarray(0, 10))).toBe(true)
    const [, pcm] = await audio('?format=pcm')
    expect(pcm.length).toBe(44 + 400)
    expect([pcm.readUInt16LE(20), pcm.readUInt16LE(34), pcm.readUInt32LE(28)]).toEqual([1, 16, 32_000])
    // µ-law 0 is the most negative sample, 0x7f is zero.
    expect([pcm.readInt16LE(44), pcm.readInt16LE(44 + 2 * 0x7f)]).toEqual([-32124, 0])
    const [, piece] = await audio('?format=pcm', 'bytes=51-90')
    expect(piece.equals(pcm.subarray(51, 91))).toBe(true)
    expect((await audio('', 'bytes=9999-'))[0].status).toBe(416)
    expectProblem(await supervisor.ask('GET', '/recordings/none'), 404)
  })
})

describe('a recording in parts', () => {
  /** A µ-law file of one channel: 8 octets a millisecond, all of one value. */
  async function part(id: string, value: number, at: { startedAt: number; durationMs: number }): Promise<void> {
    const samples = Buffer.alloc(8 * at.durationMs, value)
    const header = Buffer.alloc(44)
    header.write('RIFF', 0)
    header.write('WAVEfmt ', 8)
    header.writeUInt32LE(16, 16)
    header.writeUInt16LE(7, 20)
    header.writeUInt16LE(1, 22)
    header.writeUInt32LE(8000, 24)
    header.write('data', 36)
    header.writeUInt32LE(samples.length, 40)
    await centre.blobs.put(`recordings/${id}.wav`, Buffer.concat([header, samples]))
    await centre.recordings.upsert({
      ...{ id, interaction: 'ix-torn', ...at, channels: 1, codec: 'PCMU', state: 'stored' },
      ...{ blobKey: `recordings/${id}.wav`, sizeBytes: 44 + samples.length, attributes: { media: `of ${id}` } },
    })
  }

  it('REC-18 MED-25 is one: its lengths add up, its gap is marked, and it is heard as one with silence in the gap', async () => {
    await part('ix-torn.r1', 0, { startedAt: 1000, durationMs: 100 })
    await part('ix-torn.r1-2', 0x80, { startedAt: 1140, durationMs: 60 })
    const { body } = await supervisor.ask('GET', '/recordings/ix-torn.r1')
    expect(body).toMatchObject({ id: 'ix-torn.r1', durationMs: 200, state: 'stored', sha256: null })
    expect(body.attributes).toEqual({ parts: '2', media: 'of ix-torn.r1 of ix-torn.r1-2', gapsMs: '100-140' })
    const heard = async (range?: string): Promise<Buffer> => {
      const headers = { authorization: `Bearer ${supervisor.token}`, ...(range ? { range } : {}) }
      const response = await fetch(`${centre.base}/api/v1/recordings/ix-torn.r1/audio`, { headers })
      return Buffer.from(await response.arrayBuffer())
    }
    const whole = await heard()
    expect(whole.length).toBe(44 + 2 * 8 * 200)
    const at = (ms: number): number => whole.readInt16LE(44 + 2 * 8 * ms)
    expect([0, 99, 100, 139, 140, 199].map(at)).toEqual([-32124, -32124, 0, 0, 32124, 32124])
    const across = await heard(`bytes=${44 + 2 * 8 * 99}-${44 + 2 * 8 * 141 + 1}`)
    expect(across.equals(whole.subarray(44 + 2 * 8 * 99, 44 + 2 * 8 * 141 + 2))).toBe(true)
    expect((await supervisor.ask('GET', '/recordings/ix-torn.r1-2')).body).toMatchObject({ durationMs: 60 })
  })

  it('promise 15: says which part is missing', async () => {
    await part('ix-torn.r2-2', 0x80, { startedAt: 1140, durationMs: 60 })
    const { body } = await supervisor.ask('GET', '/recordings/ix-torn.r2')
    expect(body.attributes).toMatchObject({ parts: '2', missingParts: '1' })
    expect(body.durationMs).toBe(60)
  })
})

describe('the server', () => {
  it('tells its own description, health and metrics, and lets nothing be framed', async () => {
    const { body } = await new Asker(centre.base).ask('GET', '/openapi.json')
    expect(body.openapi).toBe('3.1.0')
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining([
        '/api/v1/interactions/{id}',
        '/api/v1/queues/{name}/live',
        '/api/v1/cluster',
        '/api/v1/users/bulk',
      ]),
    )
    const health = await new Asker(centre.base).ask('GET', `${centre.base}/health`)
    expect([health.status, health.body.healthy]).toEqual([200, true])
    expect((await new Asker(centre.base).ask('GET', `${centre.base}/health/primary`)).status).toBe(200)
    expect((await new Asker(centre.base).ask('GET', `${centre.base}/metrics`)).status).toBe(200)
    expect(health.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(health.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('as a backup it reads, and refuses to write with the address of the primary', async () => {
    centre.primary = false
    const refused = await agent1.ask('POST', '/agents/agent1/status', { status: 'ready' })
    expectProblem(refused, 503)
    expect(refused.body.primary).toBe('http://10.0.0.9:8080')
    expect((await agent1.ask('GET', '/agents/live')).status).toBe(200)
    expect((await new Asker(centre.base).ask('GET', `${centre.base}/health`)).status).toBe(200)
    expectProblem(await new Asker(centre.base).ask('GET', `${centre.base}/health/primary`), 503)
    centre.primary = true
  })
})
