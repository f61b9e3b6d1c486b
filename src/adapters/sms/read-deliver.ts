import { gsmText } from '#kernel/sms'
import type { Pdu } from './smpp-library.ts'

/** A text, or a part of one, as a network's centre delivers it. */
export interface DeliveredText {
  readonly is: 'text'
  readonly from: string
  readonly coding: number
  readonly content: Buffer
  /** Set when it is a part of a longer text: the phone's number for that text, how many parts it has, and which this is, from 1. */
  readonly part?: { readonly reference: number; readonly total: number; readonly number: number }
}

/** What a centre reports of a message of ours. */
export interface DeliveredReceipt {
  readonly is: 'receipt'
  /** To whom the message went. */
  readonly from: string
  readonly peerId?: string
  readonly reference?: number
  /** `on the way`: nothing is certain yet. */
  readonly outcome: 'delivered' | 'failed' | 'on the way'
  readonly reason?: string
}

/** SMPP 3.4 5.2.12: what kind of message it is, in bits 2-5; whether a header is in front of the text, in bit 6. */
const KIND_BITS = 0x3c
const RECEIPT = 0x04
const INTERMEDIATE = 0x20
const HEADER_BIT = 0x40

/** 3GPP TS 23.040 9.2.3.24.1 and .8: parts of a longer text, with a number of one byte and of two. */
const CONCATENATED_8 = 0x00
const CONCATENATED_16 = 0x08

/** SMPP 3.4 5.2.5: digits as in `+49…`, and letters. */
const TON_INTERNATIONAL = 1
const NUMBER_CHARS_MAX = 21

/** Reads what was delivered. Nothing in it makes it fail: what is broken is taken as the text that it looks like. */
export function readDeliver(pdu: Pdu): DeliveredText | DeliveredReceipt {
  const kind = fieldOf(pdu, 'esm_class') & KIND_BITS
  const from = numberOf(pdu, 'source')
  const raw = contentOf(pdu)
  if (kind === RECEIPT || kind === INTERMEDIATE) return receiptOf(pdu, from, raw.toString('latin1'))
  const { header, content } = splitHeader(raw, (fieldOf(pdu, 'esm_class') & HEADER_BIT) !== 0)
  const part = partOf(header) ?? partOfFields(pdu)
  return { is: 'text', from, coding: fieldOf(pdu, 'data_coding'), content, ...(part && { part }) }
}

/** The text of bytes, by how they are written (SMPP 3.4 5.2.19, 3GPP TS 23.038 4). Bytes that are no text are said to be that. */
export function decodeText(coding: number, content: Buffer): string {
  return decode(coding, content).replaceAll('\u0000', '').toWellFormed()
}

function decode(coding: number, content: Buffer): string {
  // From 0xf0 on, bit 2 says whether it is data; under 0x40, bits 2 and 3 say how it is written.
  if (coding >= 0xf0) return coding & 0x04 ? binary(content) : gsmText(content)
  switch (coding >= 0x10 && coding < 0x40 ? coding & 0x0c : coding) {
    case 0:
      return gsmText(content)
    case 1:
      return content.toString('latin1')
    case 3:
      return new TextDecoder('iso-8859-1').decode(content)
    case 6:
      return new TextDecoder('iso-8859-5').decode(content)
    case 7:
      return new TextDecoder('iso-8859-8').decode(content)
    case 8:
      return new TextDecoder('utf-16be').decode(content)
    default:
      return binary(content)
  }
}

function binary({ length }: Buffer): string {
  return `[${length} bytes that are no text]`
}

/** A number as it is dialled, with its `+`; letters as they are. */
function numberOf(pdu: Pdu, whose: 'source' | 'destination'): string {
  const address = String(pdu[whose === 'source' ? 'source_addr' : 'destination_addr'] ?? '')
  const digits = address.replace(/[\s()./-]/g, '').replace(/^00/, '+')
  const isInternational = fieldOf(pdu, whose === 'source' ? 'source_addr_ton' : 'dest_addr_ton') === TON_INTERNATIONAL
  if (/^[0-9]{3,20}$/.test(digits)) return isInternational ? `+${digits}` : digits
  if (/^\+[0-9]{3,20}$/.test(digits)) return digits
  return address.replace(/[^\u0020-\u007e]/g, '').slice(0, NUMBER_CHARS_MAX)
}

/** Longer texts come in a field of their own (SMPP 3.4 5.3.2.32). */
function contentOf(pdu: Pdu): Buffer {
  const short = pdu['short_message']
  if (Buffer.isBuffer(short) && short.length > 0) return short
  const payload = pdu['message_payload']
  return Buffer.isBuffer(payload) ? payload : Buffer.alloc(0)
}

/** The header in front of the text; a length that leads beyond the end is no header. */
function splitHeader(raw: Buffer, hasHeader: boolean): { readonly header: Buffer; readonly content: Buffer } {
  const length = raw[0] ?? 0
  if (!hasHeader || raw.length === 0 || length + 1 > raw.length) return { header: Buffer.alloc(0), content: raw }
  return { header: raw.subarray(1, length + 1), content: raw.subarray(length + 1) }
}

function partOf(header: Buffer): DeliveredText['part'] {
  for (let at = 0; at + 2 <= header.length; ) {
    const element = header[at]
    const length = header[at + 1]!
    const value = header.subarray(at + 2, at + 2 + length)
    if (element === CONCATENATED_8 && length === 3 && value.length === 3) return sane(value[0]!, value[1]!, value[2]!)
    if (element === CONCATENATED_16 && length === 4 && value.length === 4)
      return sane(value.readUInt16BE(0), value[2]!, value[3]!)
    at += 2 + length
  }
  return undefined
}

/** The same said in fields (SMPP 3.4 5.3.2.22-24). */
function partOfFields(pdu: Pdu): DeliveredText['part'] {
  const [reference, total, number] = ['sar_msg_ref_num', 'sar_total_segments', 'sar_segment_seqnum'].map(
    (name) => pdu[name],
  )
  if (typeof reference !== 'number' || typeof total !== 'number' || typeof number !== 'number') return undefined
  return sane(reference, total, number)
}

/** A part of one, or the fifth of three, is a text of its own. */
function sane(reference: number, total: number, number: number): DeliveredText['part'] {
  return total > 1 && number >= 1 && number <= total ? { reference, total, number } : undefined
}

/** SMPP 3.4 5.2.28 and its appendix B. */
const STATES: Readonly<Record<string, DeliveredReceipt['outcome']>> = {
  ...{ DELIVRD: 'delivered', EXPIRED: 'failed', DELETED: 'failed', UNDELIV: 'failed', REJECTD: 'failed' },
  ...{ 2: 'delivered', 3: 'failed', 4: 'failed', 5: 'failed', 8: 'failed' },
}

function receiptOf(pdu: Pdu, from: string, text: string): DeliveredReceipt {
  const said = (word: string): string | undefined => new RegExp(`\\b${word}:\\s*([^\\s]{1,64})`, 'i').exec(text)?.[1]
  const peerId = textOf(pdu['receipted_message_id']) ?? said('id')
  const state = String(pdu['message_state'] ?? said('stat')?.toUpperCase() ?? '')
  const outcome = STATES[state] ?? 'on the way'
  const error = said('err')
  const reference = pdu['user_message_reference']
  return {
    ...{ is: 'receipt', from, outcome },
    ...(peerId !== undefined && { peerId }),
    ...(typeof reference === 'number' && { reference }),
    ...(outcome === 'failed' && { reason: [said('stat') ?? state, ...(error ? [`error ${error}`] : [])].join(', ') }),
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function fieldOf(pdu: Pdu, name: string): number {
  const value = pdu[name]
  return typeof value === 'number' ? value : 0
}
