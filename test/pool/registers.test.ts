import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger, systemClock } from '#base'
import { PoolRegisters, type Reach, type RegisterChange, redisOptions } from '#seams/registers'
import { registersKeepTheContract } from '../contract/registers-contract.ts'
import { eventually } from '../kit/api-client.ts'
import { startRedis, startSentinel, type TestRedis } from '../kit/redis.ts'
import { RegisterLinks } from '../kit/register-links.ts'
import { TcpWay } from '../kit/tcp-way.ts'

/** Long enough for any of these tests. */
const TTL_MS = 60_000

const opened: { close(): Promise<void> }[] = []
let redis: TestRedis

async function open(url = redis.url): Promise<PoolRegisters> {
  const registers = new PoolRegisters({ url, clock: systemClock, logger: silentLogger })
  opened.push(registers)
  expect(await registers.ready(TTL_MS)).toBe(true)
  return registers
}

const holds = (registers: PoolRegisters, key: string, value: string | undefined) =>
  eventually(`${key} to be ${value}`, async () => ((await registers.get(key)) === value ? true : undefined))

registersKeepTheContract('Redis', async () => {
  const server = await startRedis()
  const registers = new PoolRegisters({ url: server.url, clock: systemClock, logger: silentLogger })
  await registers.ready(TTL_MS)
  return {
    registers,
    pass: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
    // What two fifths of it leave is how late a busy machine may come back to a test.
    life: 3_000,
    async close() {
      await registers.close()
      await server.stop()
    },
  }
})

describe('a pool’s registers in Redis', () => {
  beforeEach(async () => {
    redis = await startRedis()
  })
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()))
    await redis.stop()
  })

  it('are the same in every process, also in one that comes later (MSU-04)', async () => {
    const [a, b] = [await open(), await open()]
    const heard: RegisterChange[] = []
    b.watch('line/', (change) => heard.push(change))
    await a.set('line/1', 'x', TTL_MS)
    await holds(b, 'line/1', 'x')
    await a.set('line/1', 'x', TTL_MS)
    await a.set('line/1', 'y', TTL_MS)
    await holds(b, 'line/1', 'y')
    await holds(await open(), 'line/1', 'y')
    expect(await a.remove('line/1')).toBe(true)
    await holds(b, 'line/1', undefined)
    expect(heard).toEqual([
      { key: 'line/1', value: 'x' },
      { key: 'line/1', value: 'y' },
      { key: 'line/1', value: undefined },
    ])
  })

  it('expire in every process, and in Redis', async () => {
    const [a, b] = [await open(), await open()]
    await a.set('line/1', 'x', 3_000)
    await holds(b, 'line/1', 'x')
    await holds(b, 'line/1', undefined)
    await holds(await open(), 'line/1', undefined)
  })

  it('go on from each process’s own copy while Redis is away, and fill it when it is back empty (MSU-06, MSU-07, FS-40, MSU-09)', async () => {
    const [a, b] = [await open(), await open()]
    const heard: RegisterChange[] = []
    b.watch('', (change) => heard.push(change))
    await a.set('line/1', 'x', TTL_MS)
    await a.set('line/2', 'x', TTL_MS)
    await holds(b, 'line/2', 'x')
    redis.kill()
    const away = { code: 'registers.unreachable' }
    await eventually('a to notice', () =>
      a.get('line/1').then(
        () => undefined,
        () => true,
      ),
    )
    await expect(a.set('line/1', 'y', TTL_MS)).rejects.toMatchObject(away)
    await expect(a.remove('line/2')).rejects.toMatchObject(away)
    await expect(b.set('line/3', 'z', TTL_MS)).rejects.toMatchObject(away)
    await redis.start()
    await holds(b, 'line/1', 'y')
    await holds(a, 'line/3', 'z')
    await holds(b, 'line/2', undefined)
    const later = await open()
    expect(await later.list('')).toEqual(
      new Map([
        ['line/1', 'y'],
        ['line/3', 'z'],
      ]),
    )
    // Nothing flapped meanwhile: the outage itself changed no register.
    expect(heard.filter(({ key }) => key === 'line/1').map(({ value }) => value)).toEqual(['x', 'y'])
  })

  it('do not wait for a Redis that hangs', async () => {
    const a = await open()
    redis.kill('SIGSTOP')
    const since = performance.now()
    await expect(a.set('line/1', 'x', TTL_MS)).rejects.toMatchObject({ code: 'registers.unreachable' })
    expect(performance.now() - since).toBeLessThan(20_000)
    redis.kill('SIGCONT')
    await holds(await open(), 'line/1', 'x')
  })
})

describe('a pool’s registers while Redis is away, in cores that are linked', () => {
  let links: RegisterLinks
  beforeEach(async () => {
    redis = await startRedis()
    links = new RegisterLinks()
  })
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()))
    await redis.stop()
  })

  /** A core; one that begins while Redis is away knows all when the others have told it. */
  async function core(name: string, { url = redis.url, away = false } = {}): Promise<PoolRegisters> {
    const registers = away ? new PoolRegisters({ url, clock: systemClock, logger: silentLogger }) : await open(url)
    if (away) opened.push(registers)
    registers.linked(links.join(name))
    return registers
  }

  /** Dies at once, and all know it. */
  async function dies(name: string, registers: PoolRegisters): Promise<void> {
    links.leave(name)
    await registers.close()
  }

  const reaches = (registers: PoolRegisters, by: Reach) =>
    eventually(`the way to be ${by}`, () => (registers.reach() === by ? true : undefined))
  const all = (registers: PoolRegisters) => registers.list('').then((found) => Object.fromEntries(found))

  it('say nothing to each other while they have Redis', async () => {
    const [a, b] = [await core('a'), await core('b')]
    for (let index = 0; index < 200; index++) await a.set(`line/${index}`, 'x', TTL_MS)
    await holds(b, 'line/199', 'x')
    expect([a.reach(), b.reach(), links.questions]).toEqual(['redis', 'redis', 0])
  })

  it('know what any of them told, also one that died meanwhile; so does one that starts, and Redis when it is back empty (MSU-09, MSU-07, FS-40)', async () => {
    const [a, b] = [await core('a'), await core('b')]
    await a.set('seat/agent/ann', 'taken', TTL_MS)
    await a.set('log-on/ann', 'here', TTL_MS)
    await b.set('log-on/bob', 'here', TTL_MS)
    await holds(b, 'log-on/ann', 'here')
    await holds(a, 'log-on/bob', 'here')
    redis.kill()
    await Promise.all([reaches(a, 'links'), reaches(b, 'links')])
    // Nothing fails: what is told reaches all.
    await a.set('session-over/ann', '1', TTL_MS)
    expect(await a.remove('log-on/ann')).toBe(true)
    await holds(b, 'session-over/ann', '1')
    await holds(b, 'log-on/ann', undefined)
    await dies('a', a)
    const c = await core('c', { away: true })
    await reaches(c, 'links')
    const known = { 'log-on/bob': 'here', 'seat/agent/ann': 'taken', 'session-over/ann': '1' }
    expect(await all(c)).toEqual(known)
    await b.set('line/1', 'x', TTL_MS)
    await holds(c, 'line/1', 'x')
    await dies('c', c)
    await redis.start()
    await reaches(b, 'redis')
    expect(await all(b)).toEqual({ ...known, 'line/1': 'x' })
    await eventually('Redis to have it all', async () => {
      const text = await redis.says('keys *')
      const has = [...Object.keys(known), 'line/1'].every((key) => text.includes(key))
      return has && !text.includes('log-on/ann') ? true : undefined
    })
    expect(await all(await open())).toEqual({ ...known, 'line/1': 'x' })
  })

  it('find the last writer when Redis is back with what it had before: nothing comes back that was removed', async () => {
    const [a, b] = [await core('a'), await core('b')]
    for (const key of ['line/1', 'line/2', 'line/3']) await a.set(key, 'old', TTL_MS)
    await holds(b, 'line/3', 'old')
    expect(await redis.says('save')).toContain('OK')
    redis.kill()
    await Promise.all([reaches(a, 'links'), reaches(b, 'links')])
    await a.remove('line/1')
    await a.set('line/2', 'new', TTL_MS)
    await b.remove('line/3')
    await holds(b, 'line/2', 'new')
    await holds(b, 'line/1', undefined)
    await holds(a, 'line/3', undefined)
    // Of what a told only b knows.
    await dies('a', a)
    await redis.start()
    await reaches(b, 'redis')
    expect(await all(b)).toEqual({ 'line/2': 'new' })
    await eventually('Redis to be right', async () => {
      const [keys, value] = [await redis.says('keys *'), await redis.says('get tandem:register:line/2')]
      return !/line.[13]/.test(keys) && value.includes(' new') ? true : undefined
    })
    expect(await all(await open())).toEqual({ 'line/2': 'new' })
  })

  it('are told both ways to one that Redis is away from alone', async () => {
    const way = await TcpWay.open(redis.port)
    try {
      const a = await core('a')
      const b = await core('b', { url: `redis://127.0.0.1:${way.port}` })
      const c = await core('c')
      way.cut()
      await reaches(b, 'links')
      expect([a.reach(), c.reach()]).toEqual(['redis', 'redis'])
      await a.set('line/1', 'x', TTL_MS)
      await b.set('line/2', 'y', TTL_MS)
      await holds(b, 'line/1', 'x')
      await holds(a, 'line/2', 'y')
      await holds(c, 'line/2', 'y')
      await c.remove('line/2')
      await holds(b, 'line/2', undefined)
      way.mend()
      await reaches(b, 'redis')
      expect(await all(b)).toEqual({ 'line/1': 'x' })
      expect(await all(await open())).toEqual({ 'line/1': 'x' })
    } finally {
      await way.close()
    }
  })

  it('go by the links while Redis hangs, and by Redis again when it answers in time', async () => {
    const [a, b] = [await core('a'), await core('b')]
    redis.kill('SIGSTOP')
    await a.set('line/1', 'x', TTL_MS)
    await holds(b, 'line/1', 'x')
    expect(a.reach()).toBe('links')
    redis.kill('SIGCONT')
    await reaches(a, 'redis')
    await holds(await open(), 'line/1', 'x')
  })
})

describe('a Redis that is guarded', () => {
  it('lets in by password only', async () => {
    redis = await startRedis(['--requirepass', 'secret word'])
    const at = `127.0.0.1:${redis.port}`
    const good = await open(`redis://:secret%20word@${at}`)
    await good.set('a', '1', TTL_MS)
    const bad = new PoolRegisters({ url: `redis://:wrong@${at}`, clock: systemClock, logger: silentLogger })
    expect(await bad.ready(1_000)).toBe(false)
    await Promise.all([good.close(), bad.close()])
    await redis.stop()
  })
})

describe('a Redis behind Sentinels', () => {
  it('is found again after its master died (MSU-08)', async () => {
    const master = await startRedis()
    const replica = await startRedis(['--replicaof', `127.0.0.1 ${master.port}`])
    const sentinels = await Promise.all([1, 2, 3].map(() => startSentinel('pool', master.port)))
    const hosts = sentinels.map(({ port }) => `127.0.0.1:${port}`).join()
    const url = `redis+sentinel://${hosts}/pool`
    const [a, b] = [await open(url), await open(url)]
    await a.set('line/1', 'x', TTL_MS)
    await holds(b, 'line/1', 'x')
    await eventually('the Sentinels to know the replica', () =>
      replica.says('role').then((role) => (/slave/.test(role) && /connected/.test(role) ? true : undefined)),
    )
    master.kill()
    await eventually('the new master', () =>
      replica.says('role').then((role) => (/master/.test(role) ? true : undefined)),
    )
    await eventually('a to write again', () =>
      a.set('line/2', 'y', TTL_MS).then(
        () => true,
        () => undefined,
      ),
    )
    await holds(b, 'line/2', 'y')
    await holds(b, 'line/1', 'x')
    await Promise.all(opened.splice(0).map((one) => one.close()))
    await Promise.all([...sentinels, replica, master].map((one) => one.stop()))
  })
})

describe('the URL of a Redis', () => {
  it.each([
    ['redis://h', { host: 'h', port: 6379 }],
    ['redis://:p%40ss@h:1/2', { host: 'h', port: 1, db: 2, password: 'p@ss' }],
    ['rediss://u:p@[::1]:1', { host: '::1', port: 1, username: 'u', password: 'p', tls: {} }],
    [
      'redis+sentinel://h1,h2:1/main/3?sentinelPassword=x',
      {
        name: 'main',
        db: 3,
        sentinels: [
          { host: 'h1', port: 26379 },
          { host: 'h2', port: 1 },
        ],
        sentinelPassword: 'x',
      },
    ],
  ])('%s', (url, options) => expect(redisOptions(url)).toEqual(options))

  it.each(['http://h', 'redis://h1,h2', 'redis+sentinel://h1,h2', 'redis://h/x'])('%s is refused', (url) => {
    expect(() => redisOptions(url)).toThrow(/address of Redis/)
  })
})
