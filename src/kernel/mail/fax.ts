import type { FaxGateway } from '#kernel/config'

/** Longer is no number (E.164: 15 digits, and what an exchange puts in front). */
const DIGITS_MAX = 20

/** Shorter is a year, a page count or nothing. */
const DIGITS_MIN = 5

/** Where a fax to a number goes: the number as the gateway writes it, at its domain. */
export function faxAddress({ domain, plus = '' }: FaxGateway, number: string): string {
  return `${number.replace(/^\+/, plus)}@${domain}`
}

/** Whether a mail comes from the gateway. */
export function isFromGateway({ domain }: FaxGateway, from: string): boolean {
  return from.slice(from.lastIndexOf('@') + 1).toLowerCase() === domain
}

/** Whose fax it is: by the address that the gateway gives its sender, else by the subject; empty when it says neither. */
export function faxSender(gateway: FaxGateway, { from, subject }: { readonly from: string; readonly subject: string }) {
  const local = from.slice(0, Math.max(0, from.lastIndexOf('@')))
  const digits = /^(?:[a-z]+[+=._-]?)?(\+?[0-9]+)$/i.exec(local)?.[1]
  if (digits !== undefined && digits.length >= DIGITS_MIN && digits.length <= DIGITS_MAX) {
    return numberOf(gateway, digits)
  }
  const found = /\+?[0-9][0-9 ()/-]*[0-9]/g
  for (const [words] of subject.matchAll(found)) {
    const number = words.replace(/[^+0-9]/g, '')
    if (number.length >= DIGITS_MIN && number.length <= DIGITS_MAX) return number.replace(/^00/, '+')
  }
  return ''
}

/** What stands there instead of a + becomes one: a number is the same customer's, by whatever medium. */
function numberOf({ plus = '' }: FaxGateway, digits: string): string {
  if (digits.startsWith('+')) return digits
  if (plus === '') return digits.startsWith('0') ? digits.replace(/^00/, '+') : `+${digits}`
  return digits.startsWith(plus) ? `+${digits.slice(plus.length)}` : digits
}
