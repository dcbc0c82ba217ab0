import { useSyncExternalStore } from 'react';
import { messageOf } from '../api/client';

export interface ToastMessage {
  id: number;
  tone: 'plain' | 'danger';
  title: string;
  description?: string | undefined;
  action?: { label: string; run(): void } | undefined;
}

let messages: readonly ToastMessage[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function publish(next: readonly ToastMessage[]): void {
  messages = next;
  for (const listener of listeners) listener();
}

/** Shows a message for some seconds; the newest three stay. */
export function toast(title: string, options: Partial<Omit<ToastMessage, 'id' | 'title'>> = {}): void {
  publish([...messages, { id: nextId++, tone: 'plain' as const, title, ...options }].slice(-3));
}

export function toastError(title: string, error: unknown): void {
  toast(title, { tone: 'danger', description: messageOf(error) });
}

export function dismissToast(id: number): void {
  publish(messages.filter((message) => message.id !== id));
}

export function useToasts(): readonly ToastMessage[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => messages,
  );
}
