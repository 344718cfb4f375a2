/*
 * The picture: the application, the nodes, and marks that move for statements. Drawn anew from each state.
 */

import { byId, lag, look, probe, rate, setText, shape, word } from './page.js';

const NARROW = 560;

const calm = window.matchMedia('(prefers-reduced-motion: reduce)');

let state = null;
let links = new Map();
let frame = 0;
let frameAt = 0;

calm.addEventListener('change', () => state && animate());

export function drawMap(present, chosen, choose) {
	state = present;
	const map = byId('map');
	const narrow = map.clientWidth < NARROW;
	const ids = state.nodes.map((node) => node.id).join(' ');
	const shapeOfMap = narrow + ' ' + ids;
	if (map.dataset.shape !== shapeOfMap) {
		map.dataset.shape = shapeOfMap;
		build(map, narrow, choose);
	}
	state.nodes.forEach((node) => drawNode(node, chosen === node.id));
	drawFollowers(narrow);
	setText(byId('map-text'), state.nodes.map((node) => node.id + ': ' + word(node) + ', ' + rate(node.traffic.reads)
		+ ' reads and ' + rate(node.traffic.writes) + ' writes per second').join('; '));
	animate();
}

function build(map, narrow, choose) {
	links = new Map();
	for (const id of ['map-links', 'map-followers', 'map-particles', 'map-labels', 'map-boxes']) {
		byId(id).replaceChildren();
	}
	const count = state.nodes.length;
	const width = narrow ? 380 : Math.max(700, count * 236);
	const height = narrow ? 88 + count * 152 : 390;
	map.setAttribute('viewBox', '0 0 ' + width + ' ' + height);
	const app = narrow ? { x: 1, y: 4, width: 378, height: 50 } : { x: width / 2 - 115, y: 6, width: 230, height: 54 };
	byId('map-boxes').append(appBox(app));
	state.nodes.forEach((node, index) => {
		const box = narrow ? { x: 66, y: 88 + index * 152, width: 312, height: 124 }
			: { x: width / count * (index + 0.5) - 108, y: 184, width: 216, height: 142 };
		const route = narrow
			? `M${20} ${app.y + app.height} V${box.y + box.height / 2 - 14} Q20 ${box.y + box.height / 2} 34 ${box.y + box.height / 2} H${box.x}`
			: `M${width / 2 + (index - (count - 1) / 2) * 44} ${app.y + app.height} C${width / 2 + (index - (count - 1) / 2) * 60} 125,`
				+ `${box.x + box.width / 2} 105,${box.x + box.width / 2} ${box.y}`;
		const link = buildNode(node, box, route, narrow);
		link.group.addEventListener('click', () => choose(node.id));
		links.set(node.id, link);
	});
}

function appBox(box) {
	const group = shape('g', { class: 'app' });
	group.append(shape('rect', { class: 'box', rx: 8, ...box }),
		shape('text', { class: 'name', x: box.x + box.width / 2, y: box.y + 23, 'text-anchor': 'middle' }, 'this application'),
		shape('text', { class: 'small', id: 'app-total', x: box.x + box.width / 2, y: box.y + 42, 'text-anchor': 'middle' }, ''));
	return group;
}

function buildNode(node, box, route, narrow) {
	const path = shape('path', { class: 'link', d: route });
	byId('map-links').append(path);
	const group = shape('g', { class: 'node', 'data-node': node.id });
	const x = box.x + 14;
	const right = box.x + box.width - 14;
	const meter = right - x - 82;
	const parts = {
		badge: shape('text', { class: 'badge', x: right, y: box.y + 26, 'text-anchor': 'end' }, ''),
		status: shape('text', { x, y: box.y + 50 }, ''),
		traffic: shape('text', { x, y: box.y + 72 }, ''),
		lag: shape('text', { class: 'small', x, y: box.y + 92 }, ''),
		pool: shape('text', { class: 'small', x: right, y: box.y + 113, 'text-anchor': 'end' }, ''),
		used: shape('rect', { class: 'meter-used', x, y: box.y + 106, width: 0, height: 6, rx: 3 }),
	};
	group.append(shape('rect', { class: 'box', rx: 8, ...box }),
		shape('text', { class: 'name', x, y: box.y + 27 }, node.id), parts.badge, parts.status, parts.traffic, parts.lag,
		parts.pool, shape('rect', { class: 'meter', x, y: box.y + 106, width: meter, height: 6, rx: 3 }), parts.used);
	if (!narrow) {
		group.append(shape('text', { class: 'small', x, y: box.y + 132 }, node.address));
	}
	byId('map-boxes').append(group);
	const length = path.getTotalLength();
	const points = Array.from({ length: 61 }, (any, step) => path.getPointAtLength(length * step / 60));
	return { path, group, parts, points, box, meter, marks: [], due: { read: 0, write: 0 }, length };
}

function drawNode(node, isChosen) {
	const link = links.get(node.id);
	const flows = node.traffic.reads + node.traffic.writes > 0;
	link.group.dataset.look = link.path.dataset.look = look(node);
	link.group.classList.toggle('chosen', isChosen);
	link.path.classList.toggle('flows', flows);
	link.path.setAttribute('stroke-width', (1.5 + Math.min(4, Math.log10(1 + node.traffic.reads + node.traffic.writes))).toFixed(1));
	setText(link.parts.badge, word(node).toUpperCase());
	setText(link.parts.status, node.status + (node.timeline ? ', timeline ' + node.timeline : ''));
	setText(link.parts.traffic, rate(node.traffic.reads) + ' reads/s, ' + rate(node.traffic.writes) + ' writes/s');
	setText(link.parts.lag, node.role === 'replica' ? 'lag ' + lag(node)
		: look(node) === 'bad' ? '' : 'probe ' + probe(node));
	setText(link.parts.pool, node.active + ' of ' + node.max + ' lent');
	link.parts.used.setAttribute('width', (link.meter * Math.min(1, node.active / Math.max(1, node.max))).toFixed(1));
}

/* From each replica that answers to the primary it follows */

function drawFollowers(narrow) {
	const primary = state.primary && links.get(state.primary);
	const arcs = [];
	const labels = [];
	if (primary && !narrow) {
		const from = primary.box.x + primary.box.width / 2;
		const bottom = primary.box.y + primary.box.height;
		state.nodes.filter((node) => node.role === 'replica' && look(node) === 'replica').forEach((node) => {
			const box = links.get(node.id).box;
			const to = box.x + box.width / 2;
			const depth = bottom + 34 + 12 * Math.min(2, Math.abs(to - from) / 300);
			arcs.push(shape('path', { class: 'follows', d: `M${from} ${bottom} C${from} ${depth},${to} ${depth},${to} ${bottom}` }));
			const x = (from + to) / 2 + (to > from ? 34 : -34);
			const text = lag(node);
			const half = text.length * 3.6 + 10;
			labels.push(shape('rect', { class: 'pill', x: x - half, y: bottom + 15 + (depth - bottom - 46) * 0.5, width: 2 * half, height: 22, rx: 11 }),
				shape('text', { class: 'small', x, y: bottom + 30 + (depth - bottom - 46) * 0.5, 'text-anchor': 'middle' }, text));
		});
	}
	byId('map-followers').replaceChildren(...arcs);
	byId('map-labels').replaceChildren(...labels);
	const reads = state.nodes.reduce((sum, node) => sum + node.traffic.reads, 0);
	const writes = state.nodes.reduce((sum, node) => sum + node.traffic.writes, 0);
	setText(byId('app-total'), rate(reads) + ' reads/s, ' + rate(writes) + ' writes/s');
}

/* Marks that move from the application to the nodes, more of them the more statements there are */

function animate() {
	const flows = state.nodes.some((node) => node.traffic.reads + node.traffic.writes > 0);
	const marks = [...links.values()].some((link) => link.marks.length > 0);
	if (calm.matches) {
		links.forEach((link) => {
			link.marks = [];
		});
		byId('map-particles').replaceChildren();
	}
	else if (frame === 0 && (flows || marks)) {
		frameAt = performance.now();
		frame = requestAnimationFrame(step);
	}
}

function step(now) {
	const seconds = Math.min(0.1, Math.max(0, now - frameAt) / 1000);
	frameAt = now;
	frame = 0;
	if (calm.matches) {
		animate();
		return;
	}
	state.nodes.forEach((node) => {
		const link = links.get(node.id);
		emit(link, 'read', node.traffic.reads, seconds);
		emit(link, 'write', node.traffic.writes, seconds);
		link.marks = link.marks.filter((mark) => move(link, mark, seconds));
	});
	animateOn();
}

function animateOn() {
	if (state.nodes.some((node) => node.traffic.reads + node.traffic.writes > 0)
		|| [...links.values()].some((link) => link.marks.length > 0)) {
		frame = requestAnimationFrame(step);
	}
}

function emit(link, kind, perSecond, seconds) {
	link.due[kind] += Math.min(9, perSecond > 0 ? 0.6 + Math.sqrt(perSecond) : 0) * seconds;
	if (link.due[kind] >= 1) {
		link.due[kind] = 0;
		const shown = kind === 'read' ? shape('circle', { class: 'read', r: 3.6 })
			: shape('rect', { class: 'write', x: -3.6, y: -3.6, width: 7.2, height: 7.2 });
		byId('map-particles').append(shown);
		link.marks.push({ shown, way: 0 });
	}
}

function move(link, mark, seconds) {
	mark.way += seconds * 150 / link.length;
	if (mark.way >= 1) {
		mark.shown.remove();
		return false;
	}
	const point = link.points[Math.floor(mark.way * 60)];
	mark.shown.setAttribute('transform', `translate(${point.x} ${point.y})`);
	return true;
}
