import { useEffect, useRef, useState } from 'react';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';

interface CameraDialogProps {
  onPhoto(photo: Blob): void;
  onClose(): void;
}

/** Why there is no picture, in words, by the browser's names for it. */
const refusals: Record<string, string> = {
  NotAllowedError: 'The browser was not allowed to use the camera. Allow it beside the address, or choose a file.',
  NotFoundError: 'No camera was found. Plug one in, or choose a file.',
  NotReadableError: 'Another program is using the camera. Close it, or choose a file.',
};
const OTHER = 'The camera cannot be used from this page. Choose a file instead.';

/** The picture of this computer's camera, until a photo is taken of it. */
export function CameraDialog({ onPhoto, onClose }: CameraDialogProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [problem, setProblem] = useState<string>();
  const [ready, setReady] = useState(false);

  useEffect(() => {
    let closed = false;
    let stream: MediaStream | undefined;
    async function film() {
      // Browsers give cameras to pages over HTTPS and to this machine's own alone.
      if (!navigator.mediaDevices) return setProblem(OTHER);
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: 1280 } });
        if (closed) for (const track of stream.getTracks()) track.stop();
        else if (video.current) video.current.srcObject = stream;
      } catch (error) {
        if (!closed) setProblem(refusals[error instanceof DOMException ? error.name : ''] ?? OTHER);
      }
    }
    void film();
    return () => {
      closed = true;
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
  }, []);

  function take() {
    const picture = video.current;
    if (!picture) return;
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [picture.videoWidth, picture.videoHeight];
    canvas.getContext('2d')?.drawImage(picture, 0, 0);
    canvas.toBlob(
      (photo) => {
        if (photo) onPhoto(photo);
        onClose();
      },
      'image/jpeg',
      0.92,
    );
  }

  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Take a photo" wide>
      {problem ? (
        <p role="alert" className="rounded-md bg-warning-tint px-4 py-3 text-warning">
          {problem}
        </p>
      ) : (
        <video
          ref={video}
          autoPlay
          muted
          playsInline
          aria-label="What the camera sees"
          onPlaying={() => setReady(true)}
          className="aspect-4/3 w-full rounded-lg bg-paper object-contain"
        />
      )}
      <div className="mt-6 flex justify-end gap-3">
        <Button onClick={onClose}>{problem ? 'Close' : 'Cancel'}</Button>
        {!problem && (
          <Button variant="primary" disabled={!ready} onClick={take}>
            Take the photo
          </Button>
        )}
      </div>
    </Dialog>
  );
}
