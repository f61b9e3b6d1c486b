import { describe, expect, it } from 'vitest'
import { ApiProblem } from './api-client.ts'
import { AGAIN_MS, PATIENCE_MS, patiently } from './patience.ts'

/** Answers one after the other, the last for ever, on a clock that goes as far as it is asked to. */
function asking(...answers: readonly (string | ApiProblem)[]) {
  let now = 0
  let asked = 0
  const clock = {
    now: () => now,
    after: (delayMs: number, call: () => void) => {
      now += delayMs
      queueMicrotask(call)
      return () => {}
    },
  }
  const done = patiently(async () => {
    const answer = answers[Math.min(asked++, answers.length - 1)]!
    if (answer instanceof ApiProblem) throw answer
    return answer
  }, clock)
  return { done, asked: () => asked, now: () => now }
}

const away = new ApiProblem(0, '')
const nobody = new ApiProblem(503, 'no core is the primary')
const refused = new ApiProblem(409, 'it is connected by now')

describe('asking during a takeover (DSK-09)', () => {
  it('is done once there is a primary', async () => {
    const { done, asked, now } = asking(away, nobody, nobody, 'held')
    expect(await done).toBe('held')
    expect([asked(), now()]).toEqual([4, 3 * AGAIN_MS])
  })

  it('is told at once what was refused, unless an answer was lost that may have been a yes', async () => {
    const first = asking(refused, 'never')
    await expect(first.done).rejects.toBe(refused)
    expect(first.asked()).toBe(1)
    await expect(asking(nobody, refused).done).rejects.toBe(refused)
    expect(await asking(away, refused).done).toBeUndefined()
    const broken = new ApiProblem(422, 'this number leads nowhere')
    await expect(asking(away, broken).done).rejects.toBe(broken)
  })

  it('has an end', async () => {
    const { done, asked } = asking(nobody)
    await expect(done).rejects.toBe(nobody)
    expect(asked()).toBe(PATIENCE_MS / AGAIN_MS + 1)
  })
})
