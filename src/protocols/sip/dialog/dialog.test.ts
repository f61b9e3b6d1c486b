import { describe, expect, it } from 'vitest'
import { createRequest, responseTo } from '../message/build.ts'
import {
  confirmUacDialog,
  confirmUasDialog,
  createUacDialog,
  createUasDialog,
  type Dialog,
  dialogKey,
  dialogKeyOf,
  jumpCseq,
  nextCseq,
  receiveInDialog,
} from './dialog.ts'
import { createAck, createDialogRequest, nextHop } from './dialog-request.ts'

const invite = createRequest({
  method: 'INVITE',
  uri: 'sip:bob@b.example',
  from: '"Alice" <sip:alice@a.example>;tag=at',
  to: '<sip:bob@b.example>',
  callId: 'call-1',
  cseq: 10,
  via: ['SIP/2.0/UDP a.example;branch=z9hG4bK1'],
  contact: '<sip:alice@192.0.2.1:5070>',
  headers: { 'Record-Route': '<sip:p2.example;lr>, <sip:p1.example;lr>' },
})

function answer(status: number, toTag: string, contact?: string) {
  return responseTo(invite, status, { toTag, ...(contact ? { headers: { Contact: contact } } : {}) })
}

function uac(): Dialog {
  return createUacDialog(invite, answer(200, 'bt', '<sip:bob@192.0.2.2>'))!
}

describe('a dialog', () => {
  it('is made of request and response on both sides, and the sides agree', () => {
    const a = uac()
    const b = confirmUasDialog(createUasDialog(invite, 'bt'))
    expect(a).toMatchObject({
      role: 'uac',
      state: 'confirmed',
      localTag: 'at',
      remoteTag: 'bt',
      localCseq: 10,
      remoteCseq: null,
    })
    expect(b).toMatchObject({
      role: 'uas',
      state: 'confirmed',
      localTag: 'bt',
      remoteTag: 'at',
      localCseq: null,
      remoteCseq: 10,
    })
    expect(a.routeSet).toEqual(['<sip:p1.example;lr>', '<sip:p2.example;lr>'])
    expect(b.routeSet).toEqual(['<sip:p2.example;lr>', '<sip:p1.example;lr>'])
    expect([a.remoteTarget, b.remoteTarget]).toEqual(['sip:bob@192.0.2.2', 'sip:alice@192.0.2.1:5070'])
    const bye = createDialogRequest(a, 'BYE').request
    expect(dialogKeyOf(bye)).toBe(dialogKey(b.callId, b.localTag, b.remoteTag))
    expect(dialogKeyOf(invite)).toBeUndefined()
  })

  it('is made by each tag of a forked INVITE, and by none without a tag', () => {
    expect(createUacDialog(invite, responseTo(invite, 100))).toBeUndefined()
    expect(createUacDialog(invite, answer(486, 'x'))).toBeUndefined()
    expect(createUacDialog(invite, answer(180, 'x'))).toMatchObject({
      state: 'early',
      remoteTag: 'x',
      remoteTarget: 'sip:bob@b.example',
    })
    const early = createUacDialog(invite, answer(183, 'y', '<sip:early@192.0.2.3>'))!
    const final = answer(200, 'y', '<sip:late@192.0.2.4>').set('Record-Route', '<sip:p9.example;lr>')
    expect(confirmUacDialog(early, final)).toMatchObject({
      state: 'confirmed',
      remoteTarget: 'sip:late@192.0.2.4',
      routeSet: ['<sip:p9.example;lr>'],
    })
  })

  it('is the same after a trip through JSON', () => {
    expect(JSON.parse(JSON.stringify(uac()))).toEqual(uac())
  })

  it('builds requests by its route set and counts them', () => {
    const { request, dialog } = createDialogRequest(uac(), 'INVITE', { contact: '<sip:me@h>', body: 'v=0' })
    expect([request.uri, request.routes.map((r) => r.uri), request.cseq.number, dialog.localCseq]).toEqual([
      'sip:bob@192.0.2.2',
      ['sip:p1.example;lr', 'sip:p2.example;lr'],
      11,
      11,
    ])
    expect([request.from.display, request.from.tag, request.to.tag, request.contentType]).toEqual([
      'Alice',
      'at',
      'bt',
      'application/sdp',
    ])
    expect(nextHop(request)).toBe('sip:p1.example;lr')
    const ack = createAck(dialog, 11)
    expect([ack.cseq, ack.routes.length]).toEqual([{ number: 11, method: 'ACK' }, 2])
  })

  it('gives a strict router what it wants to see', () => {
    const strict = { ...uac(), routeSet: ['<sip:old.example>', '<sip:p2.example;lr>'] }
    const { request } = createDialogRequest(strict, 'BYE')
    expect([request.uri, request.routes.map((r) => r.uri)]).toEqual([
      'sip:old.example',
      ['sip:p2.example;lr', 'sip:bob@192.0.2.2'],
    ])
  })

  it('takes a jump of the peer up and refuses what is not above (RFC 3261 12.2.2)', () => {
    const dialog = createUasDialog(invite, 'bt')
    const from = (cseq: number, method = 'INVITE') =>
      createRequest({
        method,
        uri: 'sip:x',
        from: '<sip:a>;tag=at',
        to: '<sip:b>;tag=bt',
        callId: 'call-1',
        cseq,
        contact: '<sip:new@h>',
      })
    expect(receiveInDialog(dialog, from(1000))).toMatchObject({
      ok: true,
      dialog: { remoteCseq: 1000, remoteTarget: 'sip:new@h' },
    })
    expect(receiveInDialog(dialog, from(11, 'BYE'))).toMatchObject({
      ok: true,
      dialog: { remoteTarget: 'sip:alice@192.0.2.1:5070' },
    })
    expect(receiveInDialog(dialog, from(10))).toEqual({ ok: false, status: 500 })
    expect(receiveInDialog(dialog, from(9))).toEqual({ ok: false, status: 500 })
    expect(receiveInDialog(dialog, from(10, 'ACK'))).toEqual({ ok: true, dialog })
  })

  it('jumps its own CSeq after a takeover, and never past the limit', () => {
    expect(nextCseq(jumpCseq(uac(), 1000))).toBe(1011)
    expect(nextCseq(createUasDialog(invite, 'x'))).toBe(1)
    expect(() => nextCseq({ ...uac(), localCseq: 2 ** 31 - 1 })).toThrow('CSeq')
  })
})
