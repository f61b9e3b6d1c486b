import { describe, expect, it } from 'vitest'
import { groupsOf, memoryOf, processorsOf, systemReadings } from './machine-readings.ts'

const MB = 1024 ** 2

/** Texts of a system by their file. */
const texts = (files: Readonly<Record<string, string>>) => (file: string) => files[file]

describe('what a machine says of itself (AA-21)', () => {
  it('is that of this machine where there are no groups', () => {
    const { memory, processors } = systemReadings(() => undefined)
    expect(memory().totalBytes).toBeGreaterThan(0)
    expect(memory().leftBytes).toBeLessThanOrEqual(memory().totalBytes)
    const [whole, ...more] = processors()
    expect([whole!.usedMs > 0, whole!.processors >= 1, more]).toEqual([true, true, []])
    expect(systemReadings().memory().totalBytes).toBeGreaterThan(0)
  })

  it('is that of the tightest group which it is in: a container has less than its machine', () => {
    const { memory, processors } = systemReadings(
      texts({
        '/proc/self/cgroup': '0::/pod/tandem',
        '/sys/fs/cgroup/pod/tandem/memory.max': 'max',
        '/sys/fs/cgroup/pod/memory.max': String(8 * MB),
        '/sys/fs/cgroup/pod/memory.current': String(7 * MB),
        '/sys/fs/cgroup/pod/memory.stat': `anon 1\ninactive_file ${2 * MB}\nactive_file 9`,
        '/sys/fs/cgroup/pod/tandem/cpu.max': '150000 100000',
        '/sys/fs/cgroup/pod/tandem/cpu.stat': 'usage_usec 2500000\nuser_usec 1',
        '/sys/fs/cgroup/pod/cpu.max': 'max 100000',
        '/sys/fs/cgroup/pod/cpu.stat': 'usage_usec 9000000',
      }),
    )
    expect(memory()).toEqual({ totalBytes: 8 * MB, leftBytes: 3 * MB })
    expect(processors().slice(1)).toEqual([{ usedMs: 2_500, processors: 1.5 }])
  })

  it('knows nothing of a group that has no limit, or whose files say something else', () => {
    for (const max of ['max', '', 'x'])
      expect(memoryOf('/g', texts({ '/g/memory.max': max, '/g/memory.current': '1' }))).toBeUndefined()
    expect(memoryOf('/g', texts({ '/g/memory.max': '5' }))).toBeUndefined()
    for (const max of ['max 100000', '', 'x y'])
      expect(processorsOf('/g', texts({ '/g/cpu.max': max, '/g/cpu.stat': 'usage_usec 1' }))).toBeUndefined()
    expect(processorsOf('/g', texts({ '/g/cpu.max': '1 1', '/g/cpu.stat': '' }))).toBeUndefined()
  })

  it('follows the groups from its own to the outermost', () => {
    expect(groupsOf('0::/a/b\n')).toEqual(['/sys/fs/cgroup/a/b', '/sys/fs/cgroup/a', '/sys/fs/cgroup'])
    expect(groupsOf('0::/')).toEqual(['/sys/fs/cgroup'])
    // Version 1, and a group that lies outside of what this process sees.
    expect(groupsOf('12:memory:/a\n1:name=systemd:/')).toEqual([])
    expect(groupsOf('0::/../b')).toEqual([])
  })
})
