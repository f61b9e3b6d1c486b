/**
 * Issue 6: how soon the chat for websites is there, and what it weighs. Every round is a browser context of its own, so nothing is kept from the one before: the website's first paint with the script and
 * without it, in turn, and how long after the website begins to load the button is on the screen. The processor is slowed down four times as Lighthouse does for a phone of the middle class.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { type Browser, chromium } from 'playwright-core'
import { machine, median } from './support-processes.ts'

const ROUNDS = 20
/** What Lighthouse slows a desktop down by. */
const SLOWER = 4
const CHROMIUM = process.env['TANDEM_CHROMIUM'] ?? '/usr/bin/chromium'
const BYTES_MAX = 40_000
const LIMIT = 'processor: start of the script; the network is this machine'

export async function run(print: (line: string) => void = console.log): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-widget-'))
  build(folder)
  const script = readFileSync(join(folder, 'chat.js'))
  const website = await serve(script)
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
  try {
    const base = `http://127.0.0.1:${(website.address() as AddressInfo).port}`
    const [withIt, without, buttons]: number[][] = [[], [], []]
    await paint(browser, `${base}/plain`)
    for (let round = 0; round < ROUNDS; round++) {
      without!.push((await paint(browser, `${base}/plain`)).paintMs)
      const { paintMs, buttonMs } = await paint(browser, `${base}/chat`)
      withIt!.push(paintMs)
      buttons!.push(buttonMs)
    }
    print(
      JSON.stringify({
        bench: 'widget.first-paint',
        size: ROUNDS,
        figure: Math.round(median(buttons!)),
        unit: 'ms from the navigation until the button is painted, median; processor slowed down four times',
        worstMs: Math.round(Math.max(...buttons!)),
        websitePaintMs: Math.round(median(withIt!)),
        peer: { what: 'first paint of the same website without the script', ms: Math.round(median(without!)) },
        ...{ bytes: script.length, gzipBytes: gzipSync(script).length, brotliBytes: brotliCompressSync(script).length },
        ...{ gzipBytesMax: BYTES_MAX, limit: LIMIT, machine: machine() },
      }),
    )
  } finally {
    await browser.close()
    website.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function build(folder: string): void {
  const root = join(import.meta.dirname, '..')
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const words = [vite, 'build', '--config', 'web/widget.config.ts', '--outDir', folder, '--emptyOutDir']
  execFileSync(process.execPath, words, { cwd: root, stdio: 'ignore' })
}

/** A small website, with the chat and without. */
async function serve(script: Buffer): Promise<Server> {
  const compressed = gzipSync(script)
  const page = (chat: string) =>
    `<!doctype html><html lang="en"><title>A website</title><h1>A website</h1><p>${'It has some words. '.repeat(200)}</p>${chat}`
  const server = createServer((request, response) => {
    const isScript = request.url === '/chat.js'
    if (isScript) {
      response.writeHead(200, { 'content-type': 'text/javascript', 'content-encoding': 'gzip' })
      return response.end(compressed)
    }
    const isPage = request.url === '/chat' || request.url === '/plain'
    response.writeHead(isPage ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' })
    response.end(page(request.url === '/chat' ? '<script async src="/chat.js" data-queue="support"></script>' : ''))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

/** Opens a page for the first time; says when it was painted, and when the button was. */
async function paint(
  browser: Browser,
  address: string,
): Promise<{ readonly paintMs: number; readonly buttonMs: number }> {
  const context = await browser.newContext({ viewport: { width: 1_280, height: 800 } })
  try {
    const page = await context.newPage()
    const devtools = await context.newCDPSession(page)
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
    await page.addInitScript(watch)
    await page.goto(address)
    if (!address.endsWith('/plain')) await page.waitForFunction('window.buttonMs !== undefined')
    await page.waitForFunction('performance.getEntriesByName("first-contentful-paint").length > 0')
    return await page.evaluate(
      '({ paintMs: performance.getEntriesByName("first-contentful-paint")[0].startTime, buttonMs: window.buttonMs ?? 0 })',
    )
  } finally {
    await context.close()
  }
}

/** In the page: when the element of the chat was on the screen, which is after the frame that it came in. */
const watch = `
new MutationObserver((_, observer) => {
  const host = [...document.body?.children ?? []].find((one) => one.shadowRoot?.querySelector('.launcher'))
  if (!host) return
  observer.disconnect()
  requestAnimationFrame(() => setTimeout(() => { window.buttonMs = performance.now() }))
}).observe(document, { childList: true, subtree: true })`
