/** Does what the guides say, every command and every document of them, against a system as `npm start` runs it; those of changes and failures have a file of their own. */
import { readdirSync, statSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { describe, expect, it } from 'vitest'
import { ApiClient } from '../kit/api-client.ts'
import { freePort, freeRtpRange } from '../kit/free-ports.ts'
import { whyWithout } from '../kit/outside.ts'
import { fencesOf } from './fences.ts'
import { GUIDE_MS_MAX, guideStage } from './guide-stage.ts'
import { Reader } from './reader.ts'

const CONNECT = 'docs/guides/connect-a-phone.md'
const withoutCurl = whyWithout('curl')
const stage = guideStage()

describe('docs/guides', () => {
  it('connect-a-phone.md: baresip', { timeout: GUIDE_MS_MAX }, async ({ skip }) => {
    const without = whyWithout('baresip')
    if (without) skip(without)
    const reads = stage.reader()
    await reads.follow(CONNECT, 'baresip')
    const heard = readdirSync(`${reads.folder}/phone`).find((name) => name.endsWith('-dec.wav')) ?? 'no file'
    // More than a second of 16-bit sound at 8 kHz came back.
    expect(statSync(`${reads.folder}/phone/${heard}`).size).toBeGreaterThan(16_000)
  })

  it('connect-a-phone.md: linphone', { timeout: GUIDE_MS_MAX }, async ({ skip }) => {
    const without = whyWithout('linphonec')
    if (without) skip(without)
    const reads = stage.reader()
    await reads.run(`export HOME=${reads.folder}`)
    await reads.follow(CONNECT, 'linphone')
  })

  it('connect-a-phone.md: desk phones at an address of the network', { timeout: GUIDE_MS_MAX }, async ({ skip }) => {
    if (withoutCurl) skip(withoutCurl)
    const host = outerAddress()
    if (host === undefined) return skip('this machine has no address but loopback')
    const [http, sip, sips, ws] = await Promise.all([freePort(), freePort(), freePort(), freePort()])
    const environment = {
      TANDEM_HTTP_PORT: String(http),
      TANDEM_SIP_PORT: String(sip),
      TANDEM_SIPS_PORT: String(sips),
      TANDEM_SIP_WS_PORT: String(ws),
      TANDEM_RTP_PORTS: freeRtpRange(),
    }
    const replace = { '192.0.2.10:8080': `${host}:${http}`, '192.0.2.10': host }
    const reads = stage.keep(new Reader({ replace, environment }))
    await reads.follow(CONNECT, 'A desk phone')
    const [ada, ben] = await Promise.all(
      ['2001', '2002'].map((user) => stage.phone(user, { host, port: sip }, `desk phone ${user}`)),
    )
    expect(await Promise.all([ada!.register(), ben!.register()])).toEqual([200, 200])
    ben!.incoming = (call) => call.answer()
    const call = await ada!.dial('2002')
    await call.connected()
    await call.until('the other phone', () => call.media.heard.size > 0)
    expect(await call.hangUp()).toBe(200)
  })

  it('write-a-flow.md: the flow that it publishes answers', { timeout: GUIDE_MS_MAX }, async ({ skip }) => {
    if (withoutCurl) skip(withoutCurl)
    await stage.reader().follow('docs/guides/write-a-flow.md')
    const call = await (await stage.phone('7101')).dial('1010')
    await call.connected()
    const api = await new ApiClient(stage.system.http).logIn('supervisor')
    const stepOf = async () => {
      const { items } = await api.get<{ items: { from: string; step: string | null; state: string }[] }>(
        '/interactions?limit=50',
      )
      const mine = items.find(({ from }) => from.includes('7101'))
      return mine?.state === 'in-flow' ? mine.step : mine?.state
    }
    await expect.poll(stepOf).toBe('ask')
    await call.media.press('2')
    await expect.poll(stepOf).toBe('queued')
    expect(await call.hangUp()).toBe(200)
  })

  it('read-a-call.md: timeline, why and sound (REC-01)', { timeout: GUIDE_MS_MAX }, async ({ skip }) => {
    if (withoutCurl) skip(withoutCurl)
    await stage.reader().follow('docs/guides/read-a-call.md')
  })

  it('have no block in a language that nobody runs', () => {
    const pages = ['connect-a-phone', 'write-a-flow', 'read-a-call', 'try-a-change', 'try-a-failure'].map(
      (name) => `docs/guides/${name}.md`,
    )
    for (const page of pages)
      expect(fencesOf(page).filter(({ kind }) => kind === 'run').length, page).toBeGreaterThan(0)
  })
})

function outerAddress(): string | undefined {
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? [])
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address
}
