/** Promise 18: a running installation is struck by its own command, and says what was lost. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/api-client.ts'
import { Phone } from '../kit/phone.ts'
import { type System, startSystem } from '../kit/system.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
let system: System

beforeAll(async () => {
  system = await startSystem({ environment: { TANDEM_MEDIA_PROCESSES: '1' } })
  const api = await system.api('admin')
  await eventually('a backup', async () => {
    const { cores } = await api.get<{ cores: { role: string; modules: { healthy: boolean }[] }[] }>('/cluster')
    const inSync = cores.some(({ role, modules }) => role === 'backup' && modules.every(({ healthy }) => healthy))
    return inSync ? true : undefined
  })
})

afterAll(() => system?.stop())

async function tandem(...words: readonly string[]): Promise<{ code: number; said: string }> {
  const settings = {
    TANDEM_DATA: system.data,
    TANDEM_HTTP_PORT: String(new URL(system.http).port),
    TANDEM_SIP_PORT: String(system.sip.port),
  }
  const run = promisify(execFile)(process.execPath, [join(ROOT, 'bin/tandem.js'), ...words], {
    env: {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TANDEM_'))),
      ...settings,
    },
  })
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    (cause: { code: number; stdout: string; stderr: string }) => ({
      code: cause.code,
      said: cause.stdout + cause.stderr,
    }),
  )
}

interface Drill {
  readonly kill: string
  readonly askedBy: string
  readonly state: string
  readonly score: { readonly callsLost: number; readonly waiting: number; readonly terms: readonly number[] } | null
}

describe('tandem drill', () => {
  it('kills the primary under a waiting caller and test calls, and scores nothing lost (DR-04, DR-10)', async () => {
    const before = system.pid('core')
    const phone = await Phone.open({ server: system.sip, user: '7700001' })
    const call = await phone.dial('1001')
    await call.connected()
    const { code, said } = await tandem('drill', '--kill', 'core', '--calls', '2', '--yes')
    console.info(said)
    expect(said).toMatch(/calls lost +0\n.*places lost +0\n.*records lost +0/s)
    expect(said).toMatch(/primary +changed/)
    expect(code).toBe(0)
    expect(system.pid('core')).not.toBe(before)
    expect(call.state).toBe('connected')
    await call.hangUp()
    await phone.close()
    const [drill] = await (await system.api('admin')).get<Drill[]>('/drills')
    expect(drill).toMatchObject({ kill: 'core', state: 'done', score: { callsLost: 0, waiting: 1 } })
  })

  it('is refused with a sentence where it would be felt, and to whoever may not', async () => {
    const media = system.pid('media')
    const { code, said } = await tandem('drill', '--kill', 'media', '--yes')
    expect([code, said]).toEqual([1, expect.stringContaining('only one media process')])
    const supervisor = await system.api('supervisor')
    expect((await supervisor.raw('POST', '/drills', { kill: 'core' })).status).toBe(403)
    expect(system.pid('media')).toBe(media)
  })
})
