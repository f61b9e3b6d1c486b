import { rmSync } from 'node:fs'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Queue } from '#kernel/config'
import { TestCentre } from '../contract/api-kit.ts'
import { accessibilityFaults, buildPage, launch, logIn, open, ringLong, type WatchedPage } from './page-kit.ts'

export interface DeskStageOptions {
  /** Whose phones are there. */
  readonly users: readonly string[]
  /** What of the queue `support` is other than the demo's. */
  readonly support?: Partial<Queue>
  /** Other ports of the API than the test's own. */
  readonly ports?: NonNullable<Parameters<typeof TestCentre.start>[0]>['ports']
}

/** A wrap-up of the demo's two seconds would be over before a browser on a busy machine has looked. */
export const LONG_WRAP_UP = { wrapUpMs: 120_000, wrapUpMaxMs: 600_000 } as const

/** A centre in memory, a browser, and the desks that are opened in it. */
export class DeskStage {
  readonly centre: TestCentre
  readonly browser: Browser
  readonly webFolder: string
  #calls = 0

  private constructor(centre: TestCentre, browser: Browser, webFolder: string) {
    this.centre = centre
    this.browser = browser
    this.webFolder = webFolder
  }

  static async start({ users, support, ports }: DeskStageOptions): Promise<DeskStage> {
    const webFolder = buildPage()
    const [centre, browser] = await Promise.all([TestCentre.start({ webFolder, ...(ports && { ports }) }), launch()])
    await ringLong(centre)
    const { queues, version } = centre.state.configuration
    const value = { ...queues.get('support')!, ...support }
    const changes = [{ kind: 'queue' as const, name: 'support', value }]
    if (support) await centre.submit({ type: 'ChangeConfiguration', by: 'test', basedOn: version, changes })
    for (const user of users) await centre.submit({ type: 'SetReachable', user, reachable: true })
    return new DeskStage(centre, browser, webFolder)
  }

  /** The desk of an agent, live. */
  async desk(user: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
    const watched = await open(this.browser, this.centre.base, options)
    await logIn(watched.page, user)
    await watched.page.waitForURL(/\/desk/)
    await watched.page.locator('[role=status][data-state=live]').waitFor()
    return watched
  }

  /** A call in support that rings on that desk. */
  async rings(page: Page, from = '+49301234567'): Promise<string> {
    const id = `ix-desk-${++this.#calls}`
    await this.centre.call(id, '1001', from)
    await page.locator(`[data-shown=${id}]`).waitFor()
    return id
  }

  phaseOf(id: string): string | undefined {
    return this.centre.state.interactions.get(id)?.phase.state
  }

  /** Ends whatever goes on: what is ended once may have work after it. */
  async endAll(): Promise<void> {
    for (const id of [...this.centre.state.interactions.keys()]) {
      await this.centre.submit({ type: 'End', interaction: id, by: 'test' })
      await this.centre.submit({ type: 'End', interaction: id, by: 'test' })
    }
  }

  async close(): Promise<void> {
    await this.browser.close()
    await this.centre.close()
    rmSync(this.webFolder, { recursive: true, force: true })
  }
}

/** Nothing that axe finds, and nothing that the page complained of. */
export async function faultless({ page, complaints }: WatchedPage): Promise<void> {
  expect(await accessibilityFaults(page)).toEqual([])
  expect(complaints).toEqual([])
}

/** A control of what is shown on a desk. */
export const control = (page: Page, name: string) => page.locator(`[data-control=${name}]`)
export const press = (page: Page, name: string) => control(page, name).click()
