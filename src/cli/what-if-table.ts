import type { WhatIfReport } from '#api/contract'

type Day = WhatIfReport['recorded']
type QueueDay = Day['queues'][string]

/** More agents than this are told as a spread, not one by one; --json has all. */
const AGENTS_LISTED_MAX = 30

const percent = (value: number | null): string => (value === null ? '-' : `${value.toFixed(1)} %`)
const seconds = (value: number | null): string => (value === null ? '-' : `${(value / 1000).toFixed(1)} s`)
const count = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(1))

/** What is told of a queue. */
const ROWS: readonly (readonly [name: string, of: (queue: QueueDay) => string])[] = [
  ['offered', ({ offered }) => count(offered)],
  ['answered', ({ answered }) => count(answered)],
  ['abandoned', ({ abandoned, shortAbandoned }) => `${count(abandoned)} + ${count(shortAbandoned)} short`],
  ['service level', ({ serviceLevel }) => percent(serviceLevel)],
  ['wait, mean', ({ waitMeanMs }) => seconds(waitMeanMs)],
  ['wait, p50', ({ waitP50Ms }) => seconds(waitP50Ms)],
  ['wait, p95', ({ waitP95Ms }) => seconds(waitP95Ms)],
  ['wait, longest', ({ waitMaxMs }) => seconds(waitMaxMs)],
]

/** The report for people. */
export function whatIfLines(report: WhatIfReport): readonly string[] {
  const { from, to, arrivals, plays, recorded, replayed, changed, patience } = report
  const queues = [...new Set([recorded, changed].flatMap(({ queues: all }) => Object.keys(all)))].sort()
  return [
    `${arrivals} calls from ${from} to ${to}; means of ${plays} plays`,
    ...queues.flatMap((queue) => ['', ...queueLines(queue, [recorded, replayed, changed], patience[queue])]),
    '',
    ...agentLines([recorded, replayed, changed]),
  ]
}

function line(name: string, cells: readonly string[]): string {
  return `  ${name.padEnd(16)}${cells.map((cell) => cell.padStart(18)).join('')}`
}

function queueLines(
  queue: string,
  days: readonly Day[],
  patience: WhatIfReport['patience'][string] | undefined,
): readonly string[] {
  const shown = days.map((day) => day.queues[queue])
  if (shown.every((one) => one === undefined || one.offered === 0)) return [`queue ${queue}: nobody called`]
  return [
    line(`queue ${queue}`, ['recorded', 'replayed', 'changed']).slice(2),
    ...ROWS.map(([name, of]) =>
      line(
        name,
        shown.map((one) => (one ? of(one) : 'gone')),
      ),
    ),
    ...(patience ? [`  patience: ${patienceWords(patience)}`] : []),
  ]
}

function patienceWords({ from, hangUps, meanMs }: WhatIfReport['patience'][string]): string {
  if (from === 'none') return 'nobody hung up, so nobody does in a replay'
  const whose = from === 'own' ? 'of this queue' : 'of all queues, for few hung up in this one'
  return `mean ${seconds(meanMs)}, from ${hangUps} hang-ups ${whose} (Kaplan and Meier; who was answered counts as having had more)`
}

function agentLines(days: readonly [Day, Day, Day] | readonly Day[]): readonly string[] {
  const names = [...new Set(days.flatMap(({ agents }) => Object.keys(agents)))].sort()
  const header = line('load per agent', ['recorded', 'replayed', 'changed']).slice(2)
  const cell = (day: Day, name: string): string => {
    const agent = day.agents[name]
    return agent ? `${percent(agent.occupancy)} (${count(agent.answered)})` : '-'
  }
  if (names.length <= AGENTS_LISTED_MAX) {
    return [
      header,
      ...names.map((name) =>
        line(
          name,
          days.map((day) => cell(day, name)),
        ),
      ),
    ]
  }
  const at = (share: number) => (day: Day) => {
    const loads = Object.values(day.agents).flatMap(({ occupancy }) => occupancy ?? [])
    loads.sort((a, b) => a - b)
    return percent(loads[Math.floor(share * (loads.length - 1))] ?? null)
  }
  return [
    header,
    line(
      'agents',
      days.map((day) => String(Object.keys(day.agents).length)),
    ),
    line('least', days.map(at(0))),
    line('median', days.map(at(0.5))),
    line('most', days.map(at(1))),
  ]
}
