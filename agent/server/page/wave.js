// The waveform of a recording without pictures, and how far it is played.
const peaks = new WeakMap();

export function wave(canvas, points) {
  peaks.set(canvas, points);
  paint(canvas, 0);
}

wave.at = (canvas, share) => { if (peaks.has(canvas) && !canvas.hidden) paint(canvas, share); };

function paint(canvas, share) {
  const points = peaks.get(canvas), width = canvas.clientWidth, height = canvas.clientHeight, sharp = devicePixelRatio || 1;
  if (!width) return;
  if (canvas.width !== width * sharp) [canvas.width, canvas.height] = [width * sharp, height * sharp];
  const pen = canvas.getContext("2d"), css = getComputedStyle(canvas), step = Math.max(3, width / points.length), bars = Math.floor(width / step);
  pen.setTransform(sharp, 0, 0, sharp, 0, 0);
  pen.clearRect(0, 0, width, height);
  for (let bar = 0; bar < bars; bar++) {
    const from = Math.floor((bar / bars) * points.length), to = Math.max(from + 1, Math.floor(((bar + 1) / bars) * points.length));
    const tall = Math.max(2, Math.max(...points.slice(from, to)) * height * 0.9);
    pen.fillStyle = css.getPropertyValue(bar / bars <= share ? "--accent" : "--line");
    pen.fillRect(bar * step, (height - tall) / 2, step - 1, tall);
  }
}
