// Tells what is under the pointer at once. A drawing has it as titles, which a browser alone shows late and small.
const tip = document.getElementById('tip');

function tell(text, event) {
  tip.textContent = text;
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const left = event.clientX + 14 + width > innerWidth ? event.clientX - 14 - width : event.clientX + 14;
  const top = event.clientY + 14 + height > innerHeight ? event.clientY - 14 - height : event.clientY + 14;
  tip.style.left = `${Math.max(4, left)}px`;
  tip.style.top = `${Math.max(4, top)}px`;
}

function tellNothing() {
  tip.hidden = true;
}

for (const title of document.querySelectorAll('svg.picture title')) {
  const shape = title.parentElement;
  const text = title.textContent;
  title.remove();
  shape.setAttribute('aria-label', text);
  shape.addEventListener('pointermove', event => tell(text, event));
  shape.addEventListener('pointerleave', tellNothing);
}
