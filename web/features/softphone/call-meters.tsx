import type { Softphone } from '../../models/softphone.ts'
import type { CallQuality } from '../../models/softphone-state.ts'
import { Dot } from '../../ui/dot.tsx'
import type { Tone } from '../../ui/tones.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import { useStore } from '../../ui/use-store.ts'
import styles from './softphone.module.css'

const TONES: Readonly<Record<CallQuality['verdict'], Tone>> = {
  unknown: 'off',
  good: 'ready',
  fair: 'waiting',
  poor: 'late',
  'silent-in': 'late',
  'silent-out': 'late',
}

/** How loud both sides are. */
export function LevelMeters({ phone }: { phone: Softphone }) {
  const { t } = useWords()
  const { mine, theirs } = useStore(phone.level)
  return (
    <>
      <Level label={t('softphone.mine')} value={mine} />
      <Level label={t('softphone.theirs')} value={theirs} />
    </>
  )
}

/** How loud a microphone is that is tried. */
export function TrialMeter({ phone }: { phone: Softphone }) {
  const { t } = useWords()
  return (
    <div data-trial>
      <p role="status">{t('softphone.speak')}</p>
      <Level label={t('softphone.mine')} value={useStore(phone.level).mine} />
    </div>
  )
}

function Level({ label, value }: { label: string; value: number }) {
  return (
    <label className={styles['level']}>
      {label}
      <meter className={styles['track']} min={0} max={1} value={value} />
    </label>
  )
}

/** How the line is, in a word; silence is said aloud by a screen reader. */
export function QualityMark({ quality }: { quality: CallQuality }) {
  const { t } = useWords()
  const { verdict, lossIn, lossOut, roundTripMs } = quality
  const silent = verdict === 'silent-in' || verdict === 'silent-out'
  const known = verdict !== 'unknown' && !silent
  return (
    <div
      className={styles['quality']}
      role={silent ? 'alert' : 'status'}
      data-quality={verdict}
      title={known ? t('quality.figures', { lossIn, lossOut, ms: roundTripMs ?? 0 }) : undefined}
    >
      <Dot tone={TONES[verdict]} beats={silent} />
      {t(`quality.${verdict}`)}
    </div>
  )
}
