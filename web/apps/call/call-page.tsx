import { Button, Group } from '@mantine/core'
import { useCallback, useEffect, useState } from 'react'
import type { VisitorPhone } from '#api/contract'
import { LevelMeters, QualityMark } from '../../features/softphone/call-meters.tsx'
import { DeviceChoice } from '../../features/softphone/device-choice.tsx'
import { Keypad } from '../../features/softphone/keypad.tsx'
import { ApiClient, ApiProblem } from '../../models/api-client.ts'
import { browserClock } from '../../models/clock.ts'
import { createSoftphone, type Softphone } from '../../models/softphone.ts'
import { jssipAgent } from '../../models/softphone-jssip.ts'
import { browserSound } from '../../models/softphone-sound.ts'
import { BrandMark } from '../../ui/brand.tsx'
import { LanguageChoice } from '../../ui/language-choice.tsx'
import { Elapsed, NowProvider } from '../../ui/now.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import { useStore } from '../../ui/use-store.ts'
import styles from './call-page.module.css'

/** Where visitors call from: one button, and the keys of a phone. */
export function CallPage() {
  const { t } = useWords()
  const { phone, account, isOpen } = useVisitorPhone()
  useEffect(() => {
    document.title = `${t('call.title')} – Tandem`
  }, [t])
  return (
    <NowProvider clockOffsetMs={0}>
      <div className={styles['page']}>
        <header className={styles['header']}>
          <div className={styles['brand']}>
            <BrandMark /> Tandem
          </div>
          <LanguageChoice />
        </header>
        <main className={styles['card']}>
          <h1 className={styles['title']}>{t('call.title')}</h1>
          {isOpen ? phone && <VisitorCall phone={phone} number={account?.number} /> : <p>{t('call.closed')}</p>}
        </main>
      </div>
    </NowProvider>
  )
}

/** A phone that calls and cannot be called; closed where the server lets no visitors call. */
function useVisitorPhone() {
  const [phone, setPhone] = useState<Softphone>()
  const [account, setAccount] = useState<VisitorPhone>()
  const [isOpen, setIsOpen] = useState(true)
  useEffect(() => {
    const made = createSoftphone({
      agent: jssipAgent,
      sound: browserSound(),
      clock: browserClock,
      storage: localStorage,
      account: async () => {
        try {
          const found = await new ApiClient().visitorPhone()
          setAccount(found)
          return found
        } catch (error) {
          if (error instanceof ApiProblem && error.status === 403) setIsOpen(false)
          throw error
        }
      },
    })
    setPhone(made)
    made.start()
    return () => made.close()
  }, [])
  return { phone, account, isOpen }
}

function VisitorCall({ phone, number }: { phone: Softphone; number: string | undefined }) {
  const { t } = useWords()
  const { registration, call, problem } = useStore(phone.state)
  const [hasCalled, setHasCalled] = useState(false)
  const press = useCallback((key: string) => phone.press(key), [phone])
  if (!call) {
    return (
      <>
        <p className={styles['soft']} role="status">
          {hasCalled ? t('call.ended') : t('call.intro')}
        </p>
        {problem && <p role="alert">{t(`phoneProblem.${problem}`)}</p>}
        <Button
          size="xl"
          radius="xl"
          disabled={registration !== 'registered' || number === undefined}
          onClick={() => {
            setHasCalled(true)
            phone.dial(number!)
          }}
        >
          {t(hasCalled ? 'call.again' : 'call.start')}
        </Button>
        {registration !== 'registered' && <p className={styles['soft']}>{t('call.connecting')}</p>}
      </>
    )
  }
  return (
    <>
      <p className={styles['soft']} role="status">
        {t(call.phase === 'connected' ? 'call.talking' : 'call.calling')}{' '}
        {call.phase === 'connected' && <Elapsed since={new Date(call.since).toISOString()} />}
      </p>
      {call.phase === 'connected' && <QualityMark quality={call.quality} />}
      <LevelMeters phone={phone} />
      <p className={styles['soft']}>{t('call.menu')}</p>
      <Keypad onPress={press} />
      <Group>
        <Button variant="default" aria-pressed={call.muted} onClick={() => phone.mute(!call.muted)}>
          {t(call.muted ? 'softphone.unmute' : 'softphone.mute')}
        </Button>
        <Button color="red.9" onClick={() => phone.hangUp()}>
          {t('softphone.hangUp')}
        </Button>
      </Group>
      {problem && <p role="alert">{t(`phoneProblem.${problem}`)}</p>}
      <DeviceChoice phone={phone} />
    </>
  )
}
