import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Announcing, announcementOf, announcementsDue, nextAnnouncementAt, numberPrompts } from './announcement.ts'
import { NO_PACE } from './pace.ts'
import { newQueue } from './queue.ts'

const MINUTE = 60_000
const NOW = 1_000_000_000

/** A queue whose front has been served every so often, the last one just now. */
function pacedQueue(pauseMs: number, count = 20) {
  const queue = newQueue('support')
  queue.pace = { ...NO_PACE, pauses: Array.from({ length: count }, () => pauseMs), offeredAt: NOW }
  return queue
}

const said = (queue: ReturnType<typeof newQueue>, position: number) => announcementOf(queue, position, NOW).prompts

describe('what a waiting caller is told', () => {
  it('is the position alone while no wait can be named', () => {
    expect(announcementOf(newQueue('support'), 3, NOW)).toEqual({ prompts: ['position-is', 'numbers/3'] })
  })

  it('is less than a minute when it is', () => {
    expect(announcementOf(pacedQueue(5_000), 2, NOW)).toEqual({
      prompts: ['position-is', 'numbers/2', 'estimated-wait', 'less-than-a-minute'],
      expected: { leastMs: 0, mostMs: MINUTE },
    })
  })

  it('is a range of minutes, and the range that is judged is the one that was said', () => {
    const { prompts, expected } = announcementOf(pacedQueue(MINUTE), 9, NOW)
    expect(prompts).toEqual(['position-is', 'numbers/9', 'estimated-wait', 'numbers/6', 'numbers/11', 'minutes'])
    expect(expected).toEqual({ leastMs: 6 * MINUTE, mostMs: 11 * MINUTE })
  })

  it('says short ranges from less than a minute on', () => {
    expect(said(pacedQueue(MINUTE), 1).slice(2)).toEqual(['estimated-wait', 'numbers/1', 'numbers/2', 'minutes'])
    expect(said(pacedQueue(25_000), 1).slice(2)).toEqual(['estimated-wait', 'less-than-a-minute'])
    expect(said(pacedQueue(32_000), 2).slice(2)).toEqual(['estimated-wait', 'numbers/1', 'numbers/2', 'minutes'])
  })

  it('claims nothing of the beginning of a wait that may be shorter than a minute', () => {
    const { prompts, expected } = announcementOf(pacedQueue(MINUTE), 1, NOW)
    expect(prompts.slice(2)).toEqual(['estimated-wait', 'numbers/1', 'numbers/2', 'minutes'])
    expect(expected).toEqual({ leastMs: 0, mostMs: 2 * MINUTE })
  })

  it('names no wait that nobody can plan by', () => {
    expect(announcementOf(pacedQueue(4 * MINUTE), 40, NOW)).toEqual({ prompts: ['position-is', 'numbers/40'] })
  })

  it('is nothing far behind', () => {
    expect(announcementOf(pacedQueue(5_000), 100, NOW)).toEqual({ prompts: [] })
  })
})

describe('numbers', () => {
  it.each([
    [0, ['numbers/0']],
    [7, ['numbers/7']],
    [20, ['numbers/20']],
    [21, ['numbers/20', 'numbers/1']],
    [30, ['numbers/30']],
    [99, ['numbers/90', 'numbers/9']],
    [100, undefined],
    [-1, undefined],
    [1.5, undefined],
  ])('%d is said as %o', (number, prompts) => {
    expect(numberPrompts(number)).toEqual(prompts)
  })
})

describe('when something is said', () => {
  const queue: Announcing = {
    positionEveryMs: 30_000,
    comfort: [
      { afterMs: 45_000, everyMs: 60_000, prompts: ['again'] },
      { afterMs: 60_000, prompts: ['once'] },
    ],
  }

  it('follows from the moment of entering alone', () => {
    const times: number[] = []
    for (let at = nextAnnouncementAt(queue, 1_000, 1_000); at! <= 166_000; at = nextAnnouncementAt(queue, 1_000, at!)) {
      times.push(at! - 1_000)
    }
    expect(times).toEqual([30_000, 45_000, 60_000, 90_000, 105_000, 120_000, 150_000, 165_000])
  })

  it('is never for a queue that says nothing, or nothing more', () => {
    expect(nextAnnouncementAt({ positionEveryMs: 0 }, 0, 0)).toBeUndefined()
    const once = { positionEveryMs: 0, comfort: [{ afterMs: 5_000, prompts: ['once'] }] }
    expect(nextAnnouncementAt(once, 0, 4_999)).toBe(5_000)
    expect(nextAnnouncementAt(once, 0, 5_000)).toBeUndefined()
  })

  it.each([
    [29_999, 30_000, true, []],
    [44_999, 45_000, false, ['again']],
    [59_999, 60_000, true, ['once']],
    [30_000, 44_999, false, []],
    [44_999, 60_000, true, ['again', 'once']],
  ])('is, after %i and up to %i, the position: %s, and of comfort %j', (from, to, position, prompts) => {
    const due = announcementsDue(queue, 0, { from, to })
    expect([due.position, due.comfort.flatMap((one) => one.prompts)]).toEqual([position, prompts])
  })

  it('leaves nothing out and says nothing twice, however late it is served', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 20 }), (steps) => {
        let from = 0
        const said: string[] = []
        for (const step of steps) {
          const due = announcementsDue(queue, 0, { from, to: from + step })
          said.push(...due.comfort.flatMap((one) => one.prompts))
          from += step
        }
        expect(said.filter((prompt) => prompt === 'once').length).toBe(from >= 60_000 ? 1 : 0)
      }),
    )
  })
})
