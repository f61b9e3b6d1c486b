/** `0:07`, `12:34`, `1:02:03`: how clocks are read on a board. Never below zero, for clocks differ by a little. */
export function clockDuration(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000))
  const seconds = String(total % 60).padStart(2, '0')
  const minutes = Math.floor(total / 60) % 60
  const hours = Math.floor(total / 3600)
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`
}

/** `12 ms` below a tenth of a second, `1.2 s` below ten, `34 s` below a minute, else as a clock. */
export function exactDuration(ms: number, language: string): string {
  if (ms >= 60_000) return clockDuration(ms)
  if (ms > 0 && ms < 100) return `${Math.ceil(ms)} ms`
  const digits = ms < 10_000 ? 1 : 0
  const number = new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return `${number.format(ms / 1000)} s`
}

/** `07:39:00.123` in the reader's own zone. */
export function clockTime(moment: string): string {
  const date = new Date(moment)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** How old a moment is by the server's clock. */
export function ageMs(moment: string, now: number, clockOffsetMs: number): number {
  return now + clockOffsetMs - Date.parse(moment)
}
