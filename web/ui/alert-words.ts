import type { AlertView } from '#api/contract'
import { clockDuration } from '../models/duration.ts'
import type { Translate } from '../models/why-text.ts'

/** What an alert says: which figure of which queue is what, beyond which value. */
export function alertSentence(
  { queue, threshold }: Pick<AlertView, 'queue' | 'threshold'>,
  value: number,
  t: Translate,
  language: string,
): string {
  const { figure, comparison, value: limit } = threshold
  const text = (amount: number): string =>
    figure === 'longest-wait'
      ? clockDuration(amount)
      : new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format(amount)
  return t('alert.says', {
    queue,
    figure: t(`alert.figure-${figure}`),
    value: text(value),
    limit: t(`alert.${comparison}`, { limit: text(limit) }),
  })
}
