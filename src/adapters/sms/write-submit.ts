import { gsmBytes, type OutgoingText, textParts } from '#kernel/sms'

/** SMPP 3.4 5.2.19 and 5.2.12. */
const CODING = { gsm: 0, ucs2: 8 } as const
const HEADER_BIT = 0x40

/** Types and plans of numbers (SMPP 3.4 5.2.5, 5.2.6). */
const UNKNOWN = 0
const INTERNATIONAL = 1
const LETTERS = 5
const ISDN = 1

/** The centre shall report whether it was delivered (SMPP 3.4 5.2.17). */
const REPORT_WANTED = 1

/** The fields of `submit_sm` for a part of a text. The same part has the same bytes, whoever sends it. */
export function submitFields(address: string, text: OutgoingText, index: number): Record<string, unknown> {
  const { number, parts, reference } = text
  const { alphabet } = textParts(parts.map((part) => part.text).join(''))
  const written = parts[index]!.text
  const content = alphabet === 'gsm' ? Buffer.from(gsmBytes(written)) : Buffer.from(written, 'utf16le').swap16()
  // One byte for the text's own number, how many parts, and which (3GPP TS 23.040 9.2.3.24.1).
  const header = parts.length === 1 ? [] : [5, 0, 3, reference & 0xff, parts.length, index + 1]
  return {
    ...addressFields('source', address),
    ...addressFields('dest', number),
    esm_class: header.length > 0 ? HEADER_BIT : 0,
    registered_delivery: REPORT_WANTED,
    data_coding: CODING[alphabet],
    short_message: Buffer.concat([Buffer.from(header), content]),
    user_message_reference: (reference + index) % 65_536,
  }
}

function addressFields(whose: 'source' | 'dest', address: string): Record<string, unknown> {
  const [ton, npi] = /^\+[0-9]+$/.test(address)
    ? [INTERNATIONAL, ISDN]
    : /^[0-9]+$/.test(address)
      ? [UNKNOWN, ISDN]
      : [LETTERS, UNKNOWN]
  const name = whose === 'source' ? 'source_addr' : 'destination_addr'
  return { [`${whose}_addr_ton`]: ton, [`${whose}_addr_npi`]: npi, [name]: address.replace(/^\+/, '') }
}
