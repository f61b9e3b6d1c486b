import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import axe from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { isWebBuilt } from '../../src/cli/build-web.ts'
import type { TestCentre } from '../contract/api-kit.ts'

/** The browser that the machine brings. */
const CHROMIUM = process.env['TANDEM_CHROMIUM'] ?? '/usr/bin/chromium'

/** A busy machine takes its time; what never comes is a fault after a minute too. */
export const STEP_MS_MAX = 60_000

/**
 * The page as `npm run build:web` makes it, in a folder of the test's own: a core may be serving the usual one. `npm test` has built that before,
 * and a copy is enough; where it is not there, or older than its sources and those of the product that it takes in, this takes a few seconds.
 */
export function buildPage(): string {
  const root = join(import.meta.dirname, '../..')
  const folder = mkdtempSync(join(tmpdir(), 'tandem-page-'))
  if (isWebBuilt(['src/api', 'src/kernel'].map((part) => join(root, part)))) {
    cpSync(join(root, 'web/dist'), folder, { recursive: true })
    return folder
  }
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  for (const [config, outDir] of [
    ['web/vite.config.ts', folder],
    ['web/widget.config.ts', join(folder, 'widget')],
  ] as const) {
    const words = [vite, 'build', '--config', config, '--outDir', outDir, '--emptyOutDir']
    execFileSync(process.execPath, words, { cwd: root, stdio: 'ignore' })
  }
  return folder
}

/** Lets contacts ring for minutes: the demo's fifteen seconds would be over before a browser on a busy machine has looked. */
export async function ringLong(centre: TestCentre): Promise<void> {
  const { queues, version } = centre.state.configuration
  const changes = [...queues.values()].map((queue) => ({
    ...{ kind: 'queue' as const, name: queue.name },
    value: { ...queue, ringTimeoutMs: 120_000 },
  }))
  await centre.submit({ type: 'ChangeConfiguration', by: 'test', basedOn: version, changes })
}

/** Why there is no browser, or undefined when there is one. */
export function missingBrowser(): string | undefined {
  return existsSync(CHROMIUM) ? undefined : `${CHROMIUM} is not installed (Debian: apt-get install chromium)`
}

/** Starts the browser; `--no-sandbox`, for tests run as root. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
}

/** A page, and everything that went wrong on it. */
export interface WatchedPage {
  readonly page: Page
  /** What the console complained about (the content policy among it), and requests to other servers. */
  readonly complaints: string[]
}

/** Opens the address in a context of its own. */
export async function open(browser: Browser, base: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 }, locale: 'en-GB', ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    // A core that is away, and a wrong password, are no faults of the page.
    const isExpected =
      /ERR_(CONNECTION|INCOMPLETE_CHUNKED|EMPTY_RESPONSE|NETWORK_CHANGED)|WebSocket|status of (401|429|404|503)/.test(
        message.text(),
      )
    if (message.type() === 'error' && !isExpected) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => {
    // A sound that the page has fetched is played from its own memory.
    const own = [new URL(base).origin, `blob:${new URL(base).origin}`, 'data:']
    if (!own.some((start) => request.url().startsWith(start))) complaints.push(`asked ${request.url()}`)
  })
  page.setDefaultTimeout(STEP_MS_MAX)
  await page.goto(base)
  return { page, complaints }
}

/** Logs in with the demo's password. */
export async function logIn(page: Page, user: string, password = `demo-${user}`): Promise<void> {
  await page.locator('input[name=user]').fill(user)
  await page.locator('input[name=password]').fill(password)
  await page.locator('button[type=submit]').click()
}

/** The rules of WCAG 2.2 AA and what axe adds to them. */
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Only what is wrong is told with its elements: of all else that was looked at a page has thousands. */
const AXE_SCRIPT = `axe.run(${JSON.stringify({ runOnly: AXE_TAGS, resultTypes: ['violations'] })}).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ': ' + html + ' ' + (failureSummary ?? ''))))`

/** So many frames without any motion: what has just been put on the page begins to move a frame or two later. */
const STILL_FRAMES = 5

/** Waits until nothing fades or slides any more: what is half faded in has no contrast. What moves for ever is not waited for. */
const STILL_SCRIPT = `(async () => {
  const moving = () => document.getAnimations().filter((one) =>
    one.playState === 'running' && Number.isFinite(one.effect?.getComputedTiming().endTime ?? 0))
  for (let still = 0; still < ${STILL_FRAMES}; still++) {
    await new Promise((resolve) => requestAnimationFrame(resolve))
    if (moving().length > 0) still = -1
  }
})()`

/** What axe finds by those rules, one line each. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(STILL_SCRIPT)
  if (page.frames().length > 1) return faultsOfFrames(page)
  // A page that was loaded anew has forgotten it.
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) await page.evaluate(axe.source)
  return page.evaluate<readonly string[]>(AXE_SCRIPT)
}

/** The same of a page with frames in it, each of which is asked by itself. */
async function faultsOfFrames(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(AXE_TAGS).analyze()
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
  )
}

/** Keeps a picture for people, when they ask for it with TANDEM_SCREENSHOTS=FOLDER. */
export async function picture(page: Page, name: string, fullPage = true): Promise<void> {
  const folder = process.env['TANDEM_SCREENSHOTS']
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage })
}
