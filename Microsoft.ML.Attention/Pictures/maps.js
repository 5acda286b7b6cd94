// Attention maps: a small one of each head to choose from, and the chosen one large, with its tokens.
const dark = matchMedia('(prefers-color-scheme: dark)');

const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

const shape = (name, attributes = {}, text = '') => {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
};

// The fewest digits that tell a float32 from its neighbours.
function digits(value) {
  for (let count = 1; count <= 9; count++) {
    const rounded = Number(value.toPrecision(count));
    if (Math.fround(rounded) === value) return String(rounded);
  }
  return String(value);
}

// By level, each colour as the four bytes of a pixel.
const pixels = colors => new Uint32Array(Uint8Array.from(colors.flatMap(color => [1, 3, 5].map(at => parseInt(color.slice(at, at + 2), 16)).concat(255))).buffer);
const { light: onLight, dark: onDark } = JSON.parse(document.getElementById('colors').textContent);
const scales = { light: pixels(onLight), dark: pixels(onDark) };

// One pixel a weight; a missing weight (NaN) leaves the page to be seen.
function paint(canvas, weights, most) {
  const scale = dark.matches ? scales.dark : scales.light;
  const context = canvas.getContext('2d');
  const image = context.createImageData(canvas.width, canvas.height);
  const shown = new Uint32Array(image.data.buffer);
  weights.forEach((weight, i) => {
    if (Number.isNaN(weight)) return;
    shown[i] = scale[most > 0 ? Math.floor(Math.min(1, Math.max(0, weight / most)) * (scale.length - 1) + 0.5) : 0];
  });
  context.putImageData(image, 0, 0);
}

// The bytes of base64. A loop: from a string's letters, Uint8Array.from takes several times as long.
function decoded(base64) {
  const letters = atob(base64);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes.buffer;
}

function largest(weights) {
  return weights.reduce((most, weight) => (weight > most ? weight : most), 0);
}

class Maps {
  constructor(section) {
    Object.assign(this, JSON.parse(section.querySelector('script').textContent));
    const buffer = decoded(this.weights);
    const size = this.rows * this.columns;
    this.maps.forEach((map, i) => {
      map.weights = new Float32Array(buffer, 4 * i * size, size);
      map.most = largest(map.weights);
    });
    this.most = Math.max(...this.maps.map(map => map.most));
    this.ownScale = false;

    const detail = this.detail();
    this.split = element('div', { class: 'split' }, ...(this.maps.length > 1 ? [this.overview()] : []), detail);
    section.append(this.bar(), this.split);
    this.choose(this.maps[0]);
    this.paintOverview();
    this.arrange();
    addEventListener('resize', () => this.arrange());
    dark.addEventListener('change', () => this.paintAll());
  }

  scaleOf(map) {
    return this.ownScale ? map.most : this.most;
  }

  token(tokens, place) {
    return tokens ? `${tokens[place]} (${place})` : `${place}`;
  }

  // How many tokens a label, for labels that take so many pixels: 1, 2, 5, 10, ...
  step(pixels) {
    const least = Math.max(1, pixels / this.cell);
    const power = 10 ** Math.floor(Math.log10(least));
    return [1, 2, 5, 10].find(factor => factor * power >= least) * power;
  }

  bar() {
    this.legend = element('canvas', { width: 256, height: 1 });
    this.legendMost = element('span');
    const bar = element('div', { class: 'bar' }, element('span', { class: 'legend' }, '0', this.legend, this.legendMost));
    if (this.maps.length > 1) {
      const own = element('input', { type: 'checkbox' });
      own.addEventListener('change', () => {
        this.ownScale = own.checked;
        this.paintAll();
      });
      bar.append(element('label', {}, own, ' each head on a scale of its own'));
    }
    return bar;
  }

  overview() {
    const layers = Map.groupBy(this.maps, map => map.layer);
    const most = Math.max(...[...layers.values()].map(maps => maps.length));
    this.inALine = Math.ceil(most / Math.ceil(most / 12));
    const overview = element('div', { class: 'overview' });
    for (const [layer, maps] of layers) {
      const heads = element('div', { class: 'heads', style: `grid-template-columns:repeat(${this.inALine},auto)` });
      for (const map of maps) {
        map.canvas = element('canvas', { width: this.columns, height: this.rows });
        map.button = element('button', { type: 'button', 'aria-label': map.name, 'aria-pressed': false }, map.canvas, `${map.head}`);
        map.button.addEventListener('click', () => this.choose(map));
        map.button.addEventListener('focus', () => this.choose(map));
        this.tellOf(map.canvas, () => map, () => this.zoom);
        heads.append(map.button);
      }
      overview.append(element('div', { class: 'layer' }, ...(layer === null ? [] : [element('b', {}, `layer ${layer}`)]), heads));
    }
    return overview;
  }

  // The small maps beside the large one, which stays in sight; under it where the window would make them too small to tell anything.
  arrange() {
    if (this.maps.length === 1) return;
    const [around, between, smallest] = [150, 8, 32];   // pixels: the page's margins, a gap, a layer's name and a scroll bar; between two small maps; a small map
    const roomIn = width => (width - around) / this.inALine - between;
    const isBeside = roomIn(innerWidth - this.width) >= smallest;
    this.split.classList.toggle('beside', isBeside);
    const room = Math.max(smallest, roomIn(isBeside ? innerWidth - this.width : innerWidth));
    const side = Math.min(this.inALine <= 4 ? 144 : this.inALine <= 8 ? 96 : 64, room);
    const fit = side / Math.max(this.rows, this.columns);
    this.zoom = fit >= 1 ? Math.floor(fit) : fit;
    for (const { canvas } of this.maps) {
      canvas.style.width = `${this.columns * this.zoom}px`;
      canvas.style.height = `${this.rows * this.zoom}px`;
    }
  }

  detail() {
    const longest = tokens => Math.max(...(tokens ?? ['00']).map(token => Math.min(14, [...token].length)));
    const cell = Math.min(40, 512 / Math.max(this.rows, this.columns));
    this.cell = cell >= 1 ? Math.floor(cell) : cell;
    const font = Math.min(13, Math.max(9, this.cell - 1));
    const left = Math.ceil(longest(this.queries) * font * 0.62) + 12;
    const slanted = this.keys ? Math.ceil(longest(this.keys) * font * 0.62 * Math.SQRT1_2) + 14 : 20;
    const [width, height] = [this.columns * this.cell, this.rows * this.cell];
    this.width = left + width + slanted;

    this.canvas = element('canvas', { width: this.columns, height: this.rows, style: `left:${left}px;top:${slanted}px;width:${width}px;height:${height}px` });
    const overlay = shape('svg', { width: this.width, height: slanted + height + 1, 'font-size': font });
    const label = (tokens, place) => (tokens ? [...tokens[place]].slice(0, 13).join('') + ([...tokens[place]].length > 13 ? '…' : '') : `${place}`);
    const [rowStep, columnStep] = [this.queries, this.keys].map(tokens => this.step(tokens ? font : 24));
    for (let row = 0; row < this.rows; row += rowStep)
      overlay.append(shape('text', { x: left - 6, y: slanted + (row + 0.5) * this.cell + font * 0.35, 'text-anchor': 'end' }, label(this.queries, row)));
    for (let column = 0; column < this.columns; column += columnStep) {
      const [x, y] = [left + (column + 0.5) * this.cell, slanted - 6];
      overlay.append(shape('text', this.keys ? { x, y, transform: `rotate(-45 ${x} ${y})` } : { x, y, 'text-anchor': 'middle' }, label(this.keys, column)));
    }
    overlay.append(shape('rect', { x: left - 0.5, y: slanted - 0.5, width: width + 1, height: height + 1 }));
    const cross = [shape('rect', { class: 'cross', visibility: 'hidden' }), shape('rect', { class: 'cross', visibility: 'hidden' })];
    overlay.append(...cross);

    const area = shape('rect', { x: left, y: slanted, width, height, style: 'stroke:none;pointer-events:all' });
    overlay.append(area);
    this.tellOf(area, () => this.chosen, () => this.cell, (row, column) => {
      const places = [
        { x: left, y: slanted + row * this.cell, width, height: this.cell },
        { x: left + column * this.cell, y: slanted, width: this.cell, height },
      ];
      cross.forEach((rect, i) => {
        for (const [key, value] of Object.entries(places[i])) rect.setAttribute(key, value);
        rect.setAttribute('visibility', 'visible');
      });
    });
    area.addEventListener('pointerleave', () => cross.forEach(rect => rect.setAttribute('visibility', 'hidden')));

    this.caption = element('figcaption');
    return element('figure', { class: 'detail' }, this.caption, element('div', {}, this.canvas, overlay));
  }

  // Says the weight under the pointer.
  tellOf(target, mapOf, cellOf, then = () => {}) {
    target.addEventListener('pointermove', event => {
      const box = target.getBoundingClientRect();
      const row = Math.min(this.rows - 1, Math.max(0, Math.floor((event.clientY - box.top) / cellOf())));
      const column = Math.min(this.columns - 1, Math.max(0, Math.floor((event.clientX - box.left) / cellOf())));
      const map = mapOf();
      const weight = digits(map.weights[row * this.columns + column]);
      tell([map.name, `${this.token(this.queries, row)} → ${this.token(this.keys, column)}`, weight].filter(Boolean).join('\n'), event);
      then(row, column);
    });
    target.addEventListener('pointerleave', tellNothing);
  }

  choose(map) {
    this.chosen?.button?.setAttribute('aria-pressed', false);
    this.chosen = map;
    map.button?.setAttribute('aria-pressed', true);
    const place = map.weights.indexOf(map.most);
    const [row, column] = [Math.floor(place / this.columns), place % this.columns];
    this.caption.textContent = map.name;
    this.caption.title = map.most > 0 ? `largest: ${this.token(this.queries, row)} → ${this.token(this.keys, column)}: ${digits(map.most)}` : '';
    this.paintDetail();
  }

  paintDetail() {
    paint(this.canvas, this.chosen.weights, this.scaleOf(this.chosen));
    paint(this.legend, Float32Array.from({ length: 256 }, (_, level) => level), 255);
    this.legendMost.textContent = `${Number(this.scaleOf(this.chosen).toPrecision(3))}`;
  }

  paintOverview() {
    for (const map of this.maps) if (map.canvas) paint(map.canvas, map.weights, this.scaleOf(map));
  }

  paintAll() {
    this.paintDetail();
    this.paintOverview();
  }
}

for (const section of document.querySelectorAll('section.maps')) new Maps(section);
