import { Button } from '@mantine/core'
import type { Softphone } from '../../models/softphone.ts'
import { Panel } from '../../ui/panel.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import { useStore } from '../../ui/use-store.ts'
import { LevelMeters, QualityMark } from './call-meters.tsx'
import { DeviceChoice } from './device-choice.tsx'
import styles from './softphone.module.css'

/** The phone in this browser: whether it is ready, how the line is, what it speaks and listens by. */
export function PhonePanel({ phone, canAnswer }: { phone: Softphone; canAnswer: boolean }) {
  const { t } = useWords()
  const { registration, call, problem } = useStore(phone.state)
  return (
    <Panel title={t('station.title')}>
      <div className={styles['panel']} data-phone={call?.phase ?? registration}>
        {!call && <p role="status">{t(`registration.${registration}`)}</p>}
        {problem && <p role="alert">{t(`phoneProblem.${problem}`)}</p>}
        {call?.phase === 'ringing' && <p role="status">{t('softphone.ringing', { name: call.name ?? call.number })}</p>}
        {/* What rings is answered where it is shown whole; here only while the page does not know of it. */}
        {call?.phase === 'ringing' && canAnswer && (
          <Button onClick={() => phone.answer()}>{t('softphone.answer')}</Button>
        )}
        {call?.phase === 'connected' && (
          <>
            <QualityMark quality={call.quality} />
            <LevelMeters phone={phone} />
          </>
        )}
        {call && call.phase !== 'ringing' && (
          <Button variant="default" c="var(--late)" data-phone-end onClick={() => phone.hangUp()}>
            {t('softphone.hangUp')}
          </Button>
        )}
        <details>
          <summary>{t('station.sound')}</summary>
          <div className={styles['sound']}>
            <DeviceChoice phone={phone} />
            {!call && (
              <Button variant="default" onClick={() => void phone.prepare()}>
                {t('station.test')}
              </Button>
            )}
          </div>
        </details>
      </div>
    </Panel>
  )
}
