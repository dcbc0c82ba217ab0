import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Button } from '@/shared/ui/button';
import { FormError } from '@/shared/ui/form-error';
import { ErrorState, SkeletonRows } from '@/shared/ui/states';
import { TextField } from '@/shared/ui/text-field';
import { type Settings, settingsQuery, useChangeSettings } from './use-settings';

/** What the shop is called, and who may come in. */
export function SettingsPart() {
  const { data, error, refetch } = useQuery(settingsQuery);
  return (
    <section aria-labelledby="settings" className="mt-10">
      <h2 id="settings" className="mb-4 font-display text-2xl">
        Settings
      </h2>
      {data ? (
        <SettingsForm settings={data} />
      ) : error ? (
        <ErrorState error={error} retry={() => refetch()} />
      ) : (
        <SkeletonRows rows={2} />
      )}
    </section>
  );
}

function SettingsForm({ settings }: { settings: Settings }) {
  const [draft, setDraft] = useState(settings);
  const change = useChangeSettings();
  const { shopName, registrationOpen } = draft;
  const isSame = shopName === settings.shopName && registrationOpen === settings.registrationOpen;
  function submit(event: FormEvent) {
    event.preventDefault();
    change.mutate(draft, { onSuccess: setDraft });
  }
  return (
    <form onSubmit={submit} className="flex max-w-md flex-col gap-5">
      <TextField
        label="Name of the shop"
        hint="Shown at the top of wide screens."
        required
        maxLength={60}
        value={shopName}
        onChange={(name) => setDraft({ ...draft, shopName: name })}
      />
      <label className="flex items-baseline gap-3">
        <input
          type="checkbox"
          className="size-4.5 shrink-0 translate-y-0.5 accent-(--accent)"
          checked={registrationOpen}
          onChange={(event) => setDraft({ ...draft, registrationOpen: event.target.checked })}
        />
        <span>
          Anyone who opens this address may create an account
          <span className="block text-[0.8125rem] text-muted">
            It lists and browses products; you may give it another role.
          </span>
        </span>
      </label>
      <FormError error={change.error} />
      <Button type="submit" variant="primary" busy={change.isPending} disabled={isSame} className="self-start">
        Save settings
      </Button>
    </form>
  );
}
