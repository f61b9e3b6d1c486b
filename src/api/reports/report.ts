import { type FigureDefinition, moment, type ReportRow } from '#api/contract'
import type { Millis } from '#base'
import {
  detailsOf,
  type Figure,
  figureId,
  figuresOf,
  figureValue,
  formulaText,
  type ObjectKind,
  partOf,
  type Sums,
  unitOf,
} from '#kernel/statistics'
import type { ObjectSums, QueueAim } from './port.ts'

/** A figure as the API defines it. */
export function viewFigure(figure: Figure): FigureDefinition {
  const { name, version, since, of, meaning, detailed = false, source = null } = figure
  return {
    ...{ id: figureId(figure), name, version, since, of: [...of], unit: unitOf(figure) },
    ...{ meaning, formula: formulaText(figure), detailed, source },
  }
}

/** Every figure of a kind of object, and the parts of those that are told by detail, by `name@version`. */
export function figureValues(kind: ObjectKind, sums: Sums): Record<string, number | null> {
  const values: Record<string, number | null> = {}
  for (const figure of figuresOf(kind)) {
    values[figureId(figure)] = figureValue(figure, sums)
    if (!figure.detailed) continue
    for (const detail of detailsOf(figure, sums)) {
      const part = partOf(figure, detail)
      values[figureId(part)] = figureValue(part, sums)
    }
  }
  return values
}

/** What the rows of a report are made of. */
export interface ReportParts {
  readonly kind: ObjectKind
  readonly bounds: readonly Millis[]
  readonly objects: readonly ObjectSums[]
  readonly aims: readonly QueueAim[]
}

/** One row an interval and object; an object without anything in an interval has none. */
export function reportRows({ kind, bounds, objects, aims }: ReportParts): ReportRow[] {
  return objects.map(({ name, startAt, sums }) => {
    const span = { from: moment(startAt), to: moment(bounds[bounds.indexOf(startAt) + 1]!) }
    const figures = figureValues(kind, sums)
    const aim = kind === 'queue' ? aimAt(aims, name, startAt) : undefined
    return {
      ...span,
      name,
      figures,
      serviceLevel: aim ? viewLevel(aim, figures) : null,
      contacts: contactsLink(kind, name, span),
    }
  })
}

/** What a queue was held to when the row began; a row may begin before the queue was made. */
function aimAt(aims: readonly QueueAim[], queue: string, at: Millis): QueueAim | undefined {
  const own = aims.filter((aim) => aim.queue === queue)
  return own.findLast((aim) => aim.since <= at) ?? own[0]
}

function viewLevel(aim: QueueAim, figures: Readonly<Record<string, number | null>>): ReportRow['serviceLevel'] {
  const definition = figuresOf('queue').findLast(({ name }) => name === `service-level-${aim.definition}`)
  if (!definition) return null
  const id = figureId(definition)
  return { definition: id, percent: figures[id] ?? null, targetPercent: aim.percent, withinMs: aim.withinMs }
}

function contactsLink(
  kind: ObjectKind,
  name: string,
  { from, to }: { readonly from: string; readonly to: string },
): string {
  return `/api/v1/reports/${kind}s/${encodeURIComponent(name)}/contacts?from=${from}&to=${to}&figure={figure}`
}
