import type { FigureDefinition, ReportRow } from '#api/contract'
import { clockDuration } from './duration.ts'

/** What reports are about. */
export const REPORT_KINDS = ['queue', 'agent', 'skill', 'line'] as const

/** What a report is about. */
export type ReportKind = (typeof REPORT_KINDS)[number]

/** What a report covers: one day of the reader's own zone, in intervals of so many seconds. */
export interface ReportSearch {
  readonly kind: ReportKind
  /** `2026-11-27`. */
  readonly day: string
  /** Seconds, or a whole day. */
  readonly interval: '900' | '1800' | '3600' | 'day'
}

/** A report, as far as the page shows it. */
export interface ReportAnswer {
  readonly definitions: readonly FigureDefinition[]
  readonly rows: readonly ReportRow[]
}

/** Figures that fit on a screen; a file has all of them. */
const SHOWN = [
  ...['offered', 'answered', 'answered-in-time', 'abandoned', 'short-abandoned', 'redirected', 'longest-wait'],
  ...['in-use', 'hold', 'acw', 'logged-on'],
]
const COLUMNS_MAX = 9

/** The path of the API below `/reports`; `csv` for a file. */
export function pathOfReport({ kind, day, interval }: ReportSearch, zone: string, csv = false): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const at = (later: number): string => new Date(year, month - 1, date + later).toISOString()
  const query = new URLSearchParams({ from: at(0), to: at(1), interval, zone })
  return `/reports/${kind}s${csv ? '.csv' : ''}?${query}`
}

/** A day as a date field has it, in the reader's own zone. */
export function dayOf(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/** The figures that the table shows: those that people ask for first, then others, as many as fit. */
export function columnsOf({ definitions }: ReportAnswer): readonly FigureDefinition[] {
  const place = ({ name }: FigureDefinition): number => {
    const found = SHOWN.indexOf(name)
    return found === -1 ? SHOWN.length : found
  }
  return [...definitions].sort((a, b) => place(a) - place(b)).slice(0, COLUMNS_MAX)
}

/** A figure as people read it: a dash where nothing is known, which is not the same as none. */
export function figureText({ unit }: FigureDefinition, value: number | null | undefined, language: string): string {
  if (value === null || value === undefined) return '–'
  if (unit === 'ms') return clockDuration(value)
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: unit === 'percent' ? 1 : 0 }).format(value)
  return unit === 'percent' ? `${number} %` : number
}
