import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import { MemoryLease } from '#seams/lease'
import { watchFencedCore } from './fenced-core.ts'
import { isAlive } from './process-table.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A process that looks like a core of a machine, and the lease that it has. */
async function core() {
  const runFolder = mkdtempSync(join(tmpdir(), 'tandem-fenced-'))
  folders.push(runFolder)
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'core', runFolder], { stdio: 'ignore' })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  writeFileSync(join(runFolder, 'core.pid'), String(child.pid))
  const clock = new VirtualClock()
  const lease = new MemoryLease(clock)
  const { term } = (await lease.acquire(`node1#${child.pid}`, 2_000))!
  const watch = watchFencedCore({ lease, node: 'node1', runFolder, clock, logger: silentLogger })
  const pass = async (ms: number) => {
    await new Promise((resolve) => setImmediate(resolve))
    clock.advance(ms)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { child, exited, lease, term, watch, pass }
}

describe('the supervisor', () => {
  it('ends a stopped core of its machine when another has the lease, so that it is a backup again (SW-10)', async () => {
    const { child, exited, lease, term, watch, pass } = await core()
    child.kill('SIGSTOP')
    await lease.release(term)
    await lease.acquire('node2#1', 2_000)
    await pass(2_900)
    expect(isAlive(child.pid!)).toBe(true)
    await pass(200)
    await exited
    watch.close()
  })

  it('leaves a core alone that still is primary, or whose lease nobody took', async () => {
    const { child, exited, lease, term, watch, pass } = await core()
    await lease.release(term)
    await pass(10_000)
    await lease.acquire(`node1#${child.pid}`, 2_000)
    await pass(10_000)
    expect(isAlive(child.pid!)).toBe(true)
    watch.close()
    child.kill('SIGKILL')
    await exited
  })
})
