import { Button } from '@mantine/core'
import { useCallback, useEffect, useState } from 'react'
import type { Softphone } from '../../models/softphone.ts'
import type { SoftphoneProblem } from '../../models/softphone-state.ts'
import { Panel } from '../../ui/panel.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import { useStore } from '../../ui/use-store.ts'
import { LevelMeters, QualityMark, TrialMeter } from './call-meters.tsx'
import { DeviceChoice } from './device-choice.tsx'
import { Keypad } from './keypad.tsx'
import styles from './softphone.module.css'

/** A page that is loaded anew has its call back within two seconds (promise 9); by then it is elsewhere. */
const ELSEWHERE_AFTER_MS = 3_000

export interface PhonePanelProps {
  phone: Softphone
  canAnswer: boolean
  /** The person talks; where this phone has no call, another page or phone of the person's has it. */
  isTalking: boolean
  /** A menu, a mailbox or a recording is at the other end, and asks for keys. */
  takesKeys?: boolean
  /** The person's calls shall ring at another phone: its own, or one whose number is asked for. */
  onOther: (where: 'phone' | 'number') => void
}

/** The phone in this browser, among the panels of a page. */
export function PhonePanel(props: PhonePanelProps) {
  const { t } = useWords()
  return (
    <Panel title={t('station.title')}>
      <PhoneState {...props} className={styles['panel']} />
    </Panel>
  )
}

/** The phone in this browser, in a row above what the page is for. */
export function PhoneBar(props: PhonePanelProps) {
  const { t } = useWords()
  return (
    <section aria-label={t('station.title')}>
      <PhoneState {...props} className={styles['bar']} />
    </section>
  )
}

/** Whether the phone is ready, how the line is, what it speaks and listens by. */
function PhoneState(props: PhonePanelProps & { className: string | undefined }) {
  const { phone, canAnswer } = props
  const { t } = useWords()
  const { registration, call, problem, isTried } = useStore(phone.state)
  const isElsewhere = useLasting(props.isTalking && !call, ELSEWHERE_AFTER_MS)
  const press = useCallback((key: string) => phone.press(key), [phone])
  return (
    <div className={props.className} data-phone={call?.phase ?? registration}>
      {!call && <p role="status">{t(`registration.${registration}`)}</p>}
      {isElsewhere && (
        <p role="status" data-elsewhere>
          {t('softphone.elsewhere')}
        </p>
      )}
      {problem && <p role="alert">{t(`phoneProblem.${problem}`)}</p>}
      {isOfMicrophone(problem) && <WithoutMicrophone phone={phone} onOther={props.onOther} />}
      {call?.phase === 'ringing' && <p role="status">{t('softphone.ringing', { name: call.name ?? call.number })}</p>}
      {/* What rings is answered where it is shown whole; here only while the page does not know of it. */}
      {call?.phase === 'ringing' && canAnswer && (
        <Button onClick={() => phone.answer()}>{t('softphone.answer')}</Button>
      )}
      {call?.phase === 'connected' && (
        <>
          <QualityMark quality={call.quality} />
          <LevelMeters phone={phone} />
          {props.takesKeys && <Keypad onPress={press} />}
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
          {isTried && <TrialMeter phone={phone} />}
        </div>
      </details>
    </div>
  )
}

/** Ways to go on: the browser may give the microphone now, and no other phone needs it. */
function WithoutMicrophone({ phone, onOther }: { phone: Softphone; onOther: (where: 'phone' | 'number') => void }) {
  const { t } = useWords()
  return (
    <div className={styles['ways']} data-without-microphone>
      <p style={{ margin: 0, flexBasis: '100%' }}>{t('softphone.otherPhone')}</p>
      <Button size="xs" onClick={() => void phone.prepare()}>
        {t('softphone.tryAgain')}
      </Button>
      <Button size="xs" variant="default" onClick={() => onOther('phone')}>
        {t('station.phone')}
      </Button>
      <Button size="xs" variant="default" onClick={() => onOther('number')}>
        {t('station.number')}
      </Button>
    </div>
  )
}

function isOfMicrophone(problem: SoftphoneProblem | undefined): boolean {
  return problem === 'microphone-refused' || problem === 'microphone-missing'
}

/** Whether it is so, and has been for so long. */
function useLasting(isSo: boolean, afterMs: number): boolean {
  const [lasts, setLasts] = useState(false)
  useEffect(() => {
    if (!isSo) return setLasts(false)
    const timer = setTimeout(() => setLasts(true), afterMs)
    return () => clearTimeout(timer)
  }, [isSo, afterMs])
  return lasts && isSo
}
