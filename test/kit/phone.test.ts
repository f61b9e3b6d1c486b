import { afterEach, describe, expect, it } from 'vitest'
import { Phone, type PhoneOptions } from './phone.ts'
import type { PhoneCall } from './phone-call.ts'
import { RtpStream } from './rtp-stream.ts'
import { answerChallenge, headerOf, paramOf, readSip } from './sip-text.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

async function phone(options: Partial<PhoneOptions> & Pick<PhoneOptions, 'user'>): Promise<Phone> {
  const made = await Phone.open({ server: { host: '127.0.0.1', port: 9 }, ...options })
  open.push(made)
  return made
}

/** Two phones without anything between them: what one dials reaches the other. */
async function pair(): Promise<{ caller: Phone; callee: Phone; arrived: Promise<PhoneCall> }> {
  const callee = await phone({ user: '2001', stream: 500 })
  const port = Number(callee.contact.split(':').at(-1))
  const caller = await phone({ user: '7000', stream: 100, server: { host: '127.0.0.1', port } })
  const arrived = new Promise<PhoneCall>((resolve) => {
    callee.incoming = resolve
  })
  return { caller, callee, arrived }
}

describe('phone', () => {
  it('rings, answers, talks in counted packets both ways, holds and hangs up', async () => {
    const { caller, arrived } = await pair()
    const call = await caller.dial('2001')
    const other = await arrived
    other.ring()
    await call.until('ringing', () => call.state === 'ringing')
    other.answer()
    await call.connected()
    await other.until('the ACK', () => other.acked)
    await call.until('ten packets', () => (call.media.heard.get(500)?.packets ?? 0) > 10)
    expect(other.media.heard.get(100)).toMatchObject({ lost: 0, doubled: 0, changed: 0 })
    expect([...call.media.heard.keys()]).toEqual([500])
    expect(await call.reinvite('sendonly')).toBe(200)
    expect(other.media.sending).toBe(false)
    expect(await other.hangUp()).toBe(200)
    expect(await call.ended).toEqual({ by: 'them' })
  })

  it('cancels a call that rings, and takes a refusal', async () => {
    const { caller, callee, arrived } = await pair()
    const call = await caller.dial('2001')
    const other = await arrived
    other.ring()
    await call.until('ringing', () => call.state === 'ringing')
    expect(await call.hangUp()).toBe(200)
    expect(await call.ended).toEqual({ by: 'us', status: 487 })
    expect(await other.ended).toEqual({ by: 'cancelled' })
    callee.incoming = (next) => next.refuse(486)
    const refused = await caller.dial('2001')
    expect(await refused.ended).toEqual({ by: 'refused', status: 486 })
  })
})

describe('counted packets', () => {
  it('show what was lost, doubled and changed, and how long sound was missing', async () => {
    const receiver = await RtpStream.open({ stream: 1, host: '127.0.0.1' })
    const relay: Buffer[] = []
    const tap = await RtpStream.open({
      stream: 2,
      host: '127.0.0.1',
      received: (packet) => relay.push(Buffer.from(packet)),
    })
    const sender = await RtpStream.open({ stream: 3, host: '127.0.0.1', sequence: 65_534 })
    open.push(receiver, tap, sender)
    sender.remote = { host: '127.0.0.1', port: tap.port }
    for (let packet = 0; packet < 6; packet++) sender.sendNext()
    await settled(() => relay.length === 6)
    const [first, second, , fourth, , sixth] = relay as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer]
    sixth[100] = sixth[100]! ^ 1
    for (const packet of [first, second, second, fourth, sixth])
      tap.sendRaw(packet, { host: '127.0.0.1', port: receiver.port })
    await settled(() => receiver.heard.get(3)?.packets === 5)
    expect(receiver.heard.get(3)).toMatchObject({ lost: 2, doubled: 1, changed: 1 })
    expect(receiver.heard.get(3)?.transitMsMax).toBeGreaterThanOrEqual(20)
    expect([first.readUInt16BE(2), relay[2]?.readUInt16BE(2)]).toEqual([65_534, 0])
  })
})

describe('SIP text', () => {
  it('reads folded lines, compact names and lists with commas inside names', () => {
    const text =
      'SIP/2.0 200 OK\r\nv: SIP/2.0/UDP a;branch=1\r\nf: "x, y" <sip:a@b>;tag=7\r\nm: "q, r" <sip:1@h,x>,\r\n <sip:2@h>\r\n\r\nbody'
    const message = readSip(text)!
    expect(message.headers.get('contact')).toHaveLength(2)
    expect(paramOf(headerOf(message, 'from'), 'tag')).toBe('7')
    expect(message.body).toBe('body')
  })

  it('answers the challenge of RFC 2617 3.5 as printed there', () => {
    const challenge = 'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'
    const value = answerChallenge(challenge, {
      method: 'GET',
      uri: '/dir/index.html',
      user: 'Mufasa',
      password: 'Circle Of Life',
    })
    expect(value).toContain('response="670fd8c2df070c60b045671b8b24ff02"')
  })
})

async function settled(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}
