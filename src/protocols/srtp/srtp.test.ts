import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { RtpHeader, SrtcpSession, SrtpSession } from 'werift'
import { writeRtcp, writeRtpHeader } from '#protocols/rtp'
import { deriveKeys, SRTP_PROFILES, type SrtpKeys, type SrtpProfile } from './keys.ts'
import { PacketIndex } from './packet-index.ts'
import { SrtcpReceiver, SrtcpSender } from './srtcp.ts'
import { SrtpReceiver, SrtpSender } from './srtp.ts'

/** Those that the independent implementation knows. */
const PROFILES: readonly SrtpProfile[] = ['AES128_CM_HMAC_SHA1_80', 'AEAD_AES_128_GCM']

function keysFor(profile: SrtpProfile): SrtpKeys {
  const { keyBytes, saltBytes } = SRTP_PROFILES[profile]
  const master = () => ({ key: randomBytes(keyBytes), salt: randomBytes(saltBytes) })
  return { profile, local: master(), remote: master() }
}

/** The other side's view of the same keys, in the words of werift. */
function theirs({ profile, local, remote }: SrtpKeys) {
  return {
    profile: SRTP_PROFILES[profile].number,
    keys: {
      localMasterKey: Buffer.from(remote.key),
      localMasterSalt: Buffer.from(remote.salt),
      remoteMasterKey: Buffer.from(local.key),
      remoteMasterSalt: Buffer.from(local.salt),
    },
  }
}

function rtp(sequence: number, ssrc = 0xdead_beef): Buffer {
  const packet = Buffer.alloc(172)
  writeRtpHeader(packet, { marker: false, payloadType: 0, sequence, timestamp: 160 * sequence, ssrc })
  for (let i = 12; i < packet.length; i++) packet[i] = (i * 7 + sequence) & 0xff
  return packet
}

describe('SRTP keys', () => {
  it('are those of RFC 3711 B.3', () => {
    const master = {
      key: Buffer.from('E1F97A0D3E018BE0D64FA32C06DE4139', 'hex'),
      salt: Buffer.from('0EC675AD498AFEEBB6960B3AABE6', 'hex'),
    }
    const { key, salt, authentication } = deriveKeys(master, 'AES128_CM_HMAC_SHA1_80', 'rtp')
    expect([key, salt, authentication].map((bytes) => bytes.toString('hex').toUpperCase())).toEqual([
      'C61E7A93744F39EE10734AFE3FF7A087',
      '30CBBC08863D8C85D49DB34A9AE1',
      'CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4',
    ])
  })
})

describe('AES128_CM_HMAC_SHA1_32', () => {
  it('is what an independent implementation makes with 80 bits, but for the length of the tag (RFC 4568 6.2.2)', () => {
    const keys = keysFor('AES128_CM_HMAC_SHA1_80')
    const peer = new SrtpSession(theirs(keys))
    const sender = new SrtpSender(keys.local, 'AES128_CM_HMAC_SHA1_32')
    const receiver = new SrtpReceiver(keys.remote, 'AES128_CM_HMAC_SHA1_32')
    const long = new SrtpSender(keys.local, 'AES128_CM_HMAC_SHA1_80')
    for (let n = 65_530; n < 65_550; n++) {
      const packet = rtp(n & 0xffff)
      const theirOwn = peer.encrypt(packet.subarray(12), RtpHeader.deSerialize(packet))
      expect(receiver.open(theirOwn.subarray(0, -6))).toEqual(packet)
      const ours = sender.protect(packet)
      expect(ours).toEqual(long.protect(packet).subarray(0, -6))
    }
  })

  it('takes nothing that was changed or was here before', () => {
    const keys = keysFor('AES128_CM_HMAC_SHA1_32')
    const sealed = new SrtpSender(keys.local, keys.profile).protect(rtp(7))
    const receiver = new SrtpReceiver(keys.local, keys.profile)
    for (const at of [1, 20, sealed.length - 1]) {
      const changed = Buffer.from(sealed)
      changed[at]! ^= 1
      expect(receiver.open(changed)).toBeUndefined()
    }
    expect(receiver.open(sealed)).toEqual(rtp(7))
    expect(receiver.open(sealed)).toBeUndefined()
  })

  it('has RTCP with a tag of 80 bits all the same', () => {
    const keys = keysFor('AES128_CM_HMAC_SHA1_32')
    const report = writeRtcp({ ssrc: 1, cname: 'a' })
    const sealed = new SrtcpSender(keys.local, keys.profile).protect(report)
    expect(sealed).toHaveLength(report.length + 14)
    expect(new SrtcpReceiver(keys.local, keys.profile).open(sealed)).toEqual(report)
  })
})

describe.each(PROFILES)('%s', (profile) => {
  it('opens what an independent implementation made, and is opened by it', () => {
    const keys = keysFor(profile)
    const peer = new SrtpSession(theirs(keys))
    const sender = new SrtpSender(keys.local, profile)
    const receiver = new SrtpReceiver(keys.remote, profile)
    for (let n = 65_500; n < 65_600; n++) {
      const packet = rtp(n & 0xffff)
      expect(peer.decrypt(sender.protect(packet)).equals(packet)).toBe(true)
      const theirPacket = peer.encrypt(packet.subarray(12), RtpHeader.deSerialize(packet))
      expect(receiver.open(theirPacket)?.equals(packet)).toBe(true)
    }
  })

  it('takes a packet once, and none that was changed or is no RTP', () => {
    const keys = keysFor(profile)
    const sender = new SrtpSender(keys.local, profile)
    const receiver = new SrtpReceiver(keys.local, profile)
    const sent = sender.protect(rtp(7))
    for (let at = 0; at < sent.length; at += 9) {
      const changed = Buffer.from(sent)
      changed[at]! ^= 1
      expect(receiver.open(changed)).toBeUndefined()
    }
    expect(receiver.open(sent)?.equals(rtp(7))).toBe(true)
    expect(receiver.open(sent)).toBeUndefined()
    for (let length = 0; length < 40; length++) expect(receiver.open(randomBytes(length))).toBeUndefined()
  })

  it('takes packets in any order within its window', () => {
    const keys = keysFor(profile)
    const sender = new SrtpSender(keys.local, profile)
    const receiver = new SrtpReceiver(keys.local, profile)
    const sent = [1, 2, 3, 4, 5].map((n) => sender.protect(rtp(n)))
    const opened = [2, 0, 4, 1, 3].map((n) => receiver.open(sent[n]!)?.readUInt16BE(2))
    expect(opened).toEqual([3, 1, 5, 2, 4])
  })

  it('carries RTCP, as an independent implementation does', () => {
    const keys = keysFor(profile)
    const peer = new SrtcpSession(theirs(keys))
    const sender = new SrtcpSender(keys.local, profile)
    const receiver = new SrtcpReceiver(keys.remote, profile)
    const report = writeRtcp({ ssrc: 1, cname: 'a@tandem', bye: false })
    for (let n = 0; n < 3; n++) {
      expect(peer.decrypt(sender.protect(report)).equals(report)).toBe(true)
      const theirReport = peer.encrypt(report)
      expect(receiver.open(theirReport)?.equals(report)).toBe(true)
      expect(receiver.open(theirReport)).toBeUndefined()
    }
    for (let length = 0; length < 40; length++) expect(receiver.open(randomBytes(length))).toBeUndefined()
  })
})

describe('a packet index', () => {
  it('counts on over the wrap, forwards and back', () => {
    const index = new PacketIndex()
    const taken = [65_534, 65_535, 0, 65_533, 2, 1].map((sequence) => {
      const guess = index.guess(sequence)
      expect(index.isNew(guess)).toBe(true)
      index.take(guess)
      return guess
    })
    expect(taken).toEqual([65_534, 65_535, 65_536, 65_533, 65_538, 65_537])
    expect(index.isNew(65_536)).toBe(false)
  })
})
