import { describe, expect, it } from 'vitest'
import { LEVEL_MS, MicrophoneTrial, TRIAL_MS } from './softphone-trial.ts'

function bench() {
  const did: string[] = []
  const levels: number[] = []
  let next: (() => void) | undefined
  let loudness = 0.5
  const trial = new MicrophoneTrial({
    sound: { level: () => loudness, release: (stream) => did.push(`release ${stream.id}`) },
    after: (_, call) => {
      next = call
      return () => {
        next = undefined
      }
    },
    onLevel: ({ mine }) => levels.push(mine),
    onChanged: (isTried) => did.push(`tried ${isTried}`),
  })
  const look = (times = 1): void => {
    for (let time = 0; time < times; time++) next?.()
  }
  const whisper = (): void => {
    loudness = 0.1
  }
  return { trial, did, levels, look, whisper, waits: () => next !== undefined }
}

const microphone = (id: string) => ({ id }) as MediaStream

describe('a microphone that is tried', () => {
  it('shows how loud it is for some seconds, and is let go', () => {
    const { trial, did, levels, look, whisper, waits } = bench()
    trial.begin(microphone('a'))
    look()
    whisper()
    look()
    expect([levels, trial.isOn]).toEqual([[0.5, 0.5, 0.1], true])
    look(TRIAL_MS / LEVEL_MS)
    expect([did, levels.at(-1), trial.isOn, waits()]).toEqual([
      ['tried true', 'release a', 'tried false'],
      0,
      false,
      false,
    ])
  })

  it('is let go when another one is tried, or a call needs it', () => {
    const { trial, did, waits } = bench()
    trial.end()
    trial.begin(microphone('a'))
    trial.begin(microphone('b'))
    trial.end()
    expect(did).toEqual(['tried true', 'release a', 'tried false', 'tried true', 'release b', 'tried false'])
    expect(waits()).toBe(false)
  })
})
