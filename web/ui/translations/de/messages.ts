/** Was Anrufende für jemanden oder für eine Warteschlange gesagt haben. */
export const messages = {
  messages: {
    title: 'Nachrichten',
    unheard_one: '{{count}} neu',
    unheard_other: '{{count}} neu',
    none: 'Keine Sprachnachrichten für Sie oder Ihre Warteschlangen',
    loading: 'Wird gelesen …',
    failed: 'Die Nachrichten sind im Augenblick nicht zu lesen.',
    listen: 'Anhören',
    close: 'Schließen',
    call: 'Zurückrufen',
    renew: 'Als neu behalten',
    remove: 'Entfernen',
    removed: 'Die Nachricht von {{who}} ist entfernt.',
    undo: 'Rückgängig',
    more: 'Ältere Nachrichten',
    forYou: 'für Sie',
    forQueue: 'für {{queue}}',
    heardBy: 'gehört von {{user}}',
    pending: 'der Ton wird noch gespeichert',
    lost: 'der Ton ist verloren',
  },
}
