import { rmSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Cluster } from '#api/contract'
import { MemoryDrills } from '#seams/store'
import { TestCentre } from '../contract/api-kit.ts'
import { accessibilityFaults, buildPage, launch, logIn, missingBrowser, open, picture } from './page-kit.ts'

const well = { name: 'process', healthy: true, detail: 'follows the log' }
const cluster: Cluster = {
  ...{ primary: 'node1#11', term: 4, position: 12_345 },
  cores: [
    {
      ...{ name: 'node1#11', node: 'node1', role: 'primary', position: 12_345, lag: 0 },
      modules: [{ name: 'log', healthy: false, detail: '4 events wait for the database' }],
    },
    { name: 'node2#22', node: 'node2', role: 'backup', position: 12_340, lag: 5, modules: [well] },
  ],
  others: [
    {
      name: 'node1-edge',
      role: 'edge',
      node: 'node1',
      modules: [{ name: 'channel', healthy: true, detail: 'connected' }],
    },
  ],
  takeovers: [
    {
      ...{ at: '2026-11-26T10:00:00.000Z', term: 4, from: 'node2#21', to: 'node1#11', why: 'the lease lapsed' },
      ...{ leaseMs: 840, callsMs: 12 },
    },
  ],
  draining: [],
  machines: [
    {
      node: 'node1',
      modules: [
        { name: 'memory', healthy: true, detail: '4096 of 8192 MB left' },
        { name: 'processor', healthy: true, detail: '30 % used in the last minute' },
        { name: 'files', healthy: false, detail: 'stored and read in 3 ms, 200 MB left: make room' },
      ],
    },
  ],
  database: {
    ...{ host: 'db2:5432', place: 2, hosts: 2 },
    copies: [{ name: 'far', address: '192.0.2.7', state: 'streaming', behindBytes: 4_096, behindMs: 31 }],
  },
}

const missing = missingBrowser()
const asked: (string | undefined)[] = []
const drills = new MemoryDrills()
let centre: TestCentre
let browser: Browser
let webFolder: string | undefined

/** The same server under another name: to a browser it is another one, with sessions of its own. */
const elsewhere = (): string => centre.base.replace('127.0.0.1', 'localhost')
/** The pool, where the backup says how it is reached. */
const withAddress = (): Cluster => ({
  ...cluster,
  cores: cluster.cores.map((core) => (core.role === 'backup' ? { ...core, address: elsewhere() } : core)),
})

beforeAll(async () => {
  if (missing) return
  webFolder = buildPage()
  const pool = {
    switchTo: async (to: string | undefined) => {
      asked.push(to)
      return { from: 'node1#11', to: to ?? 'node2#22', switching: true }
    },
    drain: async () => ({ from: '', to: '', switching: false }),
    endDrain: async () => {},
    raiseLevel: async (level: number) => level,
  }
  ;[centre, browser] = await Promise.all([
    TestCentre.start({ webFolder, ports: { cluster: withAddress, drills, pool: () => pool } }),
    launch(),
  ])
})
afterAll(async () => {
  await browser?.close()
  await centre?.close()
  if (webFolder) rmSync(webFolder, { recursive: true, force: true })
})

const VIEWS = [
  { name: 'light', options: {} },
  { name: 'dark', options: { colorScheme: 'dark' as const } },
  { name: 'phone', options: { viewport: { width: 390, height: 844 }, locale: 'de-DE' } },
]

async function widthTooMuch(page: import('playwright-core').Page): Promise<unknown> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
}

describe.skipIf(missing)(`the page of the pool${missing ? ` (${missing})` : ''}`, () => {
  it('says who leads and what does not work, switches over when told twice, and drills (promise 18) (DR-04, DR-17, CFG-16, SW-17)', async () => {
    const { page, complaints } = await open(browser, centre.base)
    await logIn(page, 'admin')
    await page.locator('[data-state=live]').waitFor()
    await page.getByRole('link', { name: 'Pool' }).click()
    await page.locator('[data-troubles="2"]').getByText('4 events wait for the database').waitFor()
    await page.locator('[data-troubles="2"]').getByText('node1, files: stored and read in 3 ms').waitFor()
    await page.locator('[data-machine=node1]').getByText('memory: 4096 of 8192 MB left').waitFor()
    await page.locator('[data-machine=node1]').getByText('(needs attention)').waitFor()
    expect(
      await page.locator('[data-role]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-role'))),
    ).toEqual(['primary', 'backup', 'edge'])
    await page.locator('[data-takeover="4"]').getByText('the lease lapsed').waitFor()
    await page.locator('[data-database="2"]').getByText('Database at db2:5432: host 2 of 2.').waitFor()
    await page.locator('[data-copy=far]').getByText('far (192.0.2.7): streaming · 5 kB behind').waitFor()

    await page.getByRole('button', { name: 'Switch over …' }).click()
    await page.getByRole('radio', { name: 'node2#22' }).check()
    expect(await accessibilityFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'Cancel' }).last().click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(asked).toEqual([])
    await page.getByRole('button', { name: 'Switch over …' }).click()
    await page.getByRole('button', { name: 'Switch over', exact: true }).click()
    await page.getByText('Switching over to node2#22.').waitFor()
    expect(asked).toEqual(['node2#22'])

    await page.getByRole('button', { name: 'Failure drill …' }).click()
    await page.getByRole('radio', { name: 'Media' }).check()
    expect(await accessibilityFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'Kill it' }).click()
    await page.getByText('there is only one media process').waitFor()
    await page.getByRole('radio', { name: 'Core' }).check()
    await page.getByLabel('Test calls').fill('0')
    await page.getByRole('button', { name: 'Kill it' }).click()
    await page.locator('[data-drill][data-state=asked]').waitFor()
    expect(await page.getByRole('button', { name: 'A drill is running' }).isDisabled()).toBe(true)
    await picture(page, 'pool')

    const [first] = await drills.list(1)
    await drills.finish(first!.id, { problem: 'no test call was answered' })
    await page.locator('[data-drill][data-state=failed]').getByText('Failed: no test call was answered').waitFor()
    await page.getByRole('button', { name: 'Failure drill …' }).click()
    await page.getByRole('radio', { name: 'Media' }).check()
    await page.getByLabel('Also where nothing stands ready to take over').check()
    await page.getByRole('button', { name: 'Kill it' }).click()
    await page.locator('[data-drill][data-state=asked]').getByText('Media on node1').waitFor()
    await picture(page, 'pool-drill-failed')
    expect(await accessibilityFaults(page)).toEqual([])
    expect(complaints.filter((words) => !words.includes('status of 4'))).toEqual([])
    await page.context().close()
  })

  it('opens the page of another core at its own address (DSK-10)', async () => {
    const { page } = await open(browser, `${centre.base}/pool`)
    await logIn(page, 'supervisor')
    await page.locator('[data-member="node2#22"]').getByRole('link', { name: 'Open this core' }).click()
    await page.waitForURL(`${elsewhere()}/pool`)
    await logIn(page, 'supervisor')
    await page.locator('[data-member="node2#22"]').waitFor()
    await page.context().close()
  })

  it('shows an administrator who is logged on where, from where and since when (AGS-11)', async () => {
    const { page } = await open(browser, `${centre.base}/pool`)
    await logIn(page, 'admin')
    await page.locator('[data-log-on=admin][data-node=here]').first().waitFor()
    await centre.logOns.seen({ id: 's-elsewhere', user: 'agent3', expiresAt: Date.now() + 3_600_000 }, '192.0.2.9')
    const row = page.locator('[data-log-on=agent3]')
    await row.waitFor()
    expect(await row.innerText()).toMatch(/Agent 3 agent3, agent · on here · from 192\.0\.2\.9 · since /)
    await page.getByPlaceholder('Find by name, role or machine').fill('agent 3')
    await page.locator('[data-log-on=admin]').first().waitFor({ state: 'detached' })
    expect(await accessibilityFaults(page)).toEqual([])
    await page.context().close()
  })

  it('shows a supervisor the pool, and no buttons', async () => {
    const { page } = await open(browser, `${centre.base}/pool`)
    await logIn(page, 'supervisor')
    await page.locator('[data-member="node1#11"]').waitFor()
    expect(await page.getByRole('button', { name: /Switch over|drill/ }).count()).toBe(0)
    await page.context().close()
  })

  it('is whole in the dark, on a phone and in German', async () => {
    for (const { name, options } of VIEWS) {
      const { page } = await open(browser, `${centre.base}/pool`, options)
      await logIn(page, 'admin')
      await page.locator('[data-member="node1#11"]').waitFor()
      if (name === 'phone') await page.getByText('Führender Kern').waitFor()
      await picture(page, `pool-${name}`)
      expect(await accessibilityFaults(page), name).toEqual([])
      expect(await widthTooMuch(page), `${name} is wider than the screen`).toBe(0)
      await page.context().close()
    }
  })
})

describe.skipIf(missing)(`the wallboard${missing ? ` (${missing})` : ''}`, () => {
  it('shows the chosen queues, keeps them in its address, shows what is known while there is no core, and finds the next by itself (DSK-16, FS-17)', async () => {
    const { page, complaints } = await open(browser, `${centre.base}/wall`, { viewport: { width: 1920, height: 1080 } })
    await logIn(page, 'supervisor')
    await page.locator('[data-wall-queue=support]').waitFor()
    await page.getByText('Choose queues').click()
    await page.getByLabel('sales').check()
    await page.locator('[data-wall-queue=support]').waitFor({ state: 'detached' })
    await page.getByLabel('support').check()
    await page.waitForURL((url) => url.search === '?queues=sales,support')
    expect(await accessibilityFaults(page)).toEqual([])
    await page.reload()
    await centre.call('ix-wall', '1001')
    await page.locator('[data-wall-queue=support][data-press=waiting]').getByText('1', { exact: true }).waitFor()
    await picture(page, 'wall')
    expect(await accessibilityFaults(page)).toEqual([])
    await centre.restart(async () => {
      await page.getByText('what you see is as it was').waitFor()
      await page.locator('[data-wall-queue=support][data-press=waiting]').getByText('1', { exact: true }).waitFor()
    })
    await page.locator('[data-wall=live]').waitFor()
    await page.locator('[data-wall-queue=support][data-press=waiting]').waitFor()
    await centre.submit({ type: 'End', interaction: 'ix-wall', by: 'supervisor' })
    await page.locator('[data-wall-queue=support][data-press=calm]').waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('says to an agent that the queues of others are not theirs to see, in German on a phone', async () => {
    const { page } = await open(browser, `${centre.base}/wall`, VIEWS[2]!.options)
    await logIn(page, 'agent1')
    await page.getByText('Ihre Rolle sieht die Warteschlangen anderer nicht.').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    expect(await widthTooMuch(page)).toBe(0)
    await page.context().close()
  })
})
