import { afterEach, describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import { PoolRegisters, type RegisterChange } from '#seams/registers'
import { RegisterLinks } from '../kit/register-links.ts'

/** Long enough for any of these tests. */
const TTL_MS = 600_000
/** What is told is everywhere after this: a question rests 10 ms, and so does an answer. */
const TOLD_MS = 50

const open: PoolRegisters[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

/** Cores that came before another one hear its first answer after they have asked once more. */
const MET_MS = 700

async function pool(...names: string[]) {
  const clock = new VirtualClock()
  const links = new RegisterLinks()
  const core = (name: string): PoolRegisters => {
    const one = new PoolRegisters({ clock, logger: silentLogger })
    open.push(one)
    one.linked(links.join(name))
    return one
  }
  const pass = async (durationMs = TOLD_MS) => {
    for (let passed = 0; passed < durationMs; passed += 5) {
      clock.advance(5)
      await new Promise(setImmediate)
    }
  }
  const cores = names.map(core) as [PoolRegisters, PoolRegisters, PoolRegisters]
  await pass(MET_MS)
  return { clock, links, core, pass, cores }
}

const all = (registers: PoolRegisters) => registers.list('').then((found) => Object.fromEntries(found))

describe('cores that tell each other their registers over links', () => {
  it('know what any of them sets and removes, tell their watchers, and let it expire (MSU-09, FS-40)', async () => {
    const { cores, pass } = await pool('a', 'b', 'c')
    const [a, b, c] = cores
    const heard: RegisterChange[] = []
    c.watch('line/', (change) => heard.push(change))
    await a.set('line/1', 'x', TTL_MS)
    await b.set('line/2', 'y', 2_000)
    await pass()
    for (const one of cores) expect(await all(one)).toEqual({ 'line/1': 'x', 'line/2': 'y' })
    await a.set('line/1', 'x', TTL_MS)
    await c.remove('line/1')
    await pass()
    for (const one of cores) expect(await all(one)).toEqual({ 'line/2': 'y' })
    await pass(2_000)
    for (const one of cores) expect(await all(one)).toEqual({})
    expect(heard).toEqual([
      { key: 'line/1', value: 'x' },
      { key: 'line/2', value: 'y' },
      { key: 'line/1', value: undefined },
      { key: 'line/2', value: undefined },
    ])
  })

  it('know it through a third one while two are not linked, and say that not all are reached', async () => {
    const { cores, links, pass } = await pool('a', 'b', 'c')
    const [a, b] = cores
    await pass()
    expect(a.reach()).toBe('links')
    links.cut('a', 'b')
    expect([a.reach(), b.reach()]).toEqual(['nobody', 'nobody'])
    await a.set('line/1', 'x', TTL_MS)
    await pass()
    expect(await b.get('line/1')).toBe('x')
    links.cut('a', 'b', false)
    await pass(1_000)
    expect([a.reach(), b.reach()]).toEqual(['links', 'links'])
  })

  it('find the last writer by the same rule on both sides of a cut, however often it is told: nothing comes back', async () => {
    const { cores, clock, links, pass } = await pool('a', 'b')
    const [a, b] = cores
    await a.set('line/1', 'first', TTL_MS)
    await a.set('line/2', 'kept', TTL_MS)
    await pass()
    links.cut('a', 'b')
    await a.set('line/1', 'older', TTL_MS)
    await a.set('line/2', 'older', TTL_MS)
    clock.advance(1)
    await b.set('line/1', 'newer', TTL_MS)
    await b.remove('line/2')
    await pass(2_000)
    links.cut('a', 'b', false)
    await pass(1_000)
    for (const one of [a, b]) expect(await all(one)).toEqual({ 'line/1': 'newer' })
  })

  it('give all of it to a core that comes later, also what a core had told that is gone', async () => {
    const { cores, core, links, pass } = await pool('a', 'b')
    const [a] = cores
    const many = Array.from({ length: 1_200 }, (_, index) => `line/${index}`)
    for (const key of many) await a.set(key, key, TTL_MS)
    await a.remove('line/7')
    await pass()
    await a.close()
    links.leave('a')
    const c = core('c')
    await pass(MET_MS)
    expect(c.reach()).toBe('links')
    expect(Object.keys(await all(c)).sort()).toEqual(many.filter((key) => key !== 'line/7').sort())
  })

  it('say little while nothing changes, and much at once when much does', async () => {
    const { cores, links, pass } = await pool('a', 'b', 'c')
    await pass(1_000)
    links.questions = 0
    await pass(60_000)
    // Six ordered pairs, a question of five seconds each.
    expect(links.questions).toBeLessThanOrEqual(6 * 13)
    links.questions = 0
    for (let index = 0; index < 1_000; index++) await cores[0].set(`line/${index}`, 'x', TTL_MS)
    await pass(200)
    expect(Object.keys(await all(cores[2]))).toHaveLength(1_000)
    expect(links.questions).toBeLessThanOrEqual(40)
  })
})

describe('a core that is asked or answered by one that lies', () => {
  const REGISTERS_NEXT = 'registers.next'
  const question = { source: '', after: 0, alone: true, waits: false }
  const ask = (links: RegisterLinks, from: string, body: unknown) =>
    links.join(from).ask('a', REGISTERS_NEXT, body, { timeoutMs: 1_000 })

  it.each([
    ['nothing', undefined],
    ['words', 'all'],
    ['no place', { ...question, after: -1 }],
    ['a place that is none', { ...question, after: 1e99 }],
    ['no source', { ...question, source: 7 }],
  ])('refuses a question of %s', async (_, body) => {
    const { links } = await pool('a')
    await expect(ask(links, 'x', body)).rejects.toMatchObject({ code: 'registers.question' })
  })

  it('answers one that floods it with questions no more often than any other', async () => {
    const { cores, clock, links } = await pool('a')
    await cores[0].set('line/1', 'x', TTL_MS)
    const x = links.join('x')
    const asked = Array.from({ length: 1_000 }, () => x.ask('a', REGISTERS_NEXT, question, { timeoutMs: 1_000 }))
    const answers = Promise.all(asked)
    clock.advance(10)
    const told = (await answers).map((answer) => (answer as { changes: readonly unknown[] }).changes.length)
    // The first was answered at once, the last one in its time, and nothing was done for those that a newer one came after.
    expect([told.length, told.at(0), told.at(-1)]).toEqual([1_000, 1, 1])
    expect(told.slice(1, -1).every((count) => count === 0)).toBe(true)
  })

  it('takes from it what is a register, and nothing else', async () => {
    const { cores, links, pass } = await pool('a')
    const [a] = cores
    const later = Date.UTC(2027, 0, 1)
    const told = (changes: readonly unknown[]) => ({ source: 'x', place: 1, more: false, changes })
    const answers: unknown[] = [
      null,
      'all of it',
      told(Array.from({ length: 501 }, (_, index) => [`flood/${index}`, 'x', TTL_MS, later, 'x'])),
      told([
        ['', 'x', TTL_MS, later, 'x'],
        ['k'.repeat(513), 'x', TTL_MS, later, 'x'],
        ['big', 'x'.repeat(65_537), TTL_MS, later, 'x'],
        ['dead', 'x', 0, later, 'x'],
        ['number', 7, TTL_MS, later, 'x'],
        ['far', 'x', TTL_MS, 2 ** 60, 'x'],
        ['nameless', 'x', TTL_MS, later, ''],
        'words',
        ['good', 'x', Number.MAX_VALUE, 2 ** 52, 'x'],
      ]),
    ]
    const x = links.join('x')
    x.answer(REGISTERS_NEXT, () => (answers.length > 0 ? answers.shift() : new Promise(() => {})))
    await pass(2_500)
    expect(answers).toEqual([])
    expect(await all(a)).toEqual({ good: 'x' })
    // However far away its clock is, what is told here afterwards is later.
    await a.set('good', 'y', TTL_MS)
    expect(await all(a)).toEqual({ good: 'y' })
  })

  it('goes on when what it watches cannot make sense of a value', async () => {
    const { cores, pass } = await pool('a', 'b')
    const [a, b] = cores
    b.watch('', ({ value }) => JSON.parse(value ?? 'null'))
    await a.set('line/1', 'no JSON', TTL_MS)
    await a.set('line/2', '2', TTL_MS)
    await pass()
    expect(await all(b)).toEqual({ 'line/1': 'no JSON', 'line/2': '2' })
  })
})
