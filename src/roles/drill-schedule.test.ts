import { describe, expect, it } from 'vitest'
import { silentLogger, systemClock } from '#base'
import { MemoryDrills } from '#seams/store'
import { DrillSchedule, whyNoSchedule } from './drill-schedule.ts'

function schedule(primary: string | undefined, cores: number) {
  const drills = new MemoryDrills()
  const made = new DrillSchedule({
    ...{ pattern: '0 3 * * 0', number: '1009', node: 'node1', drills, clock: systemClock, logger: silentLogger },
    standing: async () => ({ primary, cores }),
  })
  return { made, drills }
}

describe('drills by a timetable', () => {
  it('strike the primary of this machine while a backup stands behind it, once at a time (DR-04)', async () => {
    const { made, drills } = schedule('node1#12', 2)
    await made.strike()
    await made.strike()
    expect(await drills.list(9)).toEqual([
      expect.objectContaining({ askedBy: 'schedule', kill: 'core', node: 'node1', state: 'asked' }),
    ])
    made.close()
  })

  it.each([
    ['another machine has the primary', 'node2#12', 2],
    ['there is no primary', undefined, 2],
    ['there is no backup', 'node1#12', 1],
  ])('strike nobody while %s', async (_, primary, cores) => {
    const { made, drills } = schedule(primary, cores)
    await made.strike()
    expect(await drills.list(9)).toEqual([])
    made.close()
  })

  it('are refused where the line of cron says nothing', () => {
    expect(whyNoSchedule('0 3 * * 0')).toBeUndefined()
    expect(whyNoSchedule('at three')).toBeDefined()
  })
})
