import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { classes, Message, methods, parseMessage } from 'werift'
import { readBindingRequest, writeBindingRequest, writeBindingResponse } from './stun.ts'

const PASSWORD = 'a password of 22 chars'
const request = { transaction: randomBytes(12), username: 'ours:theirs', nominates: true }

describe('a check of ICE', () => {
  it('is read when it is signed with our password', () => {
    const packet = writeBindingRequest(request, PASSWORD)
    expect(readBindingRequest(packet, PASSWORD)).toEqual(request)
    expect(readBindingRequest(packet, 'another')).toBeUndefined()
    expect(readBindingRequest(writeBindingRequest({ ...request, nominates: false }, PASSWORD), PASSWORD)).toEqual({
      ...request,
      nominates: false,
    })
  })

  it('is read from an independent implementation', () => {
    const message = new Message(methods.BINDING, classes.REQUEST, request.transaction)
    message.setAttribute('USERNAME', request.username).setAttribute('PRIORITY', 1)
    message.setAttribute('ICE-CONTROLLING', 2n).setAttribute('USE-CANDIDATE', null)
    message.addMessageIntegrity(Buffer.from(PASSWORD))
    message.addFingerprint()
    expect(readBindingRequest(message.bytes, PASSWORD)).toEqual(request)
  })

  it.each([
    ['127.0.0.1', 40_000],
    ['192.0.2.77', 1],
    ['2001:db8::7:1', 65_535],
    ['::1', 5000],
  ])('is answered with the address that it came from: %s', (address, port) => {
    const answer = writeBindingResponse(request, { address, port }, PASSWORD)
    const read = parseMessage(answer, Buffer.from(PASSWORD))
    expect(read?.getAttributeValue('XOR-MAPPED-ADDRESS')).toMatchObject([expect.anything(), port])
    if (!address.includes(':')) expect(read?.getAttributeValue('XOR-MAPPED-ADDRESS')).toEqual([address, port])
    expect(read?.transactionId.equals(request.transaction)).toBe(true)
  })

  it('is nothing else: other bytes, lengths that lie, a signature that is not there', () => {
    const packet = writeBindingRequest(request, PASSWORD)
    for (let length = 0; length < packet.length; length++) {
      expect(readBindingRequest(packet.subarray(0, length), PASSWORD)).toBeUndefined()
    }
    for (let n = 0; n < 500; n++) {
      const changed = Buffer.from(packet)
      changed[n % (packet.length - 8)]! ^= 1 + (n % 255)
      expect(readBindingRequest(changed, PASSWORD)).toBeUndefined()
      expect(readBindingRequest(randomBytes(n), PASSWORD)).toBeUndefined()
    }
  })
})
