import { ActionIcon, Button, Menu, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { lazy, Suspense, useContext, useState } from 'react'
import type { Session } from '#api/contract'
import { ApiClient } from '../models/api-client.ts'
import { LanguageChoice } from '../ui/language-choice.tsx'
import { useWords } from '../ui/translations/use-words.ts'
import { Renewal } from './renewal.ts'

// Not needed before somebody asks for it.
const OwnPassword = lazy(async () => ({
  default: (await import('../features/own-password/own-password.tsx')).OwnPassword,
}))

/** Who is logged in, the language, the colours, the own password, and the way out. */
export function AccountMenu({ session, onLogOut }: { session: Session; onLogOut: () => void }) {
  const { t } = useWords()
  const [asks, setAsks] = useState(false)
  const renew = useContext(Renewal)
  return (
    <>
      <ColourChoice />
      <Menu position="bottom-end" width={220} withinPortal={false} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <Button
            variant="subtle"
            color="gray"
            size="sm"
            px="xs"
            c="var(--ink)"
            aria-label={t('menu.account', { name: session.displayName })}
          >
            {session.displayName}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <div style={{ padding: '8px 12px' }}>
            <LanguageChoice />
          </div>
          <Menu.Divider />
          <Menu.Item onClick={() => setAsks(true)}>{t('menu.password')}</Menu.Item>
          <Menu.Item onClick={onLogOut}>{t('menu.logOut')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asks && (
        <Suspense>
          <OwnPassword
            user={session.user}
            onSet={(set) => renew(() => new ApiClient(session.token).setOwnPassword(set))}
            onClose={() => setAsks(false)}
          />
        </Suspense>
      )}
    </>
  )
}

function ColourChoice() {
  const { t } = useWords()
  const { setColorScheme } = useMantineColorScheme()
  const isDark = useComputedColorScheme('light') === 'dark'
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      c="var(--ink)"
      aria-label={t(isDark ? 'menu.light' : 'menu.dark')}
      onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
    >
      <svg
        width="19"
        height="19"
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
        aria-hidden="true"
      >
        {isDark ? (
          <>
            <circle cx="12" cy="12" r="4" />
            <path d="M12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M5.6 18.4l1.1-1.1M17.3 6.7l1.1-1.1" />
          </>
        ) : (
          <path d="M20 14.5A8 8 0 0 1 9.5 4a8 8 0 1 0 10.5 10.5Z" strokeLinejoin="round" />
        )}
      </svg>
    </ActionIcon>
  )
}
