/** Checkpoints differ by shape as well as by colour, one shape for each colour there is. */

export type Shape = 'circle' | 'square' | 'diamond' | 'triangle' | 'down' | 'plus';

const shapes: readonly Shape[] = ['circle', 'square', 'diamond', 'triangle', 'down', 'plus'];

export function shapeOf(colour: number): Shape {
  return shapes[colour % shapes.length] ?? 'circle';
}

export function drawShape(ctx: CanvasRenderingContext2D, colour: number, x: number, y: number, radius: number): void {
  ctx.beginPath();
  if (shapeOf(colour) === 'circle') ctx.arc(x, y, radius, 0, 2 * Math.PI);
  else {
    for (const [index, [dx, dy]] of corners(shapeOf(colour), radius).entries()) {
      if (index === 0) ctx.moveTo(x + dx, y + dy);
      else ctx.lineTo(x + dx, y + dy);
    }
    ctx.closePath();
  }
  ctx.fill();
}

/** The same as a path of an SVG, around the origin. */
export function shapePath(colour: number, radius: number): string {
  if (shapeOf(colour) === 'circle') return `M${-radius} 0a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0z`;
  return `M${corners(shapeOf(colour), radius).map(([dx, dy]) => `${dx.toFixed(2)} ${dy.toFixed(2)}`).join('L')}z`;
}

function corners(shape: Shape, radius: number): readonly (readonly [number, number])[] {
  if (shape === 'square') {
    const half = radius * 0.88;
    return [[-half, -half], [half, -half], [half, half], [-half, half]];
  }
  if (shape === 'diamond') return [[0, -radius * 1.25], [radius * 1.25, 0], [0, radius * 1.25], [-radius * 1.25, 0]];
  if (shape === 'plus') {
    const [arm, thick] = [radius * 1.2, radius * 0.42];
    return [[-thick, -arm], [thick, -arm], [thick, -thick], [arm, -thick], [arm, thick], [thick, thick], [thick, arm], [-thick, arm], [-thick, thick], [-arm, thick], [-arm, -thick], [-thick, -thick]];
  }
  if (shape === 'down') return [[0, radius * 1.2], [-radius * 1.15, -radius * 0.9], [radius * 1.15, -radius * 0.9]];
  return [[0, -radius * 1.2], [radius * 1.15, radius * 0.9], [-radius * 1.15, radius * 0.9]];
}
