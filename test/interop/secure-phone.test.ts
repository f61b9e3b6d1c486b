import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Baresip } from '../kit/baresip.ts'
import { makeAuthority, makeCertificate } from '../kit/certificates.ts'
import { freePort } from '../kit/free-ports.ts'
import { whyWithout } from '../kit/outside.ts'
import { Phone } from '../kit/phone.ts'
import { decodeMuLaw, frameOf, likeness, melody } from '../kit/sounds.ts'
import { type System, startSystem } from '../kit/system.ts'

const withoutBaresip = whyWithout('baresip')

describe('a phone of others that speaks SRTP with keys in SDP alone, over TLS', () => {
  let system: System
  let folder: string
  let ca: string
  let port: number
  const phones: { close(): Promise<unknown> }[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tandem-secure-phone-'))
    const authority = makeAuthority(folder)
    ca = authority.certificate
    const own = makeCertificate(authority, folder, { name: 'own', names: ['IP:127.0.0.1'] })
    port = await freePort()
    system = await startSystem({
      environment: {
        TANDEM_SIPS_PORT: String(port),
        TANDEM_TLS_CERTIFICATE: own.certificate,
        TANDEM_TLS_KEY: own.key,
      },
    })
  })
  afterEach(async () => {
    for (const phone of phones.splice(0)) await phone.close()
  })
  afterAll(async () => {
    await system?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** It takes and makes no call in clear. */
  async function securePhone(user: string, password: string, sound: Int16Array): Promise<Baresip> {
    const server = { host: '127.0.0.1', port }
    const phone = await Baresip.start({
      ...{ server, user, password, sound, ca },
      ...{ transport: 'tls', mediaEncryption: 'srtp-mand' },
    })
    phones.push(phone)
    await phone.registered()
    return phone
  }

  it('calls the echo and hears what it said (MED-11)', async ({ skip }) => {
    if (withoutBaresip) skip(withoutBaresip)
    const says = melody(30_000)
    const caller = await securePhone('2003', 'demo-agent3', says)
    caller.command('dial', `sip:1009@127.0.0.1:${port};transport=tls`)
    await caller.saw('CALL_ESTABLISHED')
    // So long it speaks: what it heard it writes only when it ends.
    await new Promise((resolve) => setTimeout(resolve, 4_000))
    caller.command('hangup')
    await caller.saw('CALL_CLOSED')
    expect(likeness(says.subarray(8_000, 10_400), await caller.close()).score).toBeGreaterThan(0.9)
  })

  it('is called when SRTP is offered to phones over TLS, and talks with one in clear (MED-11)', async ({ skip }) => {
    if (withoutBaresip) skip(withoutBaresip)
    const admin = await system.api('admin')
    expect((await admin.raw('PUT', '/configuration/parameters/SRTP', { value: 'offered' })).status).toBe(200)
    const says = melody(30_000)
    const agent = await securePhone('2001', 'demo-agent1', says)
    const caller = await Phone.open({ server: system.sip, user: '7810001' })
    phones.push(caller)
    const call = await caller.dial('2001')
    const heard: number[] = []
    call.media.hear((packet) => {
      for (const byte of packet.subarray(12)) heard.push(decodeMuLaw(byte))
    })
    await agent.saw('CALL_ESTABLISHED')
    const callerSays = melody(3_000).map((sample) => Math.round(sample / 2)) as Int16Array
    call.media.speak((frame) => frameOf(callerSays, frame))
    await call.until('five seconds of sound', () => heard.length > 40_000)
    expect(await call.hangUp()).toBe(200)
    await agent.saw('CALL_CLOSED')
    expect(agent.output()).toContain('SRTP is Enabled')
    expect(likeness(callerSays.subarray(4_000, 6_400), await agent.close()).score).toBeGreaterThan(0.9)
    expect(likeness(Int16Array.from(heard.slice(8_000, 10_400)), says).score).toBeGreaterThan(0.9)
  })
})
