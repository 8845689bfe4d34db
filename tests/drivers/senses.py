"""Eyes and ears: what a video element really shows and really sounds like, measured in the page."""

from __future__ import annotations

from dataclasses import dataclass

from tests.drivers.media_files import Face
from tests.drivers.screen import Screen

_LOOK = """
async (selector) => {
  const video = document.querySelector(selector);
  const deadline = performance.now() + 10000;
  while (!(video.videoWidth && video.readyState >= 2) && performance.now() < deadline) {
    await new Promise((done) => setTimeout(done, 50));
  }
  // A track that has just come draws nothing yet: what is looked at is a picture shown from now on.
  await Promise.race([
    new Promise((shown) => video.requestVideoFrameCallback(shown)),
    new Promise((late) => setTimeout(late, 5000)),
  ]);
  const canvas = new OffscreenCanvas(32, 24);
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  const frames = [];
  for (let n = 0; n < 8; n += 1) {
    paper.drawImage(video, 0, 0, 32, 24);
    frames.push([...paper.getImageData(0, 0, 32, 24).data]);
    await new Promise((done) => setTimeout(done, 120));
  }
  const first = frames[0];
  const moved = frames.some((frame) => frame.some((value, i) => Math.abs(value - first[i]) > 40));
  const middle = (channel) => {
    const values = first.filter((_, i) => i % 4 === channel).sort((a, b) => a - b);
    return values[values.length >> 1];
  };
  return { red: middle(0), green: middle(1), blue: middle(2), moved, width: video.videoWidth };
}
"""

_LISTEN = """
async (selector) => {
  const stream = document.querySelector(selector).srcObject;
  const context = new AudioContext();
  await context.resume();
  const ear = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
  new MediaStreamAudioSourceNode(context, { mediaStream: stream }).connect(ear);
  const levels = new Float32Array(ear.frequencyBinCount);
  const deadline = performance.now() + 8000;
  let heard = 0;
  while (performance.now() < deadline) {
    await new Promise((done) => setTimeout(done, 250));
    ear.getFloatFrequencyData(levels);
    let best = 1;
    for (let n = 1; n < levels.length; n += 1) if (levels[n] > levels[best]) best = n;
    const hz = (best * context.sampleRate) / ear.fftSize;
    // The same tone twice: the first readings may hold half a window of silence.
    if (levels[best] > -60 && Math.abs(hz - heard) < 10) break;
    heard = levels[best] > -60 ? hz : 0;
  }
  await context.close();
  return heard;
}
"""


@dataclass(frozen=True, slots=True)
class Colours:
    """The middle value of each channel, 0 to 255, and whether the picture moves."""

    red: int
    green: int
    blue: int
    moved: bool
    width: int

    @property
    def has_picture(self) -> bool:
        """Something else than black is shown."""
        return self.width > 0 and max(self.red, self.green, self.blue) > 30

    def is_of(self, face: Face) -> bool:
        """Whether this is that person's own picture, alive."""
        reddish = self.red - self.blue
        return self.moved and (reddish > 40 if face.red > face.blue else reddish < -40)


def colours(screen: Screen, selector: str) -> Colours:
    """Look at a video element for a second."""
    return Colours(**screen.evaluate(_LOOK, selector))


def brightest_tone_hz(screen: Screen, selector: str) -> float:
    """Listen to what a media element plays; 0 when silent for 8 seconds."""
    return float(screen.evaluate(_LISTEN, selector))
