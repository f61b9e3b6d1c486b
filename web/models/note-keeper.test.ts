import { describe, expect, it } from 'vitest'
import { NOTE_CHARS_MAX, type Note } from '#api/contract'
import { ApiProblem } from './api-client.ts'
import { CHARS_MAX, NoteKeeper } from './note-keeper.ts'

function setUp(kept: Record<string, string> = {}, server: Note = {}) {
  const storage = {
    getItem: (key: string) => kept[key] ?? null,
    setItem: (key: string, value: string) => {
      kept[key] = value
    },
    removeItem: (key: string) => {
      delete kept[key]
    },
  }
  const timers: { ms: number; call: () => void }[] = []
  const clock = {
    now: () => 0,
    after: (ms: number, call: () => void) => {
      const timer = { ms, call }
      timers.push(timer)
      return () => {
        const at = timers.indexOf(timer)
        if (at >= 0) timers.splice(at, 1)
      }
    },
  }
  const written: Note[] = []
  const world = { away: false, refuses: '' }
  const keeper = new NoteKeeper({
    ...{ interaction: 'ix', storage, clock },
    read: async () => server,
    write: async (note) => {
      if (world.away) throw new Error('away')
      if (world.refuses !== '') throw new ApiProblem(422, world.refuses)
      written.push(note)
    },
  })
  const elapse = async (): Promise<void> => {
    for (const { call } of timers.splice(0)) call()
    await new Promise((resolve) => setTimeout(resolve))
  }
  return { keeper, kept, written, world, timers, elapse }
}

describe('what is written down', () => {
  it('is in the browser at once and on the server after a pause (DSK-08)', async () => {
    const { keeper, kept, written, elapse } = setUp()
    keeper.type({ text: 'a' })
    keeper.type({ text: 'ab' })
    expect(JSON.parse(kept['tandem.note.ix']!)).toEqual({ text: 'ab' })
    expect(written).toEqual([])
    await elapse()
    expect(written).toEqual([{ text: 'ab' }])
    expect(keeper.get().state).toBe('saved')
    expect(kept).toEqual({})
  })

  it('that the server does not take stays in the browser with the reason, and is tried again when something else is typed', async () => {
    const { keeper, kept, written, world, timers, elapse } = setUp()
    world.refuses = 'the text is none'
    keeper.type({ text: 'a' })
    await elapse()
    expect(keeper.get()).toEqual({ draft: { text: 'a' }, state: 'refused', fault: 'the text is none' })
    expect(timers).toEqual([])
    expect(JSON.parse(kept['tandem.note.ix']!)).toEqual({ text: 'a' })
    expect(await keeper.save()).toBe(false)
    world.refuses = ''
    keeper.type({ text: 'b' })
    await elapse()
    expect(written).toEqual([{ text: 'b' }])
    expect(keeper.get()).toEqual({ draft: { text: 'b' }, state: 'saved' })
  })

  it('comes back after a reload: the browser’s words before the server’s', async () => {
    const { keeper, written, elapse } = setUp({ 'tandem.note.ix': '{"text":"newer"}' }, { text: 'older' })
    expect(keeper.get().draft).toEqual({ text: 'newer' })
    await elapse()
    expect(written).toEqual([{ text: 'newer' }])
    const other = setUp({}, { text: 'older', code: 'Complaint' })
    await other.elapse()
    expect(other.keeper.get()).toEqual({ draft: { text: 'older', code: 'Complaint' }, state: 'saved' })
    expect(setUp({ 'tandem.note.ix': 'garbage' }).keeper.get().state).toBe('empty')
  })

  it('is tried again while the server is away, and says so', async () => {
    const { keeper, written, world, elapse } = setUp()
    world.away = true
    keeper.type({ code: 'Complaint' })
    await elapse()
    expect(keeper.get()).toEqual({ draft: { code: 'Complaint' }, state: 'unsaved' })
    expect(await keeper.save()).toBe(false)
    world.away = false
    await elapse()
    expect(written).toEqual([{ code: 'Complaint' }])
    expect(keeper.get().state).toBe('saved')
  })

  it('keeps what is typed while a save is on its way', async () => {
    const { keeper, written, elapse } = setUp()
    keeper.type({ text: 'one' })
    const saving = keeper.save()
    keeper.type({ text: 'one two' })
    await saving
    expect(keeper.get().state).toBe('typing')
    await elapse()
    expect(written.at(-1)).toEqual({ text: 'one two' })
  })

  it('takes as many characters as the server', () => {
    expect(CHARS_MAX).toBe(NOTE_CHARS_MAX)
  })

  it('lets go of timers when the page shows another', () => {
    const { keeper, timers } = setUp()
    keeper.close()
    expect(timers).toEqual([])
  })
})
