/**
 * Scenario files: `# words` say what is shown, `NAME: VALUE` before the first moment sets something up, `N ms  EVENT` lets something
 * happen, and the lines that follow with `→` say what it leads to. Those are compared, or written anew with TANDEM_REWRITE=1.
 */
import { readFileSync, writeFileSync } from 'node:fs'

/** A line of a scenario that stays as it is, and for a moment also what happens at it. */
export interface ScenarioLine {
  readonly text: string
  readonly setting?: { readonly name: string; readonly value: string }
  readonly moment?: { readonly atMs: number; readonly event: string }
}

/** Whether the results are to be written instead of compared. */
export const REWRITE = process.env['TANDEM_REWRITE'] === '1'

/** The lines without results. */
export function parseScenario(text: string): readonly ScenarioLine[] {
  return text
    .split('\n')
    .filter((line) => !/^\s*→/.test(line))
    .map((line) => {
      const moment = /^\s*(\d+) ms\s+(.+?)\s*$/.exec(line)
      if (moment) return { text: line, moment: { atMs: Number(moment[1]), event: moment[2] ?? '' } }
      const setting = /^([A-Z][\w ]*): (.+?)\s*$/.exec(line)
      return setting ? { text: line, setting: { name: setting[1] ?? '', value: setting[2] ?? '' } } : { text: line }
    })
}

/** Plays a file: `play` gives the results of one moment. Returns what the file should be, having written it if asked to. */
export function playScenario(
  file: string,
  play: (line: ScenarioLine) => readonly string[],
): { readonly is: string; readonly should: string } {
  const is = readFileSync(file, 'utf8')
  const should = parseScenario(is)
    .flatMap((line) => [line.text, ...play(line).map((result) => `         → ${result}`)])
    .join('\n')
  if (REWRITE && is !== should) writeFileSync(file, should)
  return { is: REWRITE ? should : is, should }
}
